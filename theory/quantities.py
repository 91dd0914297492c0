r"""The quantities of the theory: one formula each, with its notation, for any names of what it is made of.

A hyperplane has two sides; on one of them lie the data with a positive signed distance h from it. There

.. math:: \bar z = E[h_+], \quad P = \mathbb P(h > 0), \quad \bar x = E[X 1\{h > 0\}], \quad \tilde g = \bar z\sqrt{P^2 + |\bar x|^2},

the weight is :math:`g = \min(\tilde g^+, \tilde g^-)` and the stability norm :math:`\sum_H |a_H| g_H`. All derivations take these from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy as sp

from theory.kernel import Hypothesis
from theory.kernel.functions import relu, step
from theory.symbols import c, d, j, l, mean, q, x


def definition(name: str, latex: str, defined: sp.Expr, value: sp.Expr, *quantified: sp.Symbol) -> Hypothesis:
    """A definition, for all values of its indices."""
    return Hypothesis(name, latex, sp.Eq(defined, value, evaluate=False), quantified)


def names(*groups: Iterable[Hypothesis]) -> list[str]:
    """The names of hypotheses, for `Rewrite` and `Differentiate`."""
    return [hypothesis.name for group in groups for hypothesis in group]


def lever_square(mass: sp.Expr, moment_square: sp.Expr) -> sp.Expr:
    r"""The square of the lever, :math:`P^2 + |\bar x|^2`, from P and the square of the first moment."""
    return mass**2 + moment_square


def smaller_side(forward: sp.Expr, backward: sp.Expr) -> sp.Expr:
    r"""The weight :math:`g = \min(\tilde g^+, \tilde g^-)`."""
    return sp.Min(forward, backward)


def weighted_norm(amplitude: sp.Expr, weight: sp.Expr, *over: sp.Tuple | tuple[sp.Symbol, sp.Expr, sp.Expr]) -> sp.Expr:
    r"""The stability norm :math:`\sum_H |a_H| g_H`."""
    return sp.Sum(sp.Abs(amplitude) * weight, *over)


def gradient_square(scale: sp.Expr, excess: sp.Expr, output_weight: sp.Expr, lever: sp.Expr) -> sp.Expr:
    r"""What a neuron adds to the squared mean gradient: :math:`\varrho^2\bar z^2 + w^2F^2` with the squared lever :math:`F^2`."""
    return scale**2 * excess**2 + output_weight**2 * lever


def inner_of_data(first: sp.Expr = j, second: sp.Expr = l, index: sp.Symbol = c) -> sp.Expr:
    r"""The inner product :math:`1 + \langle x_j, x_l\rangle` of two data with the 1 of the bias."""
    return 1 + sp.Sum(x[first, index] * x[second, index], (index, 1, d))


def gram_entry(
    output: tuple[sp.Expr, sp.Expr], output_weight: sp.Expr, mask: tuple[sp.Expr, sp.Expr], inner: sp.Expr
) -> sp.Expr:
    r"""What a neuron adds to :math:`nK_{j,l}`: :math:`z_jz_l + w^2m_jm_l(1 + \langle x_j,x_l\rangle)`, ``inner`` the last factor."""
    return output[0] * output[1] + output_weight**2 * mask[0] * mask[1] * inner


@dataclass(frozen=True)
class Side:
    """One side of a hyperplane, by the signed distance of datum j from it; ``latex`` is how that is written."""

    distance: sp.Expr
    latex: str
    sign: str = ""
    """What its quantities have as their upper index."""

    @property
    def output(self) -> sp.Expr:
        """The positive part of the distance."""
        return relu(self.distance)

    @property
    def mask(self) -> sp.Expr:
        """1 for data on this side, else 0."""
        return step(self.distance)

    @property
    def excess(self) -> sp.Expr:
        r"""The mean distance :math:`\bar z` of the data on this side, 0 for the others."""
        return mean(self.output)

    @property
    def mass(self) -> sp.Expr:
        """The share P of the data on this side."""
        return mean(self.mask)

    def moment(self, coordinate: sp.Expr) -> sp.Expr:
        r"""The first moment :math:`\bar x` of the data on this side, in a coordinate."""
        return mean(coordinate * self.mask)

    def lever(self, index: sp.Symbol = c) -> sp.Expr:
        r"""The root :math:`\sqrt{P^2 + |\bar x|^2}`; ``index`` is that of the coordinates in it."""
        return sp.sqrt(lever_square(self.mass, sp.Sum(self.moment(x[j, index]) ** 2, (index, 1, d))))

    def weight(self, index: sp.Symbol = c) -> sp.Expr:
        r"""The one-sided weight :math:`\tilde g`."""
        return self.excess * self.lever(index)

    @property
    def excess_latex(self) -> str:
        r"""The definition of the mean distance."""
        return rf"\bar z^{{{self.sign}}}_H = \frac1n\sum_j ({self.latex})_+"

    @property
    def mass_latex(self) -> str:
        """The definition of the share."""
        return rf"P^{{{self.sign}}}_H = \frac1n\sum_j \mathbf 1\{{{self.latex} > 0\}}"

    @property
    def moment_latex(self) -> str:
        """The definition of the first moment."""
        return rf"\bar x^{{{self.sign}}}_{{H,c}} = \frac1n\sum_j x_{{j,c}}\mathbf 1\{{{self.latex} > 0\}}"


def one_sided_weight(direction: sp.IndexedBase, threshold: sp.Expr) -> sp.Expr:
    r"""The one-sided weight of a hyperplane with unit normal v and threshold b.

    .. math:: \tilde g(v,b) = E[(\langle v,X\rangle - b)_+] \sqrt{P(A)^2 + |E[X 1_A]|^2},  A = \{\langle v,X\rangle > b\}

    ``direction`` is indexed by coordinates. The same formula is computed by ``numerics.weight.one_sided_weight``.
    """
    distance = sp.Sum(direction[c] * x[j, c], (c, 1, d)) - threshold
    return Side(distance, r"\langle v,x_j\rangle - b").weight(q)


def weight(direction: sp.IndexedBase, opposite: sp.IndexedBase, threshold: sp.Expr) -> sp.Expr:
    r"""The weight :math:`g(v,b) = \min(\tilde g(v,b), \tilde g(-v,-b))`; ``opposite`` stands for the values of -v."""
    return smaller_side(one_sided_weight(direction, threshold), one_sided_weight(opposite, -threshold))
