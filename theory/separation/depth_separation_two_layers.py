r"""A net with two hidden layers that computes the pyramid and is a stable minimum.

Its gradient is taken in all parameters of such nets; at the weights of the pyramid, where the neurons of the first layer come in pairs
:math:`\pm x_c`, its square is bounded, and with it the sharpness.
"""

from __future__ import annotations

import sympy as sp

from theory.claim import PAPER, Claim, Source, Statement
from theory.kernel import ByDerivation, ByHypothesis, Chain, Drop, Hypothesis, Identity, Rewrite, Squares
from theory.kernel.functions import relu, step
from theory.separation.lemmas import paired_gradient as paired
from theory.separation.lemmas.two_layer_gradient import (
    NAME,
    TRACE,
    Blocks,
    e,
    entries_of,
    form,
    length,
    over_coordinates,
    over_data,
    squares,
)
from theory.symbols import c, d, eta, indexed, j, n, x


def pair(coordinate: sp.Expr = c, datum: sp.Expr = j) -> tuple[sp.Expr, sp.Expr]:
    """The pre-activations of the two neurons of a coordinate: x_c and -x_c."""
    return x[datum, coordinate], -x[datum, coordinate]


def size(coordinate: sp.Expr = c, datum: sp.Expr = j) -> sp.Expr:
    """|x_c|, the sum of its positive and its negative part."""
    return sp.Add(*(relu(t) for t in pair(coordinate, datum)))


def one_norm(datum: sp.Expr = j) -> sp.Expr:
    """|x|_1."""
    return sp.Sum(size(c, datum), *over_coordinates)


mask, excess = indexed("second_mask", "m"), indexed("second_output", "z")
SECOND_LAYER = tuple(
    Hypothesis(name, rf"{letter}_j = {latex}", sp.Eq(base[j], function(1 - one_norm()), evaluate=False), (j,))
    for name, letter, base, function, latex in (
        ("mask of the second layer", "m", mask, step, r"\mathbf 1\{\lVert x_j\rVert_1 < 1\}"),
        ("output of the second layer", "z", excess, relu, r"(1 - \lVert x_j\rVert_1)_+"),
    )
)


signed_parts = sum(sp.Sum(relu(t), *over_coordinates) for t in pair())
PYRAMID = (
    Chain("The net at the pyramid's weights", relu(1 - signed_parts), for_all=((j, n),), claim=NAME)
    .equals(relu(1 - one_norm()), Identity("a number is as large as its positive and its negative part together"))
    .conclude()
)

off_axes = Hypothesis(
    "no coordinate is 0",
    r"\mathbf 1\{x_{j,c} > 0\} + \mathbf 1\{-x_{j,c} > 0\} = 1, \text{ that is } x_{j,c} \ne 0",
    sp.Eq(sum(step(t) for t in pair()), 1, evaluate=False),
    ((j, n), (c, d)),
)
square = sp.Sum(x[j, c] ** 2, *over_coordinates)
SHORTER = (
    Chain("The Euclidean norm is the smaller", square, hypotheses=(off_axes,), for_all=((j, n),), claim=NAME)
    .equals(
        sp.Sum(sp.Add(*(t * relu(t) for t in pair())), *over_coordinates),
        ByHypothesis(off_axes.name, -(x[j, c] ** 2), over=over_coordinates, reason="one of each pair is active"),
    )
    .equals(
        sp.Sum(size() ** 2, *over_coordinates),
        ByHypothesis(
            off_axes.name,
            x[j, c] ** 2 * sum(step(t) for t in pair()),
            over=over_coordinates,
            reason="so never both are",
        ),
    )
    .at_most(
        one_norm() ** 2,
        Squares(
            "products of different coordinates",
            ((size(c) * size(e), 1 - sp.KroneckerDelta(c, e)),),
            over=((c, 1, d), (e, 1, d)),
        ),
    )
    .conclude()
)


def blocks(datum: sp.Expr = j) -> Blocks:
    """The gradient at the pyramid's weights: entries with the indices that they run over, first layer last."""
    active_pair = [mask[datum] * step(t) for t in pair(c, datum)]
    return (
        ((sp.S.One, excess[datum], mask[datum]), ()),
        ((*(mask[datum] * relu(t) for t in pair(c, datum)), *(-a for a in active_pair)), over_coordinates),
        (tuple(-a * x[datum, e] for a in active_pair), (*over_coordinates, (e, 1, d))),
    )


