"""What the solver proves, what it has a model against, and what it is not asked."""

from __future__ import annotations

import pytest
import sympy as sp

from tests.theory.falsifier.bare import Bare, stated
from theory.falsifier import Refuted, falsify
from theory.falsifier.setting import setting
from theory.falsifier.solver import Answer, asked
from theory.kernel.functions import relu, step

i, n = sp.symbols("i n", integer=True, positive=True)
x, y = sp.symbols("x y", real=True)
u, v = sp.symbols("u v", nonnegative=True)
p = sp.Symbol("p", positive=True)
A, B = sp.IndexedBase(sp.Symbol("A", real=True)), sp.IndexedBase(sp.Symbol("B", real=True))

TRUE = {
    "the means": stated(sp.sqrt(u * v), "<=", (u + v) / 2),
    "Cauchy and Schwarz": stated(
        sp.Sum(A[i] ** 2, (i, 1, n)) * sp.Sum(B[i] ** 2, (i, 1, n)), ">=", sp.Sum(A[i] * B[i], (i, 1, n)) ** 2
    ),
    "minimum and absolute value": stated(sp.Min(x, y), "=", (x + y - sp.Abs(x - y)) / 2),
    "maximum": stated(sp.Max(x, y), ">=", x),
    "rectifiers": stated(relu(x) + relu(y), ">=", relu(x + y)),
    "from an assumption": stated(sp.Sum(A[i], (i, 1, n)), "<=", n, (sp.Le(A[i], 1), ((i, n),))),
    "from a domain": stated(x * (1 - x), ">=", 0, domain=((x, 0, 1),)),
    "a quotient": stated(1 / (1 + p), "<=", 1),
}
FALSE = {
    "the means turned": stated(sp.sqrt(u * v), ">=", (u + v) / 2),
    "a mask": stated(step(x) + step(-x), "=", 1),
    "outside of the domain": stated(x * (1 - x), ">=", 0, domain=((x, 0, 2),)),
    "a narrow gap": stated((1000 * x - 997) ** 2, ">=", sp.Rational(1, 10**6)),
}


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("derivation", TRUE.values(), ids=TRUE.keys())
def test_proved(derivation: Bare, size: int) -> None:
    """There is no model of the negation."""
    step_ = derivation.steps[0]
    answer = asked(setting(derivation), derivation.start, step_.relation, step_.expression, size)
    assert answer == Answer(proved=True)


@pytest.mark.parametrize("derivation", FALSE.values(), ids=FALSE.keys())
def test_refuted(derivation: Bare) -> None:
    """There is one, and the step is false there."""
    step_ = derivation.steps[0]
    answer = asked(setting(derivation), derivation.start, step_.relation, step_.expression, 1)
    assert answer is not None
    assert not answer.proved
    with pytest.raises(Refuted):
        falsify(derivation)


def test_not_asked() -> None:
    """Transcendental functions, complex numbers and many variables."""
    many = sp.Add(*sp.symbols("a0:20", real=True))
    for side in (sp.exp(x), sp.Symbol("z"), many):
        assert asked(setting(stated(side, ">=", 0)), side, ">=", sp.S.Zero, 1) is None
