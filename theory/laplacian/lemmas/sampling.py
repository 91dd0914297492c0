r"""A net that samples its neurons misses a function by the order of :math:`k^{-1/2}`.

A neuron with threshold :math:`b \ge 0` is half of a linear function and a part :math:`\psi(t) = (t-b)_+ - \frac12t` that vanishes at 0 and changes by
half of its argument at most: the first is a mean of independent vectors, the second is compared with signed sums of vectors.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Drop, Hypothesis, Identity, Squares
from theory.kernel.functions import relu, step
from theory.laplacian.lemmas.one_scale import R, share
from theory.laplacian.lemmas.positive_part import number, parts
from theory.laplacian.lemmas.signed_sums import SIGNS, VARIANCE, a, length, o, patterns, scatter, tuples
from theory.symbols import c, d, index, indexed, k, scalar

NAME = "sobolev-approximation"

p, q = index("p"), index("q")
points = index("P")

height, other_height = indexed("argument", "t"), scalar("threshold_of_neuron", "b", nonnegative=True)
rest, folded = indexed("other_signs", "A"), indexed("folded_value", r"\psi")
upper, lower = scalar("largest_with_plus", "M_+"), scalar("largest_with_minus", "M_-")
plus = Hypothesis(
    "the largest with the sign +",
    r"M_+ \ge A_p + \tfrac12 t_p \text{ for every } p",
    sp.Ge(upper, rest[p] + height[p] / 2, evaluate=False),
    ((p, points),),
)
minus = Hypothesis(
    "the largest with the sign -",
    r"M_- \ge A_p - \tfrac12 t_p \text{ for every } p",
    sp.Ge(lower, rest[p] - height[p] / 2, evaluate=False),
    ((p, points),),
)


def fold(at: sp.Expr) -> sp.Expr:
    r"""The part of a neuron that is not linear, :math:`\psi(t) = (t-b)_+ - \frac12t = \frac12(\lvert t-b\rvert - b)`."""
    return relu(at - other_height) - at / 2


active = step(height[p] - other_height)
CONTRACTION = (
    Chain(
        "Contraction of one term, at two points",
        upper + lower,
        hypotheses=(plus, minus, parts),
        for_all=((p, points), (q, points)),
        claim=NAME,
    )
    .at_least(
        (1 - active) ** 2 * (upper + lower) + active * (rest[p] + height[p] / 2 + lower),
        ByHypothesis(plus.name, active, reason="p with the sign +, if p is beyond the threshold"),
    )
    .at_least(
        (1 - active) ** 2 * (upper + lower) + active * (rest[p] + height[p] / 2 + rest[q] - height[q] / 2),
        ByHypothesis(minus.name, active, at={p: q}, reason="and q with the sign -"),
    )
    .at_least(
        (1 - active) ** 2 * (rest[q] + height[q] / 2 + lower)
        + active * (rest[p] + height[p] / 2 + rest[q] - height[q] / 2),
        ByHypothesis(plus.name, (1 - active) ** 2, at={p: q}, reason="q with the sign +, if it is not"),
    )
    .at_least(
        rest[p] + rest[q] + (2 * active - 1) * (height[p] - height[q]) / 2,
        ByHypothesis(minus.name, (1 - active) ** 2, reason="and p with the sign -"),
    )
    .equals(
        rest[p] + fold(height[p]) + rest[q] - fold(height[q])
        + active * (relu(height[q] - other_height) - (height[q] - other_height))
        + (1 - active) ** 2 * relu(height[q] - other_height),
        Identity("sorted"),
    )
    .equals(
        rest[p] + fold(height[p]) + rest[q] - fold(height[q])
        + active * relu(other_height - height[q])
        + (1 - active) ** 2 * relu(height[q] - other_height),
        ByHypothesis(parts.name, active, at={number: height[q] - other_height}),
    )
    .at_least(
        rest[p] + fold(height[p]) + rest[q] - fold(height[q]),
        Drop(
            "positive parts",
            active * relu(other_height - height[q]) + (1 - active) ** 2 * relu(height[q] - other_height),
        ),
    )
    .conclude()
)  # fmt: skip

gradient, place = indexed("gradient", "u"), indexed("place", "x")
gradient_length = scalar("gradient_length", "L", positive=True)
longest = Hypothesis(
    "length of the gradient",
    r"\lvert u\rvert \le L",
    sp.Ge(gradient_length**2, sp.Sum(gradient[c] ** 2, (c, 1, d)), evaluate=False),
)
inside = Hypothesis(
    "a point of the ball",
    r"\lvert x\rvert \le R",
    sp.Ge(R**2, sp.Sum(place[c] ** 2, (c, 1, d)), evaluate=False),
)
LINEAR = (
    Chain(
        "A linear function on the ball",
        sp.Sum(gradient[c] * place[c], (c, 1, d)),
        hypotheses=(longest, inside),
        claim=NAME,
    )
    .at_most(
        R / (2 * gradient_length) * sp.Sum(gradient[c] ** 2, (c, 1, d))
        + gradient_length / (2 * R) * sp.Sum(place[c] ** 2, (c, 1, d)),
        Squares(
            "arithmetic and geometric mean",
            [(1 / (2 * R * gradient_length), R * gradient[c] - gradient_length * place[c])],
            over=[(c, 1, d)],
        ),
    )
    .at_most(
        R * gradient_length / 2 + gradient_length / (2 * R) * sp.Sum(place[c] ** 2, (c, 1, d)),
        ByHypothesis(longest.name, R / (2 * gradient_length)),
    )
    .at_most(R * gradient_length, ByHypothesis(inside.name, gradient_length / (2 * R)))
    .conclude()
)

error, linear, bent = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (
        ("expected_error", r"\E\sup_{B_R}\lvert f_k - f\rvert"),
        ("linear_error", r"\mathcal E_{\mathrm{lin}}"),
        ("bent_error", r"\mathcal E_{\mathrm{bent}}"),
    )
)
two_parts = Hypothesis(
    "two parts",
    r"(t-b)_+ = \tfrac12t + \psi(t):\ \E\sup_{B_R}\lvert f_k-f\rvert \le \mathcal E_{\mathrm{lin}} + \mathcal E_{\mathrm{bent}}",
    sp.Ge(linear + bent, error, evaluate=False),
    source="triangle inequality of the supremum norm",
)
linear_part = Hypothesis(
    "the linear part",
    r"\mathcal E_{\mathrm{lin}} = \E\sup_{B_R}\bigl\lvert\tfrac{\lvert\alpha\rvert}{k}\textstyle\sum_i \tfrac12\langle w_i-\bar w,x\rangle\bigr\rvert = \tfrac{\lvert\alpha\rvert R}{2k}\,\E\lvert\sum_i (w_i-\bar w)\rvert",
    sp.Eq(linear, share * R / (2 * k) * (sp.Sum(scatter[a], (a, 1, tuples)) / tuples)),
)
bent_part = Hypothesis(
    "symmetrisation and contraction",
    r"\mathcal E_{\mathrm{bent}} \le 2\cdot\tfrac{2\lvert\alpha\rvert}{k}\,\E\sup_{B_R}\textstyle\sum_i \varepsilon_i\psi_i \le \tfrac{4\lvert\alpha\rvert}{k}\cdot\tfrac R2\,\E\lvert\sum_i\varepsilon_iv_i\rvert",
    sp.Ge(2 * share * R / k * (sp.Sum(length[o], (o, 1, patterns)) / patterns), bent, evaluate=False),
    source="van der Vaart and Wellner, Weak Convergence and Empirical Processes, Lemma 2.3.1; Ledoux and Talagrand, Probability in Banach Spaces, Theorem 4.12",
)
SAMPLING = (
    Chain(
        "The expected error of k neurons",
        error,
        hypotheses=(two_parts, linear_part, bent_part, *VARIANCE.hypotheses, *SIGNS.hypotheses),
        claim=NAME,
    )
    .at_most(linear + bent, ByHypothesis(two_parts.name))
    .equals(share * R / (2 * k) * (sp.Sum(scatter[a], (a, 1, tuples)) / tuples) + bent, ByHypothesis(linear_part.name))
    .at_most(
        share * R / (2 * sp.sqrt(k)) + bent,
        ByDerivation(VARIANCE, share * R / (2 * k), reason="the deviation of a mean of independent unit vectors"),
    )
    .at_most(
        share * R / (2 * sp.sqrt(k)) + 2 * share * R / k * (sp.Sum(length[o], (o, 1, patterns)) / patterns),
        ByHypothesis(bent_part.name),
    )
    .at_most(
        sp.Rational(5, 2) * share * R / sp.sqrt(k),
        ByDerivation(SIGNS, 2 * share * R / k, reason="a signed sum of unit vectors"),
    )
    .conclude()
)
DERIVATIONS: tuple[Derivation, ...] = (CONTRACTION, LINEAR, SAMPLING)
