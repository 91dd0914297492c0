r"""The inverse Radon transform of a function of the threshold alone: in the plane, two dimensions up, and for two families of functions."""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Elementary, Evaluate
from theory.laplacian.isotropic.weight import NAME
from theory.latex import named
from theory.symbols import scalar

r = scalar("distance", "r", positive=True)
half_chord, along = scalar("half_chord_length", r"\ell", positive=True), scalar("along_chord", r"\tau", positive=True)
on_chord = sp.Integral(1 / sp.sqrt(half_chord**2 - along**2), (along, 0, half_chord))
PLANE = (
    Chain("What belongs to one threshold c > b, on the line at the distance b", 2 / sp.pi * on_chord, claim=NAME)
    .equals(sp.S.One, Evaluate("a primitive", on_chord, sp.asin(along / half_chord)))
    .conclude()
)

edge, across = scalar("edge", "R", positive=True), scalar("radius_variable", "u", positive=True)
rho = sp.Function(named("density_upstairs", r"\rho_{{d+2}}({0})"), real=True)
marginal = 2 * sp.pi * sp.Integral(rho(across) * across, (across, r, edge))


def two_up(e: sp.Expr) -> sp.Expr:
    """Minus the derivative by r over 2 pi r, not carried out: the density two dimensions up, or for d = 3 from the weight."""
    return -sp.Derivative(e, r) / (2 * sp.pi * r)


UPSTAIRS = (
    Chain("The marginal over a plane gives the density back", two_up(marginal), claim=NAME)
    .equals(rho(r), Elementary("the integral's lower end"))
    .conclude()
)

rate, height = scalar("rate", "t", positive=True), scalar("height_above", "v", positive=True)
upwards = sp.Integral(sp.exp(-rate * (r**2 + height**2)), (height, 0, sp.oo))
NORMAL = (
    Chain("One dimension up: normal densities stay so", 2 * sp.sqrt(rate / sp.pi) * upwards, claim=NAME)
    .equals(
        sp.exp(-rate * r**2),
        Evaluate(
            "a primitive",
            upwards,
            sp.exp(-rate * r**2) * sp.sqrt(sp.pi) / (2 * sp.sqrt(rate)) * sp.erf(sp.sqrt(rate) * height),
        ),
    )
    .conclude()
)
NORMAL_UP = (
    Chain("Two dimensions up", two_up(sp.exp(-rate * r**2)), claim=NAME)
    .equals(rate / sp.pi * sp.exp(-rate * r**2), Elementary("differentiate"))
    .conclude()
)
power = scalar("power", r"\beta", positive=True)
shell = sp.Integral((1 - across**2) ** (power - 1) * across, (across, r, 1))
INSIDE = ((r, 0, 1),)
POWERS = (
    Chain("The marginal over a plane of a power of 1 - r^2", 2 * power * shell, domain=INSIDE, claim=NAME)
    .equals((1 - r**2) ** power, Evaluate("a primitive", shell, -((1 - across**2) ** power) / (2 * power)))
    .conclude()
)
POWER_UP = (
    Chain("Two dimensions up", two_up((1 - r**2) ** power), domain=INSIDE, claim=NAME)
    .equals(power / sp.pi * (1 - r**2) ** (power - 1), Elementary("differentiate"))
    .conclude()
)
