r"""The mass of the neurons that a smooth function consists of, and the neurons of a bump in closed form.

With :math:`\gamma_d = 1/(2(2\pi)^{d-1})` the even density of neurons is :math:`\alpha = -\gamma_d R(-\Delta)^{(d+1)/2} f`; its mass is bounded by norms of f.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Elementary, Evaluate, Hypothesis
from theory.symbols import scalar

NAME = "sobolev-approximation"


def gamma(dimension: int) -> sp.Expr:
    r""":math:`\gamma_d = 1/(2(2\pi)^{d-1})`."""
    return 1 / (2 * (2 * sp.pi) ** (dimension - 1))


mass, area, constant, slice_mass, laplacian = (
    scalar(name, latex, nonnegative=True)
    for name, latex in (
        ("mass_of_neurons", r"\lvert\alpha\rvert"),
        ("sphere_area", r"\lvert S^{d-1}\rvert"),
        ("gamma_constant", r"\gamma_d"),
        ("slice_mass", "M"),
        ("laplacian_mass", r"\lVert\Delta^{(d+1)/2}f\rVert_1"),
    )
)
REPRESENTATION = (
    "Ongie, Willett, Soudry, Srebro, A function space view of bounded norm infinite width ReLU nets, ICLR 2020"
)
density = Hypothesis(
    "the mass of the density, by directions",
    r"\lvert\alpha\rvert \le \gamma_d\,\lvert S^{d-1}\rvert\,M,\ M = \sup_v \int\lvert R\,\Delta^{(d+1)/2}f(v,b)\rvert\,db",
    sp.Ge(constant * area * slice_mass, mass, evaluate=False),
    source=REPRESENTATION,
)
fubini = Hypothesis(
    "the triangle inequality on each hyperplane, and all hyperplanes of one direction",
    r"\int\lvert R h(v,b)\rvert\,db \le \int\!\int_{\langle v,x\rangle = b}\lvert h\rvert = \lVert h\rVert_1",
    sp.Ge(laplacian, slice_mass, evaluate=False),
    source="Rudin, Real and Complex Analysis, chapter 8: Fubini's theorem",
)
ODD = (
    Chain("The mass of the neurons in odd dimensions", mass, hypotheses=(density, fubini), claim=NAME)
    .at_most(constant * area * slice_mass, ByHypothesis(density.name))
    .at_most(constant * area * laplacian, ByHypothesis(fubini.name, constant * area))
    .conclude()
)

low_order, high_order = scalar("low_order", "N_0", positive=True), scalar("high_order", "N_2", positive=True)
half_derivative = scalar("half_derivative_mass", "M", nonnegative=True)
gap = scalar("difference_step", "s", positive=True)
split = 2 * sp.sqrt(low_order / high_order)
close, wide = sp.Integral(high_order, (gap, 0, split)), sp.Integral(4 * low_order / gap**2, (gap, split, sp.oo))
half_density = Hypothesis(
    "the mass of the density, by directions, in even dimensions",
    r"\lvert\alpha\rvert \le \gamma_d\,\lvert S^{d-1}\rvert\,M,\ M = \sup_v \lVert (-\partial_b^2)^{1/2} u_v\rVert_1,\ u_v = R\,\Delta^{d/2}f(v,\cdot)",
    sp.Ge(constant * area * half_derivative, mass, evaluate=False),
    source=REPRESENTATION,
)
second_differences = Hypothesis(
    "second differences",
    r"M \le \tfrac1\pi\int_0^\infty \min(s^2N_2, 4N_0)\,\tfrac{ds}{s^2},\ N_0 = \lVert\Delta^{d/2}f\rVert_1 \ge \lVert u_v\rVert_1,\ N_2 = \lVert\Delta^{d/2+1}f\rVert_1 \ge \lVert u_v''\rVert_1",
    sp.Ge((close + wide) / sp.pi, half_derivative, evaluate=False),
    source="Di Nezza, Palatucci, Valdinoci, Hitchhiker's guide to the fractional Sobolev spaces, section 3: the half derivative by second differences",
)
EVEN = (
    Chain(
        "The mass of the neurons in even dimensions",
        mass,
        hypotheses=(half_density, second_differences),
        claim=NAME,
    )
    .at_most(constant * area * half_derivative, ByHypothesis(half_density.name))
    .at_most(constant * area * (close + wide) / sp.pi, ByHypothesis(second_differences.name, constant * area))
    .equals(
        constant * area * (2 * sp.sqrt(low_order * high_order) + wide) / sp.pi,
        Evaluate("a constant", close, high_order * gap),
    )
    .equals(
        4 * constant * area * sp.sqrt(low_order * high_order) / sp.pi,
        Evaluate("a primitive", wide, -4 * low_order / gap),
    )
    .conclude()
)

chord, across = scalar("half_chord", "h", positive=True), scalar("along_line", r"\sigma", positive=True)
b, r, t = (
    scalar("bump_threshold", "b", positive=True),
    scalar("polar_radius", "r", positive=True),
    scalar("cosine", "t"),
)
in_disc = sp.Integral(sp.expand((1 - across**2) ** 4 * across), (across, 0, 1))
in_ball = sp.Integral(sp.expand((1 - across**2) ** 6 * across**3), (across, 0, 1))
SLICES = (
    Chain(
        r"The Radon transform of $(1-\lvert x\rvert^2)_+^4$ in d = 3: over a disc of radius $h = (1 - b^2)^{1/2}$",
        2 * sp.pi * chord**10 * in_disc,
        claim=NAME,
    )
    .equals(sp.pi * chord**10 / 5, Evaluate("a polynomial", in_disc, sp.integrate(in_disc.function, across)))
    .conclude(),
    Chain(
        r"The Radon transform of $(1-\lvert x\rvert^2)_+^6$ in d = 5: over a ball of radius $h$ in four dimensions",
        2 * sp.pi**2 * chord**16 * in_ball,
        claim=NAME,
    )
    .equals(sp.pi**2 * chord**16 / 56, Evaluate("a polynomial", in_ball, sp.integrate(in_ball.function, across)))
    .conclude(),
)
RADON = {1: (2, sp.S.One), 3: (4, sp.pi / 5), 5: (6, sp.pi**2 / 56)}
"""For each d the power m and the factor of (1 - b^2)^{m + (d-1)/2} in the Radon transform of (1 - |x|^2)^m."""
ALPHA = {
    1: 6 * b**2 - 2,
    3: -6 * (1 - b**2) * (21 * b**4 - 14 * b**2 + 1) / sp.pi,
    5: sp.Rational(45, 2) * (1 - b**2) ** 2 * (143 * b**6 - 143 * b**4 + 33 * b**2 - 1) / sp.pi**2,
}
"""The density of the neurons of (1 - |x|^2)_+^m, where |b| <= 1."""
DENSITIES = tuple(
    Chain(
        rf"The neurons of $(1-\lvert x\rvert^2)_+^{m}$ in d = {d}, where $\lvert b\rvert \le 1$",
        -gamma(d) * (-1) ** ((d + 1) // 2) * factor * sp.Derivative(sp.expand((1 - b**2) ** (m + (d - 1) // 2)), (b, d + 1)),
        claim=NAME,
    )
    .equals(ALPHA[d], Elementary("differentiate"))
    .conclude()
    for d, (m, factor) in RADON.items()
)  # fmt: skip
over_sphere = sp.Integral(sp.expand(ALPHA[3].subs(b, r * t)), (t, -1, 1))
antiderivative = sp.integrate(over_sphere.function, t)
bump = (1 - r**2) ** 4
BACK = (
    Chain("Transformed back in d = 3: the Laplacian of the bump", 2 * sp.pi * over_sphere, claim=NAME)
    .equals(
        sp.expand(4 * sp.pi * antiderivative.subs(t, 1)), Evaluate("an odd polynomial", over_sphere, antiderivative)
    )
    .equals(sp.Derivative(bump, (r, 2)) + 2 * sp.Derivative(bump, r) / r, Elementary("differentiate"))
    .conclude()
)
LEMMAS: tuple[Derivation, ...] = (*SLICES, *DENSITIES, BACK)
