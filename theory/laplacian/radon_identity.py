r"""The stability norm as a weighted total variation: the neurons of f are the measure :math:`-\gamma_d R(-\Delta)^{(d+1)/2} f`.

The convention for even measures: (v,b) and (-v,-b) are one hyperplane, a measure alpha on :math:`S^{d-1}\times R` gives both the same mass, and a
neuron :math:`a(\langle v,x\rangle - b)_+` is the measure :math:`a(\delta_{(v,b)} + \delta_{(-v,-b)})/2`, of total mass :math:`|a|`. Densities are with respect to
:math:`d\sigma(v)\,db` over the whole sphere. The same convention is that of ``numerics.sobolev.ridgelet``.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source
from theory.kernel import Chain, Elementary, Evaluate
from theory.kernel import ByHypothesis, Derivation, Hypothesis
from theory.latex import named
from theory.stability.sharpness_lower_bound import g, planes, stability_norm
from theory.symbols import H, indexed, scalar

NAME = "radon-identity"

HALF = sp.Rational(1, 2)
dimension, order = scalar("dimension_d", "d", positive=True), scalar("power_k", "k", positive=True)
threshold, distance = scalar("threshold", "b"), scalar("distance", "r", positive=True)
inside = scalar("within_hyperplane", r"\rho", positive=True)
frequency = scalar("frequency", r"\omega", positive=True)
offset, width = scalar("line_offset", "t"), scalar("test_width", "s", positive=True)
normal = scalar("normal_variable", "z")

ALL_DIMENSIONS = {dimension: (2, 7), order: (0, 5)}


def radon_constant(d: sp.Expr) -> sp.Expr:
    r""":math:`\gamma_d = 1/(2 (2\pi)^{d-1})`."""
    return 1 / (2 * (2 * sp.pi) ** (d - 1))


def sphere(d: sp.Expr) -> sp.Expr:
    r"""The surface of the unit sphere of :math:`R^d`, :math:`2\pi^{d/2}/\Gamma(d/2)`."""
    return 2 * sp.pi ** (d / 2) / sp.gamma(d / 2)


def moment(n: sp.Expr) -> sp.Expr:
    r""":math:`\int_0^\infty \omega^n e^{-\omega^2/2} d\omega = 2^{(n-1)/2}\Gamma((n+1)/2)`."""
    return 2 ** ((n - 1) / 2) * sp.gamma((n + 1) / 2)


def beta(d: sp.Expr, k: sp.Expr) -> sp.Expr:
    r""":math:`\int_{-1}^1 t^{2k}(1-t^2)^{(d-3)/2} dt`."""
    return sp.gamma(k + HALF) * sp.gamma((d - 1) / 2) / sp.gamma(k + d / 2)


def averaged(n: sp.Expr) -> sp.Expr:
    r"""gamma_d R* of the Fourier multiplier :math:`|\omega|^n` applied to the bump's Radon transform.

    The coefficient of :math:`(-r^2/2)^k/k!` in :math:`\gamma_d\int_{S^{d-1}} (2\pi)^{(d-1)/2} (2/\pi)^{1/2} \int_0^\infty \omega^n
    e^{-\omega^2/2}\cos(\omega\langle v,x\rangle) d\omega d\sigma(v)`, the cosine expanded.
    """
    series = sp.sqrt(2 / sp.pi) * moment(n + 2 * order) * 2**order * sp.gamma(order + 1) / sp.gamma(2 * order + 1)
    around = sphere(dimension - 1) * beta(dimension, order)
    return radon_constant(dimension) * (2 * sp.pi) ** ((dimension - 1) / 2) * series * around


INVERSION = (
    Chain(
        "The inversion formula on the bump: the coefficients of its power series, by Euler's gamma and beta integrals",
        averaged(dimension - 1),
        claim=NAME,
    )
    .equals(sp.S.One, Elementary("duplication of the gamma function", ALL_DIMENSIONS))
    .conclude()
)
BACKPROJECTION = (
    Chain(
        "The bump's measure integrated over all directions is the bump's Laplacian: the same coefficients",
        -averaged(dimension + 1),
        claim=NAME,
    )
    .equals(-2 * order - dimension, Elementary("duplication of the gamma function", ALL_DIMENSIONS))
    .conclude()
)

Q = sp.Function(named("profile", r"q({0})"), real=True)(threshold)
RIDGE = (
    Chain(
        "The neurons of one direction have the profile q: the primitive is q at b = t and goes to 0 at minus infinity",
        sp.Derivative((offset - threshold) * sp.Derivative(Q, threshold) + Q, threshold),
        claim=NAME,
    )
    .equals((offset - threshold) * sp.Derivative(Q, (threshold, 2)), Elementary("product rule"))
    .conclude()
)

gauss = sp.exp(-(normal**2) / 2) / sp.sqrt(2 * sp.pi)
on_axis = sp.Integral(2 * sp.exp(-(inside**2) / (2 * width**2)) / sp.sqrt(2 * sp.pi * width**2), (inside, 0, sp.oo))
TEST_RADON = (
    Chain("A normal test density integrates to 1 along each axis of a hyperplane", on_axis, claim=NAME)
    .equals(sp.S.One, Evaluate("the error function", on_axis, sp.erf(inside / (sp.sqrt(2) * width))))
    .conclude()
)
mean_neuron = sp.Integral((offset + width * normal) * gauss, (normal, -offset / width, sp.oo))
smooth_neuron = offset * (1 + sp.erf(offset / (sp.sqrt(2) * width))) / 2 + width * sp.exp(
    -(offset**2) / (2 * width**2)
) / sp.sqrt(2 * sp.pi)
NEURON = (
    Chain(
        "A neuron against a normal test density, t the signed distance of its centre from the hyperplane",
        mean_neuron,
        claim=NAME,
    )
    .equals(
        smooth_neuron,
        Evaluate(
            "a primitive", mean_neuron, offset * sp.erf(normal / sp.sqrt(2)) / 2 - width * gauss, {width: (0.3, 1)}
        ),
    )
    .conclude()
)
CURVATURE = (
    Chain("Its Laplacian in the centre is the test density's Radon transform at the hyperplane", sp.Derivative(smooth_neuron, (offset, 2)), claim=NAME)
    .equals(sp.exp(-(offset**2) / (2 * width**2)) / sp.sqrt(2 * sp.pi * width**2), Elementary("differentiate"))
    .conclude()
)  # fmt: skip

merged, opposite = indexed("merged_amplitude", "A"), indexed("weight_of_reflection", r"g^{\prime}")
even_weight = Hypothesis(
    "the weight is even",
    r"g^{\prime}_H = g(-v_H,-b_H) = g(v_H,b_H) = g_H",
    sp.Eq(opposite[H], g[H], evaluate=False),
    (H,),
)
norm = Hypothesis(
    "stability norm by hyperplanes",
    r"\stabilitynorm{f} = \sum_H \lvert A_H\rvert g_H",
    sp.Eq(stability_norm, sp.Sum(sp.Abs(merged[H]) * g[H], (H, 1, planes))),
)
VARIATION = (
    Chain(
        "The weighted total variation of a net's measure, half of each amplitude on either side",
        sp.Sum(sp.Abs(merged[H]) / 2 * g[H] + sp.Abs(merged[H]) / 2 * opposite[H], (H, 1, planes)),
        hypotheses=(even_weight, norm),
        claim=NAME,
    )
    .equals(
        sp.Sum(sp.Abs(merged[H]) * g[H], (H, 1, planes)),
        ByHypothesis(even_weight.name, sp.Abs(merged[H]) / 2, over=[(H, 1, planes)]),
    )
    .equals(stability_norm, ByHypothesis(norm.name, -1))
    .conclude()
)

bump = sp.exp(-(distance**2) / 2)
HERMITE = {1: threshold**2 - 1, 3: threshold**4 - 6 * threshold**2 + 3, 5: threshold**6 - 15 * threshold**4 + 45 * threshold**2 - 15}  # fmt: skip
"""He_{d+1} for odd d."""


def radial_laplacian(f: sp.Expr, d: int) -> sp.Expr:
    """The Laplacian of a radial function, f'' + (d-1) f'/r, not carried out."""
    return sp.Derivative(f, (distance, 2)) + (d - 1) * sp.Derivative(f, distance) / distance


