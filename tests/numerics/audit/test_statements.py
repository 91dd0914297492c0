"""Which claim is named, and the reasons of ranges that rounding does not explain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from numerics.audit import audit
from numerics.audit.findings import judged
from numerics.audit.statements import reasons, statements
from tests.numerics.audit.audits import interpolating, on_a_kink, residual
from tests.numerics.examples import net


def test_the_claim_is_that_of_the_case() -> None:
    assert "claim stability-inequality" in statements(interpolating())[0]
    assert "claim stationary-points" in statements(residual())[0]
    assert "by at most 0.313" in statements(residual())[0]
    assert "Claim nondifferentiable-minima" in statements(on_a_kink())[1]
    assert "no claim speaks of the network" in statements(replace(on_a_kink(), interpolating=False))[1]
    assert "open in floats" in statements(replace(on_a_kink(), interpolating=None))[1]


def test_what_is_not_covered_is_said() -> None:
    flat = replace(interpolating(), stability_norm=(Fraction(0), Fraction(0)), near_kinks=3)
    assert any("its stability norm is 0" in note for note in statements(flat))
    assert any("relative to the data: 3." in note for note in statements(flat))
    floats = replace(interpolating(), enclosed=False, flattest_gram_sharpness=None)
    assert any("no proof" in note for note in statements(floats))
    unsought = replace(interpolating(), flattest_gram_sharpness=None)
    assert any("range of floats" in note for note in statements(unsought))
    assert not any("range of floats" in note for note in statements(unsought, rescaled=False))


def test_rounding_needs_no_reason() -> None:
    assert reasons(interpolating()) == {}
    assert reasons(interpolating(None)) == {}


def test_a_range_has_its_reason() -> None:
    why = reasons(residual())
    assert why.keys() == {"gradient_norm", "bound", "tightness"}
    assert why["bound"] == "because the curvature nu is known only to be between 0 and 0.313"
    assert reasons(residual(None)).keys() == {"gradient_norm"}
    assert reasons(on_a_kink()).keys() == {"largest_stable_step", "verdict"}
    assert "on kinks" in reasons(on_a_kink())["largest_stable_step"]


def test_a_point_far_from_a_minimum_is_said_to_be_one() -> None:
    """2 relu(x) at 3/4 with a label off by 1/2; interpolating or not, a minimum is none of that."""
    assert reasons(residual())["gradient_norm"].startswith("no minimum: ")
    assert "gradient_norm" not in reasons(interpolating())
    # a dead neuron, and the mean of the labels
    mean = audit(net([[1.0]], [-9.0], [1.0], 0.5), [[1.0], [2.0]], [0.0, 1.0])
    assert mean.gradient_norm == (Fraction(0), Fraction(0))
    assert mean.far_from_minimum is False
    assert mean.interpolating is False


def test_an_open_verdict_has_its_reason_and_what_to_do() -> None:
    kinks = on_a_kink()
    assert "a step size above 0.739" in reasons(kinks)["verdict"]
    assert "train on" in reasons(replace(kinks, interpolating=False, largest_stable_step=None))["verdict"]
    assert "at most 4,096 data" in reasons(replace(kinks, interpolating=None, largest_stable_step=None))["verdict"]
    wide = judged(replace(interpolating(), sharpness=(Fraction(4), Fraction(6))))
    assert wide.verdict == "undecided"
    said = reasons(wide)["verdict"]
    assert "2/eta, about 5, is within the range" in said
    assert "a step size of at most 0.333333333333 is stable, one above 0.5 is not" in said
    assert "for at most 100 data" in said
    assert "enclosures are narrower, for at most 4,096 data" in reasons(replace(wide, enclosed=False))["verdict"]
    assert "verdict" not in reasons(interpolating())


def test_ranges_of_the_sharpness_and_of_the_rescalings() -> None:
    wide = (Fraction(2), Fraction(3))
    found = judged(replace(interpolating(), sharpness=wide, flattest_gram_sharpness=wide))
    assert reasons(found).keys() == {"sharpness", "largest_stable_step", "flattest_gram_sharpness"}
    assert "in floats" in reasons(replace(found, enclosed=False))["sharpness"]
