"""Special cases: what may be put in for what, where, and the nearest thing that may not."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from theory.kernel import Chain, Derivation, Drop, FalseStep, Hypothesis
from theory.kernel.forms import Where
from theory.kernel.instances import instance, rewritten, specialised

i, j, m, n, k = sp.symbols("i j m n k", integer=True, positive=True)
x, y, z = sp.symbols("x y z", real=True)
p, q = sp.symbols("p q", positive=True)
a, b, c = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "abc")
r = sp.IndexedBase(sp.Symbol("r", positive=True))
half = sp.Rational(1, 2)
unit = Where(domain={z: (sp.S.Zero, sp.S.One)})


def stated(relation: Any, *for_all: Any) -> Hypothesis:
    """A hypothesis of any content."""
    return Hypothesis("stated", "", relation, for_all)


def concluded(e: sp.Expr, **where: Any) -> Derivation:
    """A derivation, not checked here, that something is at least 0."""
    return Chain("concluded", e, **where).at_least(0, Drop("so", e)).conclude()


def le(left: sp.Expr, right: sp.Expr | int) -> sp.Le:
    """A bound that is not evaluated."""
    return sp.Le(left, sp.sympify(right), evaluate=False)


def test_values_are_put_in_at_once() -> None:
    """An exchange stays one; families become functions of their indices; nothing is captured."""
    hypothesis = stated(le(x + a[i], y), x, y, a, i)
    assert specialised(hypothesis, {x: y, y: x}, Where()) == (y + a[i], x)
    function = sp.Lambda(j, sp.Sum(b[i] * j, (i, 1, n)))
    left, right = specialised(hypothesis, {a: function, i: i}, Where())
    assert left.subs(n, 1).doit() == x + i * b[1]
    assert right == y
    twice = stated(le(sp.Sum(a[i], (i, 1, n)), x), a)
    left, _ = specialised(twice, {a: sp.Lambda(j, i * j)}, Where({i: n}))
    assert left.subs(n, 2).doit() == 3 * i


@pytest.mark.parametrize(
    ("relation", "for_all", "at", "words"),
    [
        (le(a[i], 1), ((i, n),), {i: j}, "range"),
        (le(a[i], 1), ((i, n),), {i: n + 1}, "range"),
        (le(a[i], 1), ((i, n),), {}, "range"),
        (le(x, 1), ((i, n), x), {i: n + 1}, "range"),
        (le(a[i], 1), ((i, n), n), {n: k, i: n}, "range"),
        (le(a[i], 1), (i,), {i: n - 1}, "positive integer|index"),
        (le(x, p), (x, p), {p: x}, "cannot stand"),
        (le(x, p), (x, p), {p: sp.S.Zero}, "cannot stand"),
        (le(x, p), (x, p), {x: 1 / y}, "defined"),
        (le(x, p), (x, p), {x: sp.zeta(p)}, "closed list"),
        (le(a[i], x), (a, x), {a: sp.Lambda(j, j), x: a[1]}, "entry of a family"),
        (le(a[i], x), ((i, n), a, n), {a: sp.Lambda(j, j), n: n, i: a[1]}, "entry of a family"),
        (le(r[i], x), (r,), {r: sp.Lambda(j, y)}, "cannot stand"),
        (le(r[i], x), (r,), {r: sp.Lambda(j, sp.sqrt(y))}, "defined"),
        (le(a[i], x), (a,), {a: sp.Lambda(y, y + 1)}, "function of indices"),
        (le(a[i], x), (a,), {a: x}, "function of indices"),
        (le(a[i], x), (a,), {a: b}, "function of indices"),
        (le(a[i], x), (a,), {a: sp.Lambda((i, j), x)}, "indices"),
        (le(a[i, j], x), (a,), {a: sp.Lambda(i, x)}, "indices"),
        (le(sp.Derivative(a[1] ** 2, a[1]), x), (a,), {a: sp.Lambda(j, j + 1)}, "under"),
        (le(sp.Derivative(a[1] ** 2, a[1]), x), (a,), {a: sp.Lambda(j, x)}, "under"),
        (le(sp.Derivative(x * a[1], x), 1), (a,), {a: sp.Lambda(j, 2 * j)}, "family cannot be replaced under"),
        (le(sp.Derivative(x * y, x), 1), (x, y), {y: x}, "under"),
        (le(sp.Derivative(x * y, x), 1), (x, y), {x: y}, "under"),
        (le(a[i], x), (a.label,), {a.label: y}, "name of a family"),
    ],
    ids=str,
)
def test_no_instance_of_a_hypothesis(relation: Any, for_all: tuple[Any, ...], at: dict[Any, Any], words: str) -> None:
    """Of another kind, out of range, undefined, captured by a derivative, or with a family half replaced."""
    with pytest.raises(FalseStep, match=words):
        specialised(stated(relation, *for_all), {key: sp.sympify(value) for key, value in at.items()}, Where())


def test_what_a_derivative_does_not_hold_may_be_put_under_it() -> None:
    """A parameter becomes what does not depend on the variable."""
    hypothesis = stated(le(sp.Derivative(x * y, x), 1), x, y)
    assert specialised(hypothesis, {y: z}, Where())[0] == sp.Derivative(x * z, x)
    twice = stated(le(sp.Derivative(x**2, x) + y, 1), x, y)
    assert specialised(twice, {y: x}, Where())[0] == sp.Derivative(x**2, x) + x


@pytest.mark.parametrize(
    ("domain", "value", "lies"),
    [
        ((0, 1), z, True),
        ((0, 1), z / 2, True),
        ((0, 1), half, True),
        ((-sp.oo, 1), z, True),
        ((-sp.oo, 1), -p, True),
        ((0, sp.oo), p, True),
        ((-sp.oo, sp.oo), y, True),
        ((0, 1), sp.S.Zero, False),
        ((0, 1), sp.S.One, False),
        ((0, 1), 2 * z, False),
        ((0, 1), -z, False),
        ((0, 1), p, False),
        ((0, half), z, False),
        ((half, 1), z, False),
        ((-sp.oo, 1), p, False),
        ((0, sp.oo), y, False),
        ((0, sp.oo), -p, False),
    ],
    ids=str,
)
def test_a_derivation_holds_on_its_domain(domain: tuple[Any, Any], value: sp.Expr, lies: bool) -> None:
    """Strictly between its ends; here 0 < z < 1."""
    cited = concluded(x, domain=((x, *domain),))
    if lies:
        assert instance(cited, {x: sp.sympify(value)}, unit) == (value, 0)
        return
    with pytest.raises(FalseStep, match="not seen to lie there"):
        instance(cited, {x: sp.sympify(value)}, unit)


def test_a_symbol_that_keeps_its_name_keeps_its_interval() -> None:
    """It has to have the same one here; an end may be put in as well."""
    cited = concluded(z, domain=((z, 0, 1),))
    assert instance(cited, {}, unit) == (z, 0)
    with pytest.raises(FalseStep, match="not seen to lie there"):
        instance(cited, {}, Where())
    moving = concluded(x, domain=((x, 0, p),))
    assert instance(moving, {x: half, p: sp.S.One}, Where()) == (half, 0)
    with pytest.raises(FalseStep, match="not seen to lie there"):
        instance(moving, {x: half}, Where())
    with pytest.raises(FalseStep, match="entry of a family"):
        instance(concluded(x, domain=((x, 0, r[1]),)), {r: sp.Lambda(j, 3 + 0 * j), x: half}, Where())


def test_a_derivation_holds_in_its_ranges() -> None:
    """Of the indices that it holds for."""
    cited = concluded(r[i], for_all=((i, n),))
    assert instance(cited, {i: n}, Where()) == (r[n], 0)
    assert instance(cited, {}, Where({i: n})) == (r[i], 0)
    for at in ({}, {i: j}, {i: n + 1}, {n: k, i: n}):
        with pytest.raises(FalseStep, match="range"):
            instance(cited, at, Where())


@pytest.mark.parametrize(
    ("equation", "for_all", "before", "after"),
    [
        (sp.Eq(x, y + 1), (), x**2, (y + 1) ** 2),
        (sp.Eq(a[i], b[i]), (i,), a[2] + a[n], b[2] + b[n]),
        (sp.Eq(a[i], b[i]), ((i, n),), a[1] + a[n], b[1] + b[n]),
        (sp.Eq(a[1], y), (), a[1] + a[2], y + a[2]),
        (sp.Eq(a[i], y), (), a[i] + a[j], y + a[j]),
        (sp.Eq(a[i, j], b[j, i]), (i, j), a[1, 2], b[2, 1]),
        (sp.Eq(a[i, i], y), (), a[i, i] + a[i, j], y + a[i, j]),
    ],
    ids=str,
)
def test_equations_are_used_from_left_to_right(
    equation: sp.Eq, for_all: tuple[Any, ...], before: sp.Expr, after: sp.Expr
) -> None:
    """At every index that is quantified, or at the entry that stands there."""
    assert rewritten(before, stated(equation, *for_all), Where()) == after


@pytest.mark.parametrize(
    ("equation", "for_all", "e", "words"),
    [
        (le(x, y), (), x, "not an equation"),
        (sp.Ne(x, 0, evaluate=False), (), x, "not an equation"),
        (sp.Eq(x + y, 1), (), x + y, "no single quantity"),
        (sp.Eq(x**2, 1), (), x**2, "no single quantity"),
        (sp.Eq(x, 1), (x,), x, "holds for all"),
        (sp.Eq(x, y), (y,), x, "does not name"),
        (sp.Eq(a[i], y), (i, y), a[1], "does not name"),
        (sp.Eq(a[i], b[j]), (i, j), a[1], "does not name"),
        (sp.Eq(a[i, i], y), (i,), a[1, 1], "no pattern"),
        (sp.Eq(a[i, j], y), (i,), a[1, j], "no pattern"),
        (sp.Eq(a[1], b[i]), (i,), a[1], "no pattern"),
        (sp.Eq(a[i], y), ((i, n),), a[j], "range"),
        (sp.Eq(a[i], y), ((i, n),), a[n + 1], "range"),
        (sp.Eq(a[i], y), ((i, n),), sp.Sum(a[m], (m, 1, k)), "range"),
        (sp.Eq(a[i], y), (i,), a[1, 2], "another number of indices"),
    ],
    ids=str,
)
def test_no_use_of_an_equation(equation: Any, for_all: tuple[Any, ...], e: sp.Expr, words: str) -> None:
    """No equation, no definition, no pattern, or out of its range."""
    with pytest.raises(FalseStep, match=words):
        rewritten(e, stated(equation, *for_all), Where())


def test_a_sum_knows_the_range_of_its_index() -> None:
    """So an equation with the same range is used under it, its own bound names kept apart."""
    equation = stated(sp.Eq(a[i], sp.Sum(b[j], (j, 1, n)) + i), (i, n))
    made = rewritten(sp.Sum(a[j] ** 2, (j, 1, n)), equation, Where())
    values = {n: 2, b[1]: 1, b[2]: 10}
    assert made.subs(n, 2).doit().subs(values) == 12**2 + 13**2
