r"""The bump :math:`e^{-|x|^2/2}` and its neurons in every dimension: coefficients of power series, by Euler's integrals.

With :math:`|\omega|^n` as a Fourier multiplier, :math:`\gamma_d \radon^*` of it applied to the bump's Radon transform
:math:`(2\pi)^{(d-1)/2} e^{-b^2/2}` is :math:`\gamma_d\int_{S^{d-1}} (2\pi)^{(d-1)/2} (2/\pi)^{1/2} \int_0^\infty \omega^n
e^{-\omega^2/2}\cos(\omega\langle v,x\rangle)\,d\omega\,d\sigma(v)`; the cosine is expanded.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import Chain, Derivation, Elementary, Hypothesis, Rewrite
from theory.symbols import scalar

NAME = "radon-identity"

HALF = sp.Rational(1, 2)
dimension, order = scalar("dimension_d", "d", positive=True), scalar("power_k", "k", nonnegative=True)
IN_SPACE = ((dimension, 1, sp.oo),)
surface = scalar("surface_of_sphere", r"\lvert S^{d-2}\rvert", positive=True)
across = scalar("beta_integral", r"\textstyle\int_{-1}^1 t^{2k}(1-t^2)^{(d-3)/2}\,dt", positive=True)


def radon_constant(d: sp.Expr) -> sp.Expr:
    r""":math:`\gamma_d = 1/(2 (2\pi)^{d-1})`."""
    return 1 / (2 * (2 * sp.pi) ** (d - 1))


def sphere(d: sp.Expr) -> sp.Expr:
    r"""The surface of the unit sphere of :math:`R^d`, :math:`2\pi^{d/2}/\Gamma(d/2)`."""
    return 2 * sp.pi ** (d / 2) / sp.gamma(d / 2)


SPHERE = Hypothesis(
    "surface of the sphere",
    r"\lvert S^{d-2}\rvert = 2\pi^{(d-1)/2}/\Gamma(\tfrac{d-1}2)",
    sp.Eq(surface, sphere(dimension - 1), evaluate=False),
    source="DLMF 5.19.4",
)
BETA = Hypothesis(
    "Euler's beta integral",
    r"\textstyle\int_{-1}^1 t^{2k}(1-t^2)^{(d-3)/2}\,dt = \Gamma(k+\tfrac12)\,\Gamma(\tfrac{d-1}2)/\Gamma(k+\tfrac d2)",
    sp.Eq(
        across,
        sp.gamma(order + HALF) * sp.gamma((dimension - 1) / 2) / sp.gamma(order + dimension / 2),
        evaluate=False,
    ),
    source="DLMF 5.12.1",
)


def averaged(moment: sp.Expr) -> sp.Expr:
    r"""The coefficient of :math:`(-r^2/2)^k/k!`, for the moment :math:`\int_0^\infty\omega^{n+2k}e^{-\omega^2/2}d\omega`."""
    series = sp.sqrt(2 / sp.pi) * moment * 2**order * sp.gamma(order + 1) / sp.gamma(2 * order + 1)
    return radon_constant(dimension) * (2 * sp.pi) ** ((dimension - 1) / 2) * series * surface * across


def euler(name: str, power: str, n: sp.Expr) -> tuple[sp.Symbol, Hypothesis]:
    r"""The symbol of a moment and Euler's gamma integral, :math:`\int_0^\infty \omega^n e^{-\omega^2/2} d\omega = 2^{(n-1)/2}\Gamma((n+1)/2)`."""
    moment = scalar(
        f"moment_{name}", rf"\textstyle\int_0^\infty\omega^{{{power}}}e^{{-\omega^2/2}}d\omega", positive=True
    )
    return moment, Hypothesis(
        f"Euler's gamma integral, {name}",
        r"\textstyle\int_0^\infty\omega^n e^{-\omega^2/2}\,d\omega = 2^{(n-1)/2}\,\Gamma(\tfrac{n+1}2)",
        sp.Eq(moment, 2 ** ((n - 1) / 2) * sp.gamma((n + 1) / 2), evaluate=False),
        source="DLMF 5.9.1",
    )


def coefficients(what: str, start: sp.Expr, moment: Hypothesis, value: sp.Expr) -> Derivation:
    """By Euler's integrals, and the duplication of Gamma."""
    hypotheses = (SPHERE, BETA, moment)
    relations = [hypothesis.relation for hypothesis in hypotheses if hypothesis.relation is not None]
    return (
        Chain(what, start, hypotheses=hypotheses, domain=IN_SPACE, claim=NAME)
        .equals(
            start.subs({relation.lhs: relation.rhs for relation in relations}),
            Rewrite("the integrals", [hypothesis.name for hypothesis in hypotheses]),
        )
        .equals(value, Elementary("duplication of the gamma function"))
        .conclude()
    )


low_moment, LOW = euler("of the bump", "d-1+2k", dimension - 1 + 2 * order)
high_moment, HIGH = euler("of its Laplacian", "d+1+2k", dimension + 1 + 2 * order)
from_bump, from_laplacian = averaged(low_moment), -averaged(high_moment)
INVERSION = coefficients("The inversion formula on the bump, coefficient by coefficient", from_bump, LOW, sp.S.One)
BACKPROJECTION = coefficients(
    "The bump's measure integrated over all directions, coefficient by coefficient",
    from_laplacian,
    HIGH,
    -2 * order - dimension,
)
