"""A step of stochastic gradient descent, linearised at an interpolating minimum, and its mean."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Drop, Identity, Squares
from theory.stability.lemmas.batches import B, batch_weight, batches, probability, total_probability, unbiased
from theory.stability.lemmas.descent import NAME, deviation, inner
from theory.symbols import Phi, eta, indexed, j, mean, n, p, parameters, q

along = sp.Sum(Phi[q, j] * deviation[q], (q, 1, parameters))
SGD_MEAN = (
    Chain(
        "The mean of a step of SGD is a step of gradient descent",
        sp.Sum(
            probability[B] * (deviation[p] - eta * sp.Sum(batch_weight[B, j] * Phi[p, j] * along, (j, 1, n))),
            (B, 1, batches),
        ),
        hypotheses=(total_probability, unbiased),
        for_all=((p, parameters),),
        claim=NAME,
    )
    .equals(
        deviation[p] * sp.Sum(probability[B], (B, 1, batches))
        - eta * sp.Sum(Phi[p, j] * along * sp.Sum(probability[B] * batch_weight[B, j], (B, 1, batches)), (j, 1, n)),
        Identity("exchange the sums"),
    )
    .equals(
        deviation[p]
        - eta * sp.Sum(Phi[p, j] * along * sp.Sum(probability[B] * batch_weight[B, j], (B, 1, batches)), (j, 1, n)),
        ByHypothesis(total_probability.name, deviation[p]),
    )
    .equals(
        deviation[p] - eta * mean(Phi[p, j] * along),
        ByHypothesis(unbiased.name, -eta * Phi[p, j] * along, over=[(j, 1, n)]),
    )
    .conclude()
)

direction = indexed("direction", "a")
CAUCHY_SCHWARZ = (
    Chain(
        "Cauchy and Schwarz, by Lagrange's identity",
        inner(direction, direction) * inner(deviation, deviation),
        claim=NAME,
    )
    .at_least(
        inner(direction, deviation) ** 2,
        Squares(
            "a sum of squares over pairs of coordinates",
            [(sp.Rational(1, 2), direction[p] * deviation[q] - direction[q] * deviation[p])],
            over=[(p, 1, parameters), (q, 1, parameters)],
        ),
    )
    .conclude()
)
path = indexed("path", r"\zeta")
MEAN_BELOW = (
    Chain(
        "The mean deviation is bounded if the mean size is, along any direction",
        sp.Sum(probability[B] * sp.Abs(path[B]), (B, 1, batches)),
        claim=NAME,
    )
    .at_least(
        sp.Abs(sp.Sum(probability[B] * path[B], (B, 1, batches))),
        Drop(
            "triangle inequality",
            sp.Sum(probability[B] * sp.Abs(path[B]), (B, 1, batches))
            - sp.Abs(sp.Sum(probability[B] * path[B], (B, 1, batches))),
        ),
    )
    .conclude()
)