gradient_square = squares(blocks())
AT_WEIGHTS = (
    Chain(
        "The squares of all derivatives at the pyramid's weights",
        paired.gradient_square,
        hypotheses=(*paired.AT_PYRAMID, *SECOND_LAYER),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(gradient_square, Rewrite("the weights", tuple(h.name for h in (*paired.AT_PYRAMID, *SECOND_LAYER))))
    .conclude()
)
largest = 2 * d + 3
t = one_norm()
SQUARE = (
    Chain(
        "The square of the gradient at a datum",
        gradient_square,
        hypotheses=(off_axes, *SECOND_LAYER),
        for_all=((j, n),),
        claim=NAME,
    )
    .equals(
        1 + excess[j] ** 2 + mask[j] ** 2 * (1 + square + d * (1 + square)),
        ByHypothesis(
            off_axes.name,
            mask[j] ** 2 * (1 + x[j, c] ** 2 + square),
            over=over_coordinates,
            reason="one neuron of each pair is active",
        ),
    )
    .equals(
        1 + relu(1 - t) ** 2 + step(1 - t) * (1 + square + d * (1 + square)),
        Rewrite("the second layer", tuple(h.name for h in SECOND_LAYER)),
    )
    .at_most(
        1 + relu(1 - t) ** 2 + step(1 - t) * (1 + d + (1 + d) * t**2),
        ByDerivation(SHORTER, (1 + d) * step(1 - t), reason="the Euclidean norm is the smaller"),
    )
    .at_most(
        3 + 2 * d - d * (1 + t) * relu(1 - t) - 2 * t * relu(1 - t),
        Squares("outside of the pyramid only the output bias is left", ((2 * d + 2, 1 - step(1 - t)),)),
    )
    .at_most(largest, Drop("inside it", d * (1 + t) * relu(1 - t) + 2 * t * relu(1 - t)))
    .conclude()
)

at_pyramid = tuple(
    (family.base, sp.Lambda(family.indices, entry))
    for (symbols, _), (values, _) in zip(entries_of(), blocks(), strict=True)
    for family, entry in zip(symbols, values, strict=True)
)
SHARPNESS = (
    Chain("The quadratic form of the Gram matrix", form(blocks()) / n, hypotheses=(off_axes, *SECOND_LAYER), claim=NAME)
    .at_most(
        length * sp.Sum(gradient_square, *over_data) / n,
        ByDerivation(TRACE, 1 / n, at=at_pyramid, reason="a Gram matrix is below its trace"),
    )
    .at_most(largest * length, ByDerivation(SQUARE, length / n, over=over_data, reason="datum by datum"))
    .conclude()
)

step_size = Hypothesis("the step size", r"\eta\,(2d + 3) \le 2", sp.Le(eta * largest, 2, evaluate=False))
STABLE = (
    Chain(
        "The quadratic form at a small step size",
        form(blocks()) / n,
        hypotheses=(off_axes, *SECOND_LAYER, step_size),
        claim=NAME,
    )
    .at_most(largest * length, ByDerivation(SHARPNESS, reason="the sharpness"))
    .at_most(2 * length / eta, ByHypothesis(step_size.name, length / eta))
    .conclude()
)

CLAIM = Claim(
    name=NAME,
    title="Two hidden layers: a stable implementation of the pyramid",
    statements=(
        Statement(
            name="pyramid",
            text=r"""
The net $(1 - \sum_i (x_i)_+ - \sum_i (-x_i)_+)_+$ with two hidden layers computes $\varphi(x) = (1 - \norm{x}_1)_+$ exactly, where
$\abs{x_i} = (x_i)_+ + (-x_i)_+$.
""".strip(),
            formal=sp.Eq(relu(1 - signed_parts), relu(1 - one_norm()), evaluate=False),
            derivation=PYRAMID,
            theorems=("TwoLayers.pyramid_netE",),
        ),
        Statement(
            name="gradient-of-the-second-layer",
            text=r"""
Let $f = w^{(3)}(s)_+ + b^{(3)}$ with a shallow net $s$. Off its kink $f$ has the derivative $w^{(3)}\,\mathbf 1\{s > 0\}\,\partial s/\partial\tau$ in every
parameter $\tau$ of $s$, $(s)_+$ in $w^{(3)}$ and $1$ in $b^{(3)}$; here as one combination of all of them.
""".strip(),
            hypotheses=(r"$s \ne 0$.",),
            formal=sp.Eq(paired.outer_derivatives, paired.outer_gradient, evaluate=False),
            derivation=paired.OUTER,
            assumes=(paired.OFF_SECOND,),
        ),
        Statement(
            name="gradient-of-the-first-layer",
            text=r"""
Let $s = b^{(2)} + \sum_i u^+_i(z^+_i)_+ + \sum_i u^-_i(z^-_i)_+$ with $z^\pm_i = \langle w^\pm_i, x\rangle + b^\pm_i$. Off the kinks its derivatives in $b^{(2)}$,
$u^\pm_p$, $b^\pm_p$ and $w^\pm_{p,q}$ are $1$, $(z^\pm_p)_+$, $u^\pm_p\mathbf 1\{z^\pm_p > 0\}$ and $u^\pm_p\mathbf 1\{z^\pm_p > 0\}\,x_q$; here as one combination
of all of them.
""".strip(),
            hypotheses=("No datum is on a kink of the first layer.",),
            formal=sp.Eq(paired.inner_derivatives, paired.inner_gradient, evaluate=False),
            derivation=paired.INNER,
            assumes=paired.OFF_FIRST,
        ),
        Statement(
            name="gradient-at-the-weights",
            text=r"""
At the pyramid's weights $w^\pm_i = \pm e_i$, $b^\pm_i = 0$, $u^\pm_i = -1$, $b^{(2)} = w^{(3)} = 1$, so that $z^\pm_i = \pm x_i$, the squares of all entries add up to
$$ 1 + (1 - \norm{x}_1)_+^2 + m + m\sum_c \bigl[(x_c)_+^2 + (-x_c)_+^2\bigr] + m\,(1 + \norm{x}^2)\sum_c \bigl[\mathbf 1\{x_c > 0\} + \mathbf 1\{-x_c > 0\}\bigr],
   \qquad m = \mathbf 1\{\norm{x}_1 < 1\}. $$
""".strip(),
            formal=sp.Eq(paired.gradient_square, gradient_square, evaluate=False),
            derivation=AT_WEIGHTS,
            assumes=paired.AT_PYRAMID,
        ),
        Statement(
            name="gradient-square",
            text=r"""
At the pyramid's weights the squares of all these derivatives add up to at most $2d + 3$ at every datum without a coordinate $0$.
""".strip(),
            hypotheses=(r"No datum has a coordinate $0$.",),
            formal=sp.Le(gradient_square, largest, evaluate=False),
            derivation=SQUARE,
            assumes=(off_axes,),
        ),
        Statement(
            name="sharpness",
            text=r"""
So for every data set off the kinks $\sum_{j,l} u_j u_l K_{j,l} \le (2d+3)\sum_j u_j^2$ for every $u$, where
$K_{j,l} = \frac1n\langle\nabla f(x_j), \nabla f(x_l)\rangle$: at interpolation the sharpness is at most $2d + 3$.
""".strip(),
            hypotheses=(r"No datum has a coordinate $0$ or $\norm{x}_1 = 1$.", r"Labels $y_j = \varphi(x_j)$."),
            formal=sp.Le(form(blocks()) / n, largest * length, evaluate=False),
            derivation=SHARPNESS,
            assumes=(off_axes,),
            theorems=("TwoLayers.two_layers",),
        ),
        Statement(
            name="stable",
            text=r"""
Gradient descent is linearly stable at this net for every step size up to $2/(2d+3)$: the form above is at most $\frac2\eta\sum_j u_j^2$.
""".strip(),
            hypotheses=(r"No datum has a coordinate $0$ or $\norm{x}_1 = 1$.", r"Labels $y_j = \varphi(x_j)$."),
            formal=sp.Le(form(blocks()) / n, 2 * length / eta, evaluate=False),
            derivation=STABLE,
            assumes=(off_axes, step_size),
            theorems=("TwoLayers.two_layers_stable",),
            rests_on=("linear-stability.sufficient",),
        ),
    ),
    source=Source(
        PAPER,
        "that a stable net with two hidden layers implements the function; the net, the bound and its constant are this project's",
    ),
    lemmas=(*paired.BEFORE, SHORTER, TRACE),
    machine_refuted=(("2d + 2 in place of 2d + 3", "Controls.control_two_layers", "sharpness"),),
    remarks=r"""
At a datum off the kinks exactly one neuron of each pair is active, which is how the derivations use it: $\mathbf 1\{x_c > 0\} + \mathbf 1\{-x_c > 0\} = 1$.
The constant is approached by one datum near a vertex of the pyramid.
""".strip(),
)
