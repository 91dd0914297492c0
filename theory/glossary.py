r"""The notation of the export, in one place: that of the setting, and what the symbols of a claim stand for.

A symbol of a claim is called by what it stands for (``theory.latex.named``), so its words are its name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import sympy as sp
from sympy.core.function import AppliedUndef

import theory.symbols
from theory.claim import Claim
from theory.kernel import Derivation
from theory.latex import latex
from theory.shorthand.abbreviations import letters, letters_in

SETTING: tuple[tuple[str, str], ...] = (
    (r"x_1,\dots,x_n \in \mathbb{R}^d", r"the data, with labels $y_1,\dots,y_n \in \mathbb{R}$"),
    (
        r"X",
        r"a datum drawn from the data with equal chances, $\E$ and $\Prob$ the mean and the probability of it, unless a claim names another law",
    ),
    (
        r"f(x) = \sum_{i=1}^{k} w^{(2)}_i \left(\langle w^{(1)}_i, x\rangle + b^{(1)}_i\right)_+ + b^{(2)}",
        r"a shallow net with $k$ neurons; what is inside the bracket is the pre-activation of neuron $i$, and where it is $0$ is the kink of the neuron",
    ),
    (r"(z)_+ = \max(z, 0)", r"the rectifier, and $\mathbf{1}\{A\}$ is $1$ where $A$ holds and $0$ elsewhere"),
    (
        r"L = \frac{1}{2n}\sum_{j=1}^{n}(f(x_j) - y_j)^2",
        r"the loss, which is minimised by gradient descent with the step size $\eta$",
    ),
    (
        r"\hessian",
        r"the Hessian of the loss by the parameters, and $\sharpness(\hessian)$ its largest eigenvalue, the sharpness; also without its argument",
    ),
    (
        r"\Phi",
        r"the matrix with the columns $\nabla f(x_j)$, gradients by the parameters, and $K = \frac1n\Phi^{\mathsf T}\Phi$ their Gram matrix",
    ),
    (r"q = \E\nabla f(X)", r"the mean gradient"),
    (
        r"\onesidedweight(v, b) = \E\left[(\langle v, X\rangle - b)_+\right]\sqrt{\Prob(A)^2 + \norm{\E[X\mathbf{1}_A]}^2}",
        r"the one-sided weight of the hyperplane with the unit normal $v$ and the threshold $b$, where $A = \{\langle v, X\rangle > b\}$; $b$ alone is a threshold, $b^{(1)}$ and $b^{(2)}$ are biases of the net, and $B$ is the size of a batch",
    ),
    (r"g(v, b) = \min\left(\onesidedweight(v, b), \onesidedweight(-v, -b)\right)", r"the weight of that hyperplane"),
    (
        r"\stabilitynorm{f} = \sum_H \abs{a_H} g_H",
        r"the stability norm: a sum over the different hyperplanes $H$ that are kinks of neurons, $a_H$ being the sum of the amplitudes $a_i = w^{(2)}_i\norm{w^{(1)}_i}$ of the neurons on $H$, and $g_H$ its weight",
    ),
    (
        r"(\radon\psi)(v, b) = \int_{\langle v, x\rangle = b}\psi",
        r"the Radon transform of $\psi$, its integral over the hyperplane; also $(\radon\psi)_H$",
    ),
    (r"\varphi(x) = (1 - \norm{x}_1)_+", r"the pyramid, and $B_R$ the ball of radius $R$ around the origin"),
    (
        r"\sum_{\pm} t^{\pm} = t^{+} + t^{-}",
        r"the sum of a term with the upper signs, all of them at once, and of the same term with the lower ones",
    ),
    (r"i;\ j, l;\ c;\ p", r"as indices: neurons; data; coordinates; parameters"),
    (
        r"\langle\cdot,\cdot\rangle,\ \norm{\cdot},\ \abs{\cdot}",
        r"the Euclidean product and length, and the absolute value; $A \preceq B$ means that $B - A$ is positive semidefinite",
    ),
)
"""LaTeX of each formula of the setting, and what it means, with the macros of ``theory.latex.MACROS``."""


def setting_tex() -> str:
    """The notation of the setting as a section of LaTeX."""
    rows = [rf"\item $\displaystyle {formula}$:\ {meaning}." for formula, meaning in SETTING]
    return "\n".join([r"\subsection*{Notation}", r"\begin{itemize}\sloppy", *rows, r"\end{itemize}", ""])


def symbols(claim: Claim) -> dict[str, str]:
    r"""What the derivations and formal relations of a claim write, beyond the setting: LaTeX, and its meaning in words.

    Where one letter stands for several things, in different derivations, all of them are said.

    >>> from theory import registry
    >>> symbols(registry()["linear-stability"])[r"\omega"]
    'batch weight'
    """
    found: dict[str, list[str]] = {}
    for symbol in _symbols(claim):
        name = str(symbol.func if isinstance(symbol, AppliedUndef) else symbol)
        written, words = latex(symbol), name.rstrip("'").replace("_", " ")
        # what is written as it is called is an index
        if name not in _OF_THE_SETTING and written != name and words not in found.setdefault(written, []):
            found[written].append(words)
    return {written: " or ".join(words) for written, words in found.items() if words}


def letters_of(claim: Claim) -> set[str]:
    """The letters that a claim writes in formulas; but f is the net, in the setting as in a claim."""
    derivations = [*claim.lemmas, *(each.derivation for each in claim.statements if each.derivation is not None)]
    assumed = [hypothesis for derivation in derivations for hypothesis in derivation.hypotheses]
    relations = [hypothesis.relation for hypothesis in assumed if hypothesis.relation is not None]
    texts = [claim.remarks, *(text for each in claim.statements for text in (each.text, *each.hypotheses))]
    formulas = [hypothesis.latex for hypothesis in assumed] + [
        part for text in texts for part in _FORMULA.findall(text)
    ]
    parts = itertools.chain(_symbols(claim), *map(_in_expression, relations))
    return set().union(*map(letters, parts), *map(letters_in, formulas)) - {"f"}


def _symbols(claim: Claim) -> Iterator[sp.Symbol | AppliedUndef]:
    """The symbols, the labels of families and the functions, in the order of the exposition."""
    for statement in claim.statements:
        if statement.formal is not None:
            yield from _in_expression(statement.formal)
        if statement.derivation is not None:
            yield from _in_derivation(statement.derivation)
    for derivation in claim.lemmas:
        yield from _in_derivation(derivation)


def _in_derivation(derivation: Derivation) -> Iterator[sp.Symbol | AppliedUndef]:
    for expression in (derivation.start, *(step.expression for step in derivation.steps)):
        yield from _in_expression(expression)


def _in_expression(expression: sp.Basic) -> Iterator[sp.Symbol | AppliedUndef]:
    for part in sp.preorder_traversal(expression):
        if isinstance(part, sp.Symbol | AppliedUndef):
            yield part


_FORMULA = re.compile(r"\$[^$]*\$|\\\[.*?\\\]", re.DOTALL)
_OF_THE_SETTING = frozenset(
    str(value) for value in vars(theory.symbols).values() if isinstance(value, sp.Symbol | sp.IndexedBase)
)
