r"""The pyramid smoothed by the Poisson kernel: the lines that it consists of, and how near it is to the pyramid.

The Laplacian of :math:`\varphi(x) = (1-|x_1|-|x_2|)_+` is a measure on eight edges, the sides of the square with the jump :math:`\sqrt2` of the slope
and the halves of the axes with the jump -2. Its mollification by :math:`P_\epsilon(x) = \epsilon/(2\pi(|x|^2+\epsilon^2)^{3/2})` is an integral over
lines. By symmetry lines :math:`x_1 + \tau x_2 = \beta` with :math:`0 < \tau < 1`, :math:`\beta \ge 0`, an eighth of all, stand for the others;
there :math:`d\theta\,db = (1+\tau^2)^{-3/2} d\tau\,d\beta`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Derivation, Elementary, Evaluate, Hypothesis, Squares
from theory.symbols import scalar

NAME = "universal-approximation"

angle = scalar("polar_angle", r"\theta")
smoothing = scalar("smoothing", r"\epsilon", positive=True)
distance = scalar("distance", "r", positive=True)
offset = scalar("line_offset", "t")
root = sp.sqrt(distance**2 + smoothing**2)


def filtered(at: sp.Expr, width: sp.Expr = smoothing) -> sp.Expr:
    r"""The smoothed principal value of 1/t, :math:`F(t) = t/(t^2+\epsilon^2)`."""
    return at / (at**2 + width**2)


FILTER = (
    Chain("The slope of the filter", sp.Derivative(filtered(offset), offset), claim=NAME)
    .equals(
        -sp.Derivative(smoothing / (offset**2 + smoothing**2), smoothing),
        Elementary("differentiate by t and by epsilon"),
    )
    .conclude()
)
quarter = sp.Integral(smoothing / (distance**2 * sp.cos(angle) ** 2 + smoothing**2), (angle, 0, sp.pi / 2))
AVERAGE = (
    Chain("The kernels of one variable over all directions, four quarters of the circle alike", 2 * quarter, claim=NAME)
    .equals(sp.pi / root, Evaluate("a primitive", quarter, sp.atan(smoothing * sp.tan(angle) / root) / root))
    .conclude()
)
POISSON = (
    Chain("Its slope in the width", -sp.Derivative(sp.pi / root, smoothing) / (2 * sp.pi**2), claim=NAME)
    .equals(smoothing / (2 * sp.pi * (distance**2 + smoothing**2) ** sp.Rational(3, 2)), Elementary("differentiate"))
    .conclude()
)

along, length = scalar("along_edge", "u", positive=True), scalar("edge_length", r"\ell", positive=True)
incline, start = scalar("incline", "m", positive=True), scalar("start_of_edge", "o")
at = start - incline * along
edge_integral = sp.Integral((smoothing**2 - at**2) / (at**2 + smoothing**2) ** 2, (along, 0, length))
EDGE = (
    Chain("The slope of the filter along an edge", edge_integral, claim=NAME)
    .equals(
        (filtered(start) - filtered(start - length * incline)) / incline,
        Evaluate("the filter is a primitive", edge_integral, -filtered(at) / incline),
    )
    .conclude()
)

tau, beta = scalar("line_slope", r"\tau", positive=True), scalar("line_threshold", r"\beta", nonnegative=True)
width = scalar("scaled_smoothing", "e", positive=True)
chart = ((tau, sp.S.Zero, sp.S.One),)
"""Lines :math:`x_1 + \tau x_2 = \beta` with 0 < tau < 1."""
scale = sp.sqrt(1 + tau**2)
VERTICES = {name: scalar(f"filter_{name}", rf"F_{{{name}}}") for name in ("O", "E", "N", "W", "S")}
"""The filter at beta - (x_1 + tau x_2) for the centre and the four corners (1,0), (0,1), (-1,0), (0,-1) of the square."""
CORNERS = {"O": (0, 0), "E": (1, 0), "N": (0, 1), "W": (-1, 0), "S": (0, -1)}
EDGES = (("E", "N", 1), ("N", "W", 1), ("W", "S", 1), ("S", "E", 1), ("O", "E", -2), ("O", "N", -2), ("O", "W", -2), ("O", "S", -2))  # fmt: skip
"""Start, end, and jump of the slope times length: the root of 2 squared over 2 for the sides, -2 for the ridges."""


def edges(values: dict[str, sp.Expr]) -> sp.Expr:
    r"""The sum over the edges of jump times length, over the rise of :math:`x_1+\tau x_2`, times the filter's difference.

    A side has the jump :math:`\sqrt2` and the length :math:`\sqrt2`, so the product is 2; a ridge -2 and 1.
    """
    total = sp.S.Zero
    for first, last, jump in EDGES:
        (x, y), (z, w) = CORNERS[first], CORNERS[last]
        weight = 2 if jump == 1 else jump
        total += weight * (values[first] - values[last]) / ((z - x) + tau * (w - y))
    return total


corners = 2 * (1 + tau**2) / (1 - tau**2) * ((VERTICES["N"] - VERTICES["S"]) / tau - (VERTICES["E"] - VERTICES["W"]))
EIGHT_EDGES = (
    Chain("The eight edges by the five points at which they meet: the centre drops out", edges(VERTICES), domain=chart, claim=NAME)
    .equals(corners, Elementary("a common denominator"))
    .conclude()
)  # fmt: skip

FILTERS = {name: filtered(beta - x - tau * y, width) for name, (x, y) in CORNERS.items()}
above, below, imaginary = beta**2 - width**2 - tau**2, beta**2 - width**2 - 1, 2 * beta * width
distances = (
    ((beta - tau) ** 2 + width**2)
    * ((beta + tau) ** 2 + width**2)
    * ((beta - 1) ** 2 + width**2)
    * ((beta + 1) ** 2 + width**2)
)
density = -2 * scale / sp.pi**2 * (above * below - imaginary**2) / distances
r"""The density of the lines, :math:`-\frac{2(1+\tau^2)^{1/2}}{\pi^2}\operatorname{Re}\frac1{(z^2-\tau^2)(z^2-1)}`, :math:`z = \beta + ie`."""
four_corners = corners.xreplace({VERTICES[name]: value for name, value in FILTERS.items()}) / (2 * sp.pi**2 * scale)
DENSITY = (
    Chain("The density of the lines", four_corners, domain=chart, claim=NAME)
    .equals(density, Elementary("the real part of one fraction"))
    .conclude()
)

across, upward = scalar("shift_across", "y_1"), scalar("shift_upward", "y_2")
TAXICAB = (
    Chain("The sum of two sizes against the length", (sp.Abs(across) + sp.Abs(upward)) ** 2, claim=NAME)
    .at_most(
        2 * (across**2 + upward**2),
        Squares("the sum of two numbers against their squares", [(1, sp.Abs(across) - sp.Abs(upward))]),
    )
    .conclude()
)
error = scalar("smoothing_error", r"\sup\lvert\varphi*P_\epsilon - \varphi\rvert", nonnegative=True)
near = sp.Integral(sp.sqrt(2) * distance * smoothing * distance / root**3, (distance, 0, 1 / sp.sqrt(2)))
far = sp.Integral(smoothing * distance / root**3, (distance, 1 / sp.sqrt(2), sp.oo))
smoothing_bound = sp.sqrt(2) * smoothing * sp.asinh(1 / (sp.sqrt(2) * smoothing))
monotone_in_the_plane = Hypothesis(
    "the integral of what is larger is larger",
    r"\lvert\varphi(x-y)-\varphi(x)\rvert \le \min(\sqrt2\lvert y\rvert,1):\ \sup\lvert\varphi*P_\epsilon-\varphi\rvert \le \int P_\epsilon(y)\min(\sqrt2\lvert y\rvert,1)\,dy",
    sp.Ge(near + far, error, evaluate=False),
    source="Rudin, Real and Complex Analysis, chapter 1: monotonicity of the integral; polar coordinates",
)
ERROR = (
    Chain(
        "The error of smoothing a function with values in [0, 1] and slope at most the root of 2",
        error,
        hypotheses=(monotone_in_the_plane,),
        claim=NAME,
    )
    .at_most(near + far, ByHypothesis(monotone_in_the_plane.name))
    .equals(
        sp.sqrt(2) * smoothing * sp.asinh(1 / (sp.sqrt(2) * smoothing)) - 1 / sp.sqrt(1 + 1 / (2 * smoothing**2)) + far,
        Evaluate("a primitive", near, sp.sqrt(2) * smoothing * (sp.asinh(distance / smoothing) - distance / root)),
    )
    .equals(smoothing_bound, Evaluate("a primitive", far, -smoothing / root))
    .conclude()
)
DERIVATIONS: tuple[Derivation, ...] = (FILTER, AVERAGE, POISSON, EDGE, EIGHT_EDGES, DENSITY, TAXICAB, ERROR)
