r"""The mass of the certificate's Laplacian: :math:`\Delta\psi_1 = \sin 3\theta\,(\kappa(r) - \kappa(r/\epsilon))/r^3`."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Elementary, Evaluate, Hypothesis
from theory.separation.depth_separation_shallow import mass
from theory.separation.lemmas.certificate_radial import NAME, bump, primitive, radius, smallest
from theory.symbols import scalar

kappa = 4 * primitive(1 - radius**2) + 2 * radius**4 * bump(1) - 5 * radius**6 * (1 - radius**2) ** sp.Rational(3, 2)
AT_CENTRE = sp.Rational(16, 63)
"""kappa(0)."""
TURNING = (
    Chain("The Laplacian's radial profile turns once", sp.Derivative(kappa, radius), domain=((radius, 0, 1),), claim=NAME)
    .equals(5 * radius**5 * sp.sqrt(1 - radius**2) * (11 * radius**2 - 8), Elementary("differentiate"))
    .conclude()
)  # fmt: skip

falling = sp.Integral((AT_CENTRE - kappa) / radius**2, (radius, 0, 1))
NEAR = (
    Chain("The mass near the smallest scale", falling, claim=NAME)
    .equals(
        sp.Rational(45, 256) * sp.pi - AT_CENTRE,
        Evaluate(
            "by parts",
            falling,
            (kappa - AT_CENTRE) / radius
            - 5 * radius * sp.sqrt(1 - radius**2) * (176 * radius**6 - 200 * radius**4 + 6 * radius**2 + 9) / 128
            + sp.Rational(45, 128) * sp.asin(radius),
        ),
    )
    .conclude()
)

ONE_SIGN = (
    "Rudin, Principles of Mathematical Analysis, theorem 5.11: kappa falls to its one turning point and rises after"
)
one_mass, inner, outer = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (
        ("one_mass", r"\lVert\Delta\psi_1\rVert_1"),
        ("inner_mass", r"\textstyle\int_0^1 u^{-2}\lvert\kappa(\epsilon u)-\kappa(u)\rvert\,du"),
        ("outer_mass", r"\textstyle\int_1^{1/\epsilon} u^{-2}\lvert\kappa(\epsilon u)\rvert\,du"),
    )
)
FOUR_COPIES = Hypothesis(
    "four rotated copies",
    r"\lVert\Delta\psi\rVert_1 \le 4\,\lVert\Delta\psi_1\rVert_1",
    sp.Le(mass, 4 * one_mass, evaluate=False),
    source="Rudin, Real and Complex Analysis, theorem 1.33 (triangle inequality)",
)
POLAR = Hypothesis(
    "polar coordinates",
    r"\epsilon\,\lVert\Delta\psi_1\rVert_1 = 4\int_0^{1/\epsilon} u^{-2}\lvert\kappa(\epsilon u)-\kappa(u)\rvert\,du,"
    r"\ \int_0^{2\pi}\lvert\sin 3\theta\rvert\,d\theta = 4",
    sp.Eq(smallest * one_mass, 4 * (inner + outer), evaluate=False),
    source="Rudin, Real and Complex Analysis, theorems 7.26 and 8.8 (change of variables and Fubini)",
)
INSIDE = Hypothesis(
    "within the smallest scale",
    r"0 \le \kappa(\epsilon u) - \kappa(u) \le \kappa(0) - \kappa(u) \text{ for } u \le 1,\ \epsilon \le \tfrac25",
    sp.Le(inner, falling, evaluate=False),
    source=ONE_SIGN,
)
OUTSIDE = Hypothesis(
    "beyond the smallest scale",
    r"\lvert\kappa\rvert \le \kappa(0) = \tfrac{16}{63},\ \int_1^\infty u^{-2}\,du = 1",
    sp.Le(outer, AT_CENTRE, evaluate=False),
    source=ONE_SIGN,
)
MASS = (
    Chain(
        "The mass of the Laplacian",
        mass,
        hypotheses=(FOUR_COPIES, POLAR, INSIDE, OUTSIDE),
        claim=NAME,
    )
    .at_most(4 * one_mass, ByHypothesis(FOUR_COPIES.name))
    .equals(16 * (inner + outer) / smallest, ByHypothesis(POLAR.name, 4 / smallest))
    .at_most(16 * (falling + outer) / smallest, ByHypothesis(INSIDE.name, 16 / smallest))
    .at_most(16 * (falling + AT_CENTRE) / smallest, ByHypothesis(OUTSIDE.name, 16 / smallest))
    .equals(45 * sp.pi / (16 * smallest), ByDerivation(NEAR, 16 / smallest, reason="the mass near the smallest scale"))
    .conclude()
)
