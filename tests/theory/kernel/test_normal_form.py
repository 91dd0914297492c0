"""The normal form against brute force: identities hold on instances, and instances tell different expressions apart."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from proofs_checks.instances.profiles import settings
from tests.theory.kernel.evaluation import RandomValues, evaluate
from theory.kernel import FalseStep
from theory.kernel.binders import freshened, renamed
from theory.kernel.forms import Where
from theory.kernel.functions import differentiate, relu, step
from theory.kernel.normal_form import canonical, is_zero, normal_form

i, j, c, e, p = sp.symbols("i j c e p", integer=True, positive=True)
n, k = sp.symbols("n k", integer=True, positive=True)
a, b, w = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "abw")
r = sp.IndexedBase(sp.Symbol("r", positive=True))
s, t = sp.Symbol("s", real=True), sp.Symbol("t", integer=True, nonnegative=True)
Sum = sp.Sum

IDENTITIES = {
    "product of sums": Sum(a[i], (i, 1, n)) * Sum(b[i], (i, 1, n)) - Sum(a[j] * b[i], (i, 1, n), (j, 1, n)),
    "Lagrange": Sum(a[i] ** 2, (i, 1, n)) * Sum(b[i] ** 2, (i, 1, n))
    - Sum(a[i] * b[i], (i, 1, n)) ** 2
    - Sum((a[i] * b[j] - a[j] * b[i]) ** 2, (i, 1, n), (j, 1, n)) / 2,
    "constant summand": Sum(s, (i, 1, n)) - n * s,
    "idle index of a double sum": Sum(a[i], (i, 1, n), (j, 1, k)) - k * Sum(a[i], (i, 1, n)),
    "root of a square": sp.sqrt(a[i] ** 2) - sp.Abs(a[i]),
    "root of a positive product": sp.sqrt(8 * r[i] ** 3 * r[j]) - 2 * r[i] * sp.sqrt(2) * sp.sqrt(r[i]) * sp.sqrt(r[j]),
    "root opens": sp.sqrt(1 + Sum(a[i] ** 2, (i, 1, n))) ** 2 - 1 - Sum(a[j] ** 2, (j, 1, n)),
    "positive factor of a root": sp.sqrt(r[i] ** 2 + Sum(r[i] ** 2 * a[j] ** 2, (j, 1, n)))
    - r[i] * sp.sqrt(1 + Sum(a[j] ** 2, (j, 1, n))),
    "idempotent mask": step(a[i]) ** 3 - step(a[i]),
    "homogeneous rectifier": relu(r[i] * a[j] - r[i] * s) - r[i] * relu(a[j] - s),
    "mask ignores scale": step(3 * r[i] * a[j]) - step(a[j]),
    "even power of a modulus": sp.Abs(a[i] + s) ** 4 - (a[i] + s) ** 4,
    "moduli multiplied out": (sp.Abs(s) + 1) * (sp.Abs(s) - 1) - s**2 + 1,
    "moduli multiplied out, an odd power": (sp.Abs(s) + 1) ** 3 - s**2 * sp.Abs(s) - 3 * s**2 - 3 * sp.Abs(s) - 1,
    "moduli multiplied out, a sixth power": (sp.Abs(s) ** 3 + 1) ** 2 - s**6 - 2 * s**2 * sp.Abs(s) - 1,
    "modulus of a quotient": sp.Abs(s / (1 + Sum(a[i] ** 2, (i, 1, n)))) - sp.Abs(s) / (1 + Sum(a[i] ** 2, (i, 1, n))),
    "modulus of an error function": sp.Abs(s * sp.erf(r[i])) - sp.erf(r[i]) * sp.Abs(s),
    "roots multiplied out": (sp.sqrt(1 + Sum(a[i] ** 2, (i, 1, n))) + 1) * (sp.sqrt(1 + Sum(a[i] ** 2, (i, 1, n))) - 1)
    - Sum(a[i] ** 2, (i, 1, n)),
    "modulus of a product": sp.Abs(-2 * r[i] * a[j]) - 2 * r[i] * sp.Abs(a[j]),
    "symbolic power": (1 + s) ** (t + 2) - (1 + s) ** t * (1 + 2 * s + s**2),
    "even symbolic power": (1 - s) ** (2 * t) - (s - 1) ** (2 * t),
    "modulus of a cube": sp.Abs(s**3, evaluate=False) - s**2 * sp.Abs(s),
    "modulus of nothing": sp.Abs(Sum(a[i], (i, 1, n)) - Sum(a[j], (j, 1, n))),
    "roots of numbers multiplied out": (sp.sqrt(2) * s + 1) ** 2 - 2 * s**2 - 2 * sp.sqrt(2) * s - 1,
    "inverse": n * Sum(a[i] / n, (i, 1, n)) - Sum(a[i], (i, 1, n)),
}
DIFFERENT = {
    "square of a sum": Sum(a[i], (i, 1, n)) ** 2 - Sum(a[i] ** 2, (i, 1, n)),
    "other range": Sum(a[i], (i, 1, n)) - Sum(a[i], (i, 1, k)),
    "other index": a[i] - a[j],
    "sign inside a mask": step(a[i]) - step(-a[i]),
    "negative factor of a rectifier": relu(-a[i]) + relu(a[i]),
    "unknown sign out of a root": sp.sqrt(a[i] ** 2) - a[i],
    "odd power of a modulus": sp.Abs(s) ** 3 - s**3,
    "square of a modulus multiplied out": (sp.Abs(s) + 1) * (sp.Abs(s) - 1) - s**2 * sp.Abs(s) + 1,
    "cube of a modulus multiplied out": (sp.Abs(s) + 1) ** 3 - s**3 - 3 * s**2 - 3 * sp.Abs(s) - 1,
    "roots multiplied out to 1": (sp.sqrt(1 + s**2) + 1) * (sp.sqrt(1 + s**2) - 1),
    "transposed": Sum(w[i, j] * a[j], (j, 1, n)) - Sum(w[j, i] * a[j], (j, 1, n)),
}


@pytest.mark.parametrize("expression", IDENTITIES.values(), ids=IDENTITIES.keys())
def test_identities_are_seen_and_true(expression: sp.Expr) -> None:
    """What the normal form calls zero is zero on instances."""
    assert is_zero(expression)
    for seed in range(5):
        assert sp.simplify(evaluate(expression, RandomValues([expression], seed))) == 0


@pytest.mark.parametrize("expression", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_differences_are_not_called_zero(expression: sp.Expr) -> None:
    """What differs on an instance is not called zero."""
    assert not is_zero(expression)
    assert any(evaluate(expression, RandomValues([expression], seed)) != 0 for seed in range(20))


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> sp.Expr:
    """Random expressions in the indices i (free or bound), with sums, masks, roots, powers and absolute values."""
    if depth == 0:
        return draw(st.sampled_from((a[i], b[i], r[i], s, sp.Integer(2), sp.Rational(-1, 3), n, sp.sqrt(2), n - 1)))
    smaller = expressions(depth - 1)
    kinds = ("add", "mul", "sum", "square", "power", "surd", "abs", "step", "arc", "relu", "root", "common", "leaf")
    kind = draw(st.sampled_from(kinds))
    x = draw(smaller)
    match kind:
        case "add":
            return x + draw(smaller)
        case "mul":
            return x * draw(smaller)
        case "sum":
            return Sum(x, (i, 1, n)) if x.has(i) else x
        case "square":
            return x**2
        case "power":
            return x ** (draw(st.integers(1, 3)) * n + draw(st.integers(-1, 2)))
        case "surd":
            return sp.sqrt(draw(st.sampled_from((2, 3, 12)))) * x
        case "common":
            factor = draw(st.sampled_from((2, sp.sqrt(2), 2 * sp.sqrt(2), r[i], sp.cbrt(2) * r[i])))
            return (factor * x**2 + factor) ** sp.Rational(1, draw(st.integers(2, 3)))
        case "arc":
            return step(s * sp.atan(x))
        case "abs":
            return sp.Abs(x)
        case "step":
            return step(x)
        case "relu":
            return relu(x)
        case "root":
            return sp.sqrt(x**2 + 1)
        case _:
            return x


@settings(max_examples=200)
@given(expressions(), st.integers(0, 100))
def test_canonical_form_has_the_same_value(expression: sp.Expr, seed: int) -> None:
    """Writing an expression from its normal form does not change its value."""
    rewritten = canonical(expression)
    values = RandomValues([expression, rewritten], seed)
    difference = sp.N(evaluate(expression, values) - evaluate(rewritten, values), 30)
    assert abs(difference) < 1e-20


@settings(max_examples=200)
@given(expressions(), st.dictionaries(st.sampled_from((i, j, n, p)), st.sampled_from((i, j, k, c, e)), max_size=3))
def test_renamed_is_what_sympy_puts_in(expression: sp.Expr, names: dict[sp.Symbol, sp.Symbol]) -> None:
    """Entries that are remembered are those that SymPy makes anew, entries of entries and bound names too."""
    nested = expression + w[i, j] * a[p + 1] * r[e] + Sum(w[p, i] * b[c], (p, 1, n))
    for each in (expression, nested):
        assert renamed(each, names) == each.xreplace(names)


def test_labels_are_renamed_as_sympy_does() -> None:
    """A name of a family is a symbol like others."""
    assert renamed(a[i] * s, {a.label: b.label, i: j}) == b[j] * s


def test_fresh_indices_prevent_capture() -> None:
    """Putting something into a sum does not bind what it depends on."""
    definition = Sum(w[i, j], (j, 1, n))
    captured = freshened(definition).xreplace({i: j})
    assert evaluate(captured, {"n": 2, "j": 1, "w": [[1, 10], [100, 1000]]}) == 11
    assert normal_form(captured - Sum(w[j, c], (c, 1, n))) == {}


def test_sums_start_at_one() -> None:
    """Other sums are refused, not misread."""
    with pytest.raises(FalseStep, match="from 1"):
        is_zero(Sum(a[i], (i, 0, n)))


def test_deltas_respect_ranges() -> None:
    """A delta picks an entry out of a sum only where the sum is known to have it."""
    picked = Sum(sp.KroneckerDelta(i, p) * a[i] * b[i], (i, 1, n)) - a[p] * b[p]
    assert is_zero(picked, Where({p: n}))
    assert not is_zero(picked)
    assert not is_zero(picked, Where({p: k}))
    assert is_zero(Sum(sp.KroneckerDelta(i, 1) * a[i], (i, 1, n)) - a[1])
    assert is_zero(Sum(sp.KroneckerDelta(i, n) * a[i], (i, 1, n)) - a[n])
    assert is_zero(Sum(sp.KroneckerDelta(i, j) * w[i, j], (i, 1, n), (j, 1, n)) - Sum(w[i, i], (i, 1, n)))
    assert not is_zero(Sum(sp.KroneckerDelta(i, j), (i, 1, n), (j, 1, k)) - n)


def test_derivatives_of_sums_do_not_depend_on_bound_names() -> None:
    """What stands under a derivative is written from its normal form, and nothing else is done to it."""
    first = sp.Derivative(Sum(a[i] * s, (i, 1, n)) ** 2, s)
    second = sp.Derivative(Sum(a[i] * a[j] * s**2, (i, 1, n), (j, 1, n)), s)
    assert is_zero(first - second)
    assert not is_zero(first - 2 * second)
    assert not is_zero(first - sp.Derivative(Sum(a[i] * s, (i, 1, k)) ** 2, s))


def test_opaque_denominators_are_cleared() -> None:
    """Quotients by sums that do not vanish are brought over one denominator."""
    total = 1 + Sum(a[i] ** 2, (i, 1, n))
    assert is_zero(1 / total + Sum(a[i] ** 2, (i, 1, n)) / total - 1)
    assert not is_zero(1 / total - 1)


def test_roots_of_what_has_a_sign_on_a_domain_alone() -> None:
    """They stay one factor; the root of nothing is nothing."""
    where = Where(domain={s: (sp.S.Zero, sp.S.One)})
    assert is_zero(Sum(sp.sqrt(s), (i, 1, n)) - n * sp.sqrt(s), where)
    assert not is_zero(Sum(sp.sqrt(s), (i, 1, n)) - sp.sqrt(s), where)
    assert canonical(sp.sqrt(Sum(a[i], (i, 1, n)) - Sum(a[j], (j, 1, n)))) == 0


def test_derivative_of_a_network() -> None:
    """Masks are constant under the derivative; the index of the parameter is picked out of the sum."""
    f = Sum(w[i] * relu(a[i] * s + b[i]), (i, 1, k))
    where = Where({p: k})
    assert is_zero(differentiate(sp.Derivative(f, a[p])) - w[p] * s * step(a[p] * s + b[p]), where)
    assert is_zero(differentiate(sp.Derivative(f, w[p])) - relu(a[p] * s + b[p]), where)