def primitive(polynomial: sp.Expr) -> sp.Expr:
    r"""Q with :math:`(Q e^{-\rho^2/2})' = p\, e^{-\rho^2/2}` for an odd polynomial p in rho: Q' - rho Q = p."""
    rest, result = sp.Poly(polynomial, inside), sp.Poly(0, inside)
    while not rest.is_zero:
        term = sp.Poly(-rest.LC() * inside ** (rest.degree() - 1), inside)
        result += term
        rest -= term.diff(inside) - sp.Poly(inside, inside) * term
    return result.as_expr()


def local_density(d: int) -> tuple[Derivation, ...]:
    """The bump's measure for d = 3, 5: powers of the Laplacian one by one, then the integral over a hyperplane."""
    derivations = []
    values, sign = [sp.S.One], (-1) ** ((d + 1) // 2)
    for count in range((d + 1) // 2):
        before = values[-1]
        after = sp.expand(
            sp.diff(before, distance, 2) - 2 * distance * sp.diff(before, distance) + (distance**2 - 1) * before
            + (d - 1) * (sp.diff(before, distance) / distance - before)
        )  # fmt: skip
        values.append(after)
        derivations.append(
            Chain(f"d = {d}: power {count + 1} of the Laplacian of the bump", radial_laplacian(before * bump, d), claim=NAME)
            .equals(after * bump, Elementary("differentiate"))
            .conclude()
        )  # fmt: skip
    on_plane = sp.expand(values[-1].subs(distance, sp.sqrt(threshold**2 + inside**2)) * inside ** (d - 2))
    decay = sp.exp(-(threshold**2 + inside**2) / 2)
    integral = sp.Integral(on_plane * decay, (inside, 0, sp.oo))
    closed = -sign * HERMITE[d] * sp.exp(-(threshold**2) / 2) / (2 * (2 * sp.pi) ** ((d - 1) // 2))
    derivations.append(
        Chain(f"d = {d}: the measure's density by integration over a hyperplane, in the distance from its foot",
              -radon_constant(sp.Integer(d)) * sign * sphere(sp.Integer(d - 1)) * integral, claim=NAME)
        .equals(closed, Evaluate("a primitive", integral, primitive(on_plane) * decay))
        .conclude()
    )  # fmt: skip
    return tuple(derivations)


LINE = (
    Chain("d = 1: the density is half of the second derivative, at either of (1,b) and (-1,-b)",
          radon_constant(sp.S.One) * sp.Derivative(sp.exp(-(threshold**2) / 2), (threshold, 2)), claim=NAME)
    .equals(HERMITE[1] * sp.exp(-(threshold**2) / 2) / 2, Elementary("differentiate"))
    .conclude()
)  # fmt: skip

wave, decay = frequency * threshold, sp.exp(-(frequency**2) / 2)
dawson = sp.Integral((frequency * sp.cos(wave) + threshold * sp.sin(wave)) * decay, (frequency, 0, sp.oo))
DAWSON = (
    Chain("d = 2: the sine transform S obeys S' = 1 - b S, the equation of Dawson's function", dawson, claim=NAME)
    .equals(sp.S.One, Evaluate("a primitive", dawson, -sp.cos(wave) * decay))
    .conclude()
)  # fmt: skip
hilbert = sp.Integral(
    (frequency**3 * sp.cos(wave) - (threshold**3 - 3 * threshold) * sp.sin(wave)) * decay, (frequency, 0, sp.oo)
)
PLANE = (
    Chain("d = 2: the cosine transform of the third power of the frequency in terms of S", hilbert, claim=NAME)
    .equals(
        2 - threshold**2,
        Evaluate(
            "a primitive",
            hilbert,
            ((threshold**2 - frequency**2 - 2) * sp.cos(wave) + threshold * frequency * sp.sin(wave)) * decay,
        ),
    )
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="The stability norm and the Radon transform",
    statement=r"""
Let $\gamma_d = \frac{1}{2(2\pi)^{d-1}}$ and $\alpha = -\gamma_d\,R(-\Delta)^{(d+1)/2} f$, an even measure on $S^{d-1}\times\mathbb R$: $(v,b)$ and $(-v,-b)$ are one
hyperplane. For every $f$ with $\alpha$ finite and all test functions $\psi$,
$$ \int_{S^{d-1}\times\mathbb R} (R\psi)(v,b)\,d\alpha = \langle f, \Delta\psi\rangle, $$
and no other finite even measure has this property.

For nets $f = \sum_i a_i(\langle v_i,x\rangle - b_i)_+ + {}$affine, $\alpha = \sum_i \frac{a_i}{2}\bigl(\delta_{(v_i,b_i)} + \delta_{(-v_i,-b_i)}\bigr)$, and
$\int g\,d\abs\alpha = \stabilitynorm{f}$: one factor $\frac12$ for the two orientations, none elsewhere.

If $f$ is smooth and decays with its derivatives, $\alpha$ has the density $\gamma_d\,\partial_b^2(-\partial_b^2)^{(d-1)/2}Rf$ with respect to
$d\sigma(v)\,db$ on the whole of $S^{d-1}\times\mathbb R$, and
$$ f(x) = \int (\langle v,x\rangle - b)_+\,d\alpha = \tfrac12\int \abs{\langle v,x\rangle - b}\,d\alpha, $$
with no affine part. For $f = e^{-\abs x^2/2}$ the density is, with $\kappa = \frac{1}{2(2\pi)^{(d-1)/2}}$,
$$ -\kappa\sqrt{\tfrac2\pi}\int_0^\infty \omega^{d+1}e^{-\omega^2/2}\cos(\omega b)\,d\omega
   = \begin{cases} (-1)^{(d-1)/2}\,\kappa\,\mathrm{He}_{d+1}(b)\,e^{-b^2/2}, & d \text{ odd},\\
   -\frac{1}{2\pi}\bigl(2-b^2+(b^3-3b)S(b)\bigr), & d = 2,\end{cases} $$
where $S(b) = \int_0^\infty e^{-\omega^2/2}\sin(\omega b)\,d\omega = \sqrt2\,\mathrm{Dawson}(b/\sqrt2)$. The weighted total variation $\int g\,d\abs\alpha$ is the mean of $\stabilitynorm{f_k}$ over nets $f_k$ of $k$
neurons drawn from $\abs\alpha$, each with the amplitude $\pm\abs\alpha/k$.

Why $\alpha$ is determined: for a spherical harmonic $Y_l$ and $\eta$ of the same parity whose Fourier transform vanishes near $0$, $Y_l(v)\eta(b)$ is a Radon
transform $R\psi$. So $\int R\psi\,d\alpha = 0$ for all $\psi$ makes the Fourier transform of each finite measure $\int Y_l\,d\alpha(v,\cdot)$ vanish off $0$, hence everywhere.
""".strip(),
    hypotheses=(
        r"For nets $R(-\Delta)^{(d+1)/2}f$ is meant weakly: $\langle\alpha, h\rangle = -\gamma_d\langle f, (-\Delta)^{(d+1)/2}R^*h\rangle$ for $h = R\psi$, where $\gamma_d(-\Delta)^{(d-1)/2}R^*R\psi = \psi$.",
        r"The derivations take normal densities for $\psi$, of every centre and width; their span is dense.",
        r"The mean over drawn nets is over populations or data fixed beforehand; almost surely no hyperplane is drawn twice.",
        r"Euler's gamma and beta integrals and the projection slice theorem are taken from the literature. The two derivations from them compare coefficients of $(-r^2/2)^k/k!$ with those of $e^{-r^2/2}$ and of $(r^2-d)\,e^{-r^2/2}$, for all $d$ and $k$ at once.",
    ),
    source=Source(
        PAPER, "the analytic form of the stability norm; the conventions and the examples are this project's"
    ),
    derivations=(
        TEST_RADON,
        NEURON,
        CURVATURE,
        VARIATION,
        INVERSION,
        BACKPROJECTION,
        RIDGE,
        LINE,
        *local_density(3),
        *local_density(5),
        DAWSON,
        PLANE,
    ),
)
