r"""What a subset of the data gains on all of them: neurons that are inactive off the subset.

Of neuron i let :math:`\bar z_i, P_i, \bar x_i` be the means of output, activation and active data over all n data, and
:math:`\hat z_i, \hat P_i, \hat x_i` those over the subset, of m data. If the neuron is inactive off the subset, each of the latter is n/m times
the former, so that its term :math:`\lvert a_i\rvert\tilde g` grows by :math:`(n/m)^2`.
"""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByDerivation, ByHypothesis, Chain, Derivation, Hypothesis, Rewrite
from theory.kernel.functions import relu, step
from theory.quantities import definition, lever_square, names
from theory.stability.by_hyperplane.data_vectors import NAME, member, size
from theory.symbols import W1, active, c, d, i, indexed, j, k, mean, n, preactivation, w2, x

_ALL, _SUBSET = "bar", "hat"
_WORDS = {_ALL: "over all data", _SUBSET: "over the subset"}
_MEAN = {_ALL: r"\frac1n\sum_j ", _SUBSET: r"\frac1m\sum_j \tau_j"}
_output, _share, _moment = (
    {over: indexed(f"{name}_{_WORDS[over].replace(' ', '_')}", rf"\{over} {letter}", **kind) for over in _WORDS}
    for name, letter, kind in (
        ("output", "z", {"nonnegative": True}),
        ("share", "P", {"nonnegative": True}),
        ("moment", "x", {"real": True}),
    )
)


def _mean(over: str, term: sp.Expr) -> sp.Expr:
    return mean(term) if over == _ALL else sp.Sum(member[j] * term, (j, 1, n)) / size


def _means(over: str) -> tuple[Hypothesis, ...]:
    written, words = _MEAN[over], _WORDS[over]
    return (
        definition(
            f"mean output {words}",
            rf"\{over} z_i = {written}(\langle w^{{(1)}}_i,x_j\rangle + b^{{(1)}}_i)_+",
            _output[over][i],
            _mean(over, relu(preactivation())),
            i,
        ),
        definition(
            f"share {words}",
            rf"\{over} P_i = {written}\mathbf 1\{{\langle w^{{(1)}}_i,x_j\rangle + b^{{(1)}}_i > 0\}}",
            _share[over][i],
            _mean(over, active()),
            i,
        ),
        definition(
            f"first moment {words}",
            rf"\{over} x_{{i,c}} = {written}x_{{j,c}}\mathbf 1\{{\langle w^{{(1)}}_i,x_j\rangle + b^{{(1)}}_i > 0\}}",
            _moment[over][i, c],
            _mean(over, x[j, c] * active()),
            i,
            c,
        ),
    )


_of_all, _of_subset = _means(_ALL), _means(_SUBSET)
inactive = tuple(
    Hypothesis(name, latex, sp.Eq(member[j] * term, term, evaluate=False), ((i, k), (j, n)))
    for name, latex, term in (
        (
            "no output off the subset",
            r"\tau_j(\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i)_+ = (\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i)_+",
            relu(preactivation()),
        ),
        (
            "no activation off the subset",
            r"\tau_j\mathbf 1\{\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i > 0\}"
            r" = \mathbf 1\{\langle w^{(1)}_i,x_j\rangle + b^{(1)}_i > 0\}",
            active(),
        ),
    )
)
"""No neuron is active on a datum off the subset."""


_RANGES = ((i, k), (c, d))


def _scaled(name: str, letter: str, families: dict[str, sp.IndexedBase], *indices: sp.Symbol) -> Hypothesis:
    return Hypothesis(
        name,
        rf"\hat {letter} = \frac nm\bar {letter}",
        sp.Eq(families[_SUBSET][indices], n / size * families[_ALL][indices], evaluate=False),
        _RANGES[: len(indices)],
    )


scaled = (
    _scaled("outputs n/m times as large", "z_i", _output, i),
    _scaled("shares n/m times as large", "P_i", _share, i),
    _scaled("moments n/m times as large", "x_{i,c}", _moment, i, c),
)


def _scaling(title: str, place: int, term: sp.Expr, off: Hypothesis, factor: sp.Expr) -> Derivation:
    """A mean over the subset is n/m times that over all data, of what vanishes off the subset."""
    over_subset, over_all = _of_subset[place], _of_all[place]
    assert over_subset.relation is not None
    assert over_all.relation is not None
    return (
        Chain(
            title,
            over_subset.relation.lhs,
            hypotheses=(over_subset, over_all, off),
            for_all=_RANGES[: len(over_subset.for_all)],
            claim=NAME,
        )
        .equals(sp.Sum(member[j] * term, (j, 1, n)) / size, Rewrite("the mean over the subset", (over_subset.name,)))
        .equals(
            sp.Sum(term, (j, 1, n)) / size,
            ByHypothesis(off.name, factor / size, over=((j, 1, n),), reason="inactive off the subset"),
        )
        .equals(n / size * over_all.relation.lhs, Rewrite("the mean over all data", (over_all.name,)))
        .conclude()
    )


_SCALINGS = (
    _scaling("Outputs", 0, relu(preactivation()), inactive[0], sp.S.One),
    _scaling("Shares", 1, active(), inactive[1], sp.S.One),
    _scaling("Moments", 2, x[j, c] * active(), inactive[1], x[j, c]),
)


def one_sided_norm(over: str) -> sp.Expr:
    r"""The sum of :math:`\lvert a_i\rvert\tilde g_i`, in which the length of the input weight cancels, over the neurons that have one."""
    root = sp.sqrt(lever_square(_share[over][i], sp.Sum(_moment[over][i, c] ** 2, (c, 1, d))))
    proper = step(sp.Sum(W1[i, c] ** 2, (c, 1, d)))
    return sp.Sum(proper * sp.Abs(w2[i]) * _output[over][i] * root, (i, 1, k))


of_all, of_subset = one_sided_norm(_ALL), one_sided_norm(_SUBSET)
difference = size / n * (1 + 2 * of_subset) - (1 + 2 * of_all)
gained = (n / size - 1) * (2 * of_all - size / n)
_GAIN = (
    Chain("The subset against all data, means n/m times as large", difference, hypotheses=scaled, claim=NAME)
    .equals(gained, Rewrite("each term is (n/m)^2 times as large", names(scaled)))
    .conclude()
)
GAIN = (
    Chain(
        "The subset against all data",
        difference,
        hypotheses=(*_of_all, *_of_subset, *inactive),
        claim=NAME,
    )
    .equals(
        gained,
        ByDerivation(
            _GAIN,
            reason="what is inactive off the subset has means n/m times as large",
            discharged=tuple((each.name, proof) for each, proof in zip(scaled, _SCALINGS, strict=True)),
        ),
    )
    .conclude()
)
