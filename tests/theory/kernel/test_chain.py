"""The checker: false steps raise with a counterexample, unproved ones are refused, nothing else makes a derivation."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.kernel.chain import (
    ByDerivation,
    ByHypothesis,
    Chain,
    Derivation,
    Differentiate,
    Drop,
    FalseStep,
    Hypothesis,
    Identity,
    Rewrite,
    Squares,
)
from theory.kernel.functions import relu
from theory.kernel.sign import is_nonnegative
from theory.latex import latex, named

i, n = sp.symbols("i n", integer=True, positive=True)
a, b = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "ab")
x, y = sp.symbols("x y", real=True)
u = sp.Symbol("u", nonnegative=True)
at_most_one = Hypothesis("a is at most one", "a_i \\le 1", sp.Le(a[i], 1, evaluate=False), (i,))


def test_false_identity_names_the_step_and_an_instance() -> None:
    """The error says which step, why it was claimed, and where it fails."""
    chain = Chain("my proof", (x + y) ** 2)
    with pytest.raises(
        FalseStep, match=r"step 1 of 'my proof' \(binomial\) does not hold: .* is false at x = .*, y = "
    ):
        chain.equals(x**2 + y**2, Identity("binomial"))
    assert chain.steps == []


def test_false_inequality_under_a_sum() -> None:
    """The counterexample gives sizes and entries."""
    chain = Chain("sums", sp.Sum(a[i] ** 2, (i, 1, n)))
    with pytest.raises(FalseStep, match="n = "):
        chain.at_least(sp.Sum(2 * a[i], (i, 1, n)), Squares("a square", [(1, a[i] - 1)], [(i, 1, n)]))


def test_true_but_unproved_is_refused() -> None:
    """A true step with a justification that does not prove it is no step."""
    with pytest.raises(FalseStep, match="the justification does not prove it"):
        Chain("unproved", x**2 + 1).at_least(sp.S.Zero, Drop("one", sp.S.One))


def test_squares() -> None:
    """Weights must be nonnegative, roots real numbers, and the identity exact."""
    chain = Chain("squares", x**2 + y**2)
    chain.at_least(2 * x * y, Squares("(x - y)^2", [(1, x - y)]))
    with pytest.raises(FalseStep, match="weight"):
        Chain("squares", x**2).at_least(x**2 + y**2, Squares("negative", [(-1, y)]))
    with pytest.raises(FalseStep):
        Chain("squares", x**2).equals(x**2 - y**2, Squares("an equation", [(1, y)]))


def test_imaginary_roots_are_no_squares() -> None:
    """The square of a number that is not known to be real proves nothing."""
    z = sp.Symbol("z")
    with pytest.raises(FalseStep, match="real"):
        Chain("imaginary", z**2 + x).at_least(x, Squares("square", [(1, z)]))


def test_drop_needs_a_sign() -> None:
    """Only terms that are seen to be nonnegative can be dropped."""
    Chain("drop", x + u).at_least(x, Drop("u >= 0", u))
    with pytest.raises(FalseStep, match="not seen to be nonnegative"):
        Chain("drop", x + y).at_least(x, Drop("y >= 0?", y))


def test_turning_inequalities_are_refused() -> None:
    """A chain that goes down and up concludes nothing."""
    chain = Chain("turn", x + u).at_least(x, Drop("u >= 0", u))
    with pytest.raises(FalseStep, match="turns"):
        chain.at_most(x + u, Drop("u >= 0", u))


def test_hypotheses() -> None:
    """They are stated, keep their sense, and hold only for what they quantify."""
    total = sp.Sum(b[i] ** 2 * a[i], (i, 1, n))
    bound = sp.Sum(b[i] ** 2, (i, 1, n))
    step = ByHypothesis("a is at most one", b[i] ** 2, over=[(i, 1, n)])
    derivation = Chain("bounded", total, hypotheses=[at_most_one]).at_most(bound, step).conclude()
    assert derivation.relation == "<="
    with pytest.raises(FalseStep, match="is not stated"):
        Chain("bounded", total).at_most(bound, step)
    with pytest.raises(FalseStep, match="may turn the inequality"):
        Chain("turned", -a[i], hypotheses=[at_most_one]).at_most(sp.Integer(-1), ByHypothesis(at_most_one.name, -1))
    fixed = Hypothesis(at_most_one.name, at_most_one.latex, at_most_one.relation)
    with pytest.raises(FalseStep, match="fixes i"):
        Chain("fixed", total, hypotheses=[fixed]).at_most(bound, step)


def test_citing_carries_hypotheses() -> None:
    """What another derivation assumes must be assumed here, and its claim is named."""
    other = (
        Chain("one", a[i], hypotheses=[at_most_one], claim="other")
        .at_most(1, ByHypothesis(at_most_one.name))
        .conclude()
    )
    cites = Chain("two", a[i] + 1, hypotheses=[at_most_one], claim="mine").at_most(2, ByDerivation(other)).conclude()
    assert cites.rests_on == {"other"}
    assert cites.own_hypotheses == ()
    with pytest.raises(FalseStep, match="also assumes"):
        Chain("two", a[i] + 1).at_most(2, ByDerivation(other))


def test_definitions_cannot_hide_under_derivatives() -> None:
    """Rewriting inside a derivative would change what is held fixed."""
    square = Hypothesis("y", "y = x^2", sp.Eq(y, x**2))
    f = sp.Function("f")
    with pytest.raises(FalseStep, match="derivative"):
        Chain("hidden", sp.Derivative(f(x), x) * y, hypotheses=[square]).equals(
            sp.Derivative(f(x), x) * x**2, Rewrite("y", ["y"])
        )


def test_rectifiers_need_to_be_off_their_kinks() -> None:
    """Differentiating a rectifier uses a hypothesis, which has to be stated."""
    with pytest.raises(FalseStep, match="on a kink"):
        Chain("kink", sp.Derivative(relu(x), x)).equals(sp.Derivative(relu(x), x).doit(), Differentiate("slope"))


def test_only_the_checker_makes_derivations() -> None:
    """The constructor is closed, and an empty chain is no derivation."""
    with pytest.raises(TypeError, match="conclude"):
        Derivation(Chain("forged", x), object())
    with pytest.raises(FalseStep, match="no step"):
        Chain("empty", x).conclude()


def test_recheck_finds_a_step_changed_afterwards() -> None:
    """Rechecking does not trust what was recorded."""
    derivation = Chain("changed", (x + y) ** 2).equals(x**2 + 2 * x * y + y**2, Identity("binomial")).conclude()
    derivation.recheck()
    object.__setattr__(derivation.steps[0], "expression", x**2 + y**2)
    with pytest.raises(FalseStep):
        derivation.recheck()


@pytest.mark.parametrize("e", [x, x**3, x - u, -sp.Abs(x), x - sp.Max(x, y), sp.Min(x, y), sp.Abs(x) - y, sp.sqrt(x)])
def test_signs_that_are_not_known(e: sp.Expr) -> None:
    """No rule applies where the sign may be negative."""
    assert not is_nonnegative(e)


def test_powers_of_functions_are_written() -> None:
    """A function with a notation of its own may stand to a power."""
    value = sp.Function(named("power_of_a_function", r"\omega({0})"), real=True)(sp.Symbol("x", real=True))
    assert latex(value**2) == r"\omega(x)^{2}"
    assert latex(sp.sqrt(value)) == r"\sqrt{\omega(x)}"
