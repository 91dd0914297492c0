"""Two neurons that see one cluster of the data each, with opposed residuals, in rational numbers.

>>> family = OpposedClusters(1, 2, Fraction(3, 4), Fraction(1, 100))
>>> needed_constant_square(family.problem, family.level) < Fraction(1, 12)  # (1/4)(1 - 3/n + 3/n^2), n = 3
True
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt

import numpy as np
import sympy as sp
from hypothesis import strategies as st

from numerics.network import ShallowNetwork
from proofs_checks.instances.exact import RationalProblem, dot, normal_form, top_at_most
from proofs_checks.instances.networks import Problem
from theory.stability.lemmas.residual_part import radius, reach
from theory.stability.loss_constant import opposed_clusters as family

DIGITS = 12
"""Decimal digits of the rounded square roots."""
RADII = [Fraction(3, 4), Fraction(4, 3), Fraction(5, 12), Fraction(20, 21)]
"""Distances of the clusters from the origin with a rational root sqrt(1 + R^2)."""


@dataclass(frozen=True)
class OpposedClusters:
    """The family of ``theory.stability.loss_constant.opposed_clusters``: n_1 <= n_2 points at R and -R.

    The reach sigma = sqrt(1 + R^2) has to be rational. Neuron i has the pre-activation h_i at cluster i, rounded to 12
    digits, and the output weight h_i/sigma; the hyperplane of the first is 0, that of the second is close to -R. The
    residuals are -n_i/n at cluster i.
    """

    first: int
    second: int
    radius: Fraction
    excess: Fraction

    @property
    def shares(self) -> tuple[Fraction, Fraction]:
        """p_i = n_i/n."""
        n = self.first + self.second
        return Fraction(self.first, n), Fraction(self.second, n)

    @property
    def reach(self) -> Fraction:
        """The root sqrt(1 + R^2); raises ``ValueError`` where it is irrational."""
        square = 1 + self.radius**2
        root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
        if root**2 != square:
            raise ValueError(f"sqrt(1 + R^2) is irrational for R = {self.radius}")
        return root

    @property
    def scale(self) -> Fraction:
        """The largest eigenvalue before rounding, sigma (p_1^3 + p_2^3)/epsilon."""
        return self.reach * sum((share**3 for share in self.shares), Fraction(0)) / self.excess

    @property
    def level(self) -> Fraction:
        """A level above the largest eigenvalue, also after rounding: 10^-6 more."""
        return self.scale + Fraction(1, 10**6)

    def activation_square(self, cluster: int) -> Fraction:
        """h_i^2, from 2 p_i h_i^2 = lambda - 1 - epsilon + sigma p_i^2."""
        share = self.shares[cluster]
        return (self.scale - 1 - self.excess + self.reach * share**2) / (2 * share)

    @cached_property
    def problem(self) -> RationalProblem:
        """The net, its data and its labels."""
        n, radius = self.first + self.second, self.radius
        h = [_rounded_root(self.activation_square(cluster)) for cluster in (0, 1)]
        # the hyperplane of the second neuron is at -R (1 - 1/n^2): the side that it sees has the smaller weight
        weights = [[h[0] / radius], [-(n**2) * h[1] / radius]]
        biases = [Fraction(0), -(n**2 - 1) * h[1]]
        x = [[radius]] * self.first + [[-radius]] * self.second
        net = RationalProblem.of(weights, biases, [each / self.reach for each in h], 0, x)
        residuals = [-self.shares[0]] * self.first + [-self.shares[1]] * self.second
        labels = [value - residual for value, residual in zip(net.values(), residuals, strict=True)]
        return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, x, labels)

    @property
    def in_floats(self) -> Problem:
        """The net and its data in floats."""
        net = self.problem
        weights, biases, output_weights = (np.array(part, dtype=float) for part in (net.W1, net.b1, net.w2))
        network = ShallowNetwork(weights, biases, output_weights, float(net.b2))
        return Problem(network, np.array(net.x, dtype=float))


clusters = st.builds(
    lambda first, more, radius, excess: OpposedClusters(first, first + more, radius, excess),
    st.integers(1, 3),
    st.integers(0, 4),
    st.sampled_from(RADII),
    st.integers(20, 10**4).map(lambda number: Fraction(1, number)),
)
"""Opposed clusters of some sizes and distances."""


def rational(number: sp.Rational) -> Fraction:
    """The same number."""
    return Fraction(int(number.p), int(number.q))


def form_of_clusters(instance: OpposedClusters, v: list[Fraction]) -> Fraction:
    """The quadratic form of opposed-clusters along v = (U, u, a, e), with the activations that the net has."""
    h = [max(row[i] for row in instance.problem.preactivations()) for i in family.CLUSTERS]
    names = (*family.to_input, *family.to_bias, *family.to_weight, family.to_output_bias, *family.activation)
    values = dict(zip(names, (*v, *h), strict=True))
    values |= dict(zip(family.sizes, (Fraction(instance.first), Fraction(instance.second)), strict=True))
    values |= {radius: instance.radius, reach: instance.reach}
    return rational(family.form.xreplace({symbol: sp.Rational(value) for symbol, value in values.items()}))


def needed_constant_square(problem: RationalProblem, level: Fraction) -> Fraction:
    """A lower bound of c^2 for every c with |f|_S <= lambda/2 - 1/2 + c sqrt(1 + R^2) sqrt(2L) at this net, exact.

    It is (2|f|_S + 1 - level)_+^2 / (4 (1 + R^2) 2L), with a level at or above the largest eigenvalue lambda of the
    Hessian.
    Raises ``ValueError`` where the level is below that, or the norm is irrational.
    """
    if not top_at_most(problem.hessian(), level):
        raise ValueError(f"the largest eigenvalue of the Hessian is above {level}")
    return _constant_square(problem, level)


def sufficient_constant_square(problem: RationalProblem, level: Fraction) -> Fraction:
    """c^2 for a c >= 0 with which that is true at this net: the same, with a level below the largest eigenvalue.

    Raises ``ValueError`` where the level is not below that, or the norm is irrational.
    """
    if top_at_most(problem.hessian(), level):
        raise ValueError(f"the largest eigenvalue of the Hessian is at most {level}")
    return _constant_square(problem, level)


def rational_norm(problem: RationalProblem) -> Fraction:
    """|f|_S; raises ``ValueError`` where it is irrational."""
    norm = normal_form(problem.stability_norm())
    if any(radicand != 1 for _, radicand in norm):
        raise ValueError(f"the stability norm is irrational: {norm}")
    return sum((rational for rational, _ in norm), Fraction(0))


def _constant_square(problem: RationalProblem, level: Fraction) -> Fraction:
    lack = max(2 * rational_norm(problem) + 1 - level, Fraction(0))
    radius_square = max(dot(point, point) for point in problem.x)
    return lack**2 / (4 * (1 + radius_square) * 2 * problem.loss())


def _rounded_root(number: Fraction) -> Fraction:
    return Fraction(isqrt(int(number * 10 ** (2 * DIGITS))), 10**DIGITS)
