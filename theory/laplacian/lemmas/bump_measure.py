r"""The neurons of the bump :math:`e^{-|x|^2/2}` in dimensions 1, 2, 3 and 5, from the definition of their measure.

For odd d the power (d+1)/2 of the Laplacian, applied to the bump step by step, is integrated over a hyperplane at the distance b; in the
plane two integrals give the density by the sine transform :math:`S(b) = \int_0^\infty e^{-\omega^2/2}\sin(\omega b)\,d\omega`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Derivation, Elementary, Evaluate
from theory.laplacian.lemmas.bump_coefficients import NAME, radon_constant, sphere
from theory.symbols import scalar

threshold, distance = scalar("threshold", "b"), scalar("distance", "r", positive=True)
inside = scalar("within_hyperplane", r"\rho", positive=True)
frequency = scalar("frequency", r"\omega", positive=True)

bump = sp.exp(-(distance**2) / 2)
HERMITE = {1: threshold**2 - 1, 3: threshold**4 - 6 * threshold**2 + 3, 5: threshold**6 - 15 * threshold**4 + 45 * threshold**2 - 15}  # fmt: skip
"""He_{d+1} for odd d."""


def density(d: int) -> sp.Expr:
    r""":math:`(-1)^{(d-1)/2}\,\kappa\,He_{d+1}(b)\,e^{-b^2/2}` with :math:`\kappa = 1/(2(2\pi)^{(d-1)/2})`, for odd d."""
    kappa = 1 / (2 * (2 * sp.pi) ** ((d - 1) // 2))
    return (-1) ** ((d - 1) // 2) * kappa * HERMITE[d] * sp.exp(-(threshold**2) / 2)


def radial_laplacian(f: sp.Expr, d: int) -> sp.Expr:
    """The Laplacian of a radial function, f'' + (d-1) f'/r, not carried out."""
    return sp.Derivative(f, (distance, 2)) + (d - 1) * sp.Derivative(f, distance) / distance


def powers(d: int) -> list[sp.Expr]:
    """Polynomials in r whose products with the bump are the powers 0, 1, ..., (d+1)/2 of the Laplacian of the bump."""
    found = [sp.S.One]
    for _ in range((d + 1) // 2):
        before = found[-1]
        slope = sp.diff(before, distance)
        after = sp.diff(slope, distance) - 2 * distance * slope + (distance**2 - 1) * before
        found.append(sp.expand(after + (d - 1) * (slope / distance - before)))
    return found


def laplacians(d: int) -> tuple[Derivation, ...]:
    """One derivation for each power of the Laplacian."""
    steps = zip(powers(d), powers(d)[1:], strict=False)
    return tuple(
        Chain(f"d = {d}: power {count} of the Laplacian of the bump", radial_laplacian(before * bump, d), claim=NAME)
        .equals(after * bump, Elementary("differentiate"))
        .conclude()
        for count, (before, after) in enumerate(steps, 1)
    )


def primitive(polynomial: sp.Expr) -> sp.Expr:
    r"""Q with :math:`(Q e^{-\rho^2/2})' = p\, e^{-\rho^2/2}` for an odd polynomial p in rho: Q' - rho Q = p."""
    rest, result = sp.Poly(polynomial, inside), sp.Poly(0, inside)
    while not rest.is_zero:
        term = sp.Poly(-rest.LC() * inside ** (rest.degree() - 1), inside)
        result += term
        rest -= term.diff(inside) - sp.Poly(inside, inside) * term
    return result.as_expr()


def _on_plane(d: int) -> sp.Expr:
    return sp.expand(powers(d)[-1].subs(distance, sp.sqrt(threshold**2 + inside**2)) * inside ** (d - 2))


def over_hyperplane(d: int) -> sp.Expr:
    r""":math:`-\gamma_d R(-\Delta)^{(d+1)/2}` of the bump: in a hyperplane, in the distance from its foot."""
    decay = sp.exp(-(threshold**2 + inside**2) / 2)
    sign = (-1) ** ((d + 1) // 2)
    integral = sp.Integral(_on_plane(d) * decay, (inside, 0, sp.oo))
    return -radon_constant(sp.Integer(d)) * sign * sphere(sp.Integer(d - 1)) * integral


def local_density(d: int) -> Derivation:
    """The measure's density for odd d >= 3."""
    decay = sp.exp(-(threshold**2 + inside**2) / 2)
    (integral,) = over_hyperplane(d).atoms(sp.Integral)
    return (
        Chain(f"d = {d}: the measure's density by integration over a hyperplane", over_hyperplane(d), claim=NAME)
        .equals(density(d), Evaluate("a primitive", integral, primitive(_on_plane(d)) * decay))
        .conclude()
    )


on_the_line = radon_constant(sp.S.One) * sp.Derivative(sp.exp(-(threshold**2) / 2), (threshold, 2))
LINE = (
    Chain("d = 1: half of the second derivative, at either of (1,b) and (-1,-b)", on_the_line, claim=NAME)
    .equals(density(1), Elementary("differentiate"))
    .conclude()
)

wave, decay = frequency * threshold, sp.exp(-(frequency**2) / 2)
sine_transform = sp.Integral(decay * sp.sin(wave), (frequency, 0, sp.oo))
slope_of_sine = sp.Integral((frequency * sp.cos(wave) + threshold * sp.sin(wave)) * decay, (frequency, 0, sp.oo))
DAWSON = (
    Chain("d = 2: the sine transform S obeys S' + b S = 1, the equation of Dawson's function", slope_of_sine, claim=NAME)
    .equals(sp.S.One, Evaluate("a primitive", slope_of_sine, -sp.cos(wave) * decay))
    .conclude()
)  # fmt: skip
third_power = sp.Integral(
    (frequency**3 * sp.cos(wave) - (threshold**3 - 3 * threshold) * sp.sin(wave)) * decay, (frequency, 0, sp.oo)
)
PLANE = (
    Chain("d = 2: the cosine transform of the third power of the frequency, less a multiple of S", third_power, claim=NAME)
    .equals(
        2 - threshold**2,
        Evaluate(
            "a primitive",
            third_power,
            ((threshold**2 - frequency**2 - 2) * sp.cos(wave) + threshold * frequency * sp.sin(wave)) * decay,
        ),
    )
    .conclude()
)  # fmt: skip
