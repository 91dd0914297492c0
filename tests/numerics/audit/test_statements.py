"""Which claim is named, and the reasons of ranges that rounding does not explain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from numerics.audit.findings import judged
from numerics.audit.statements import reasons, statements
from tests.numerics.audit.audits import interpolating, on_a_kink, residual


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
    assert why.keys() == {"bound", "tightness"}
    assert why["bound"] == "because the curvature nu is known only to be between 0 and 0.313"
    assert reasons(residual(None)) == {}
    assert reasons(on_a_kink()).keys() == {"largest_stable_step"}
    assert "on kinks" in reasons(on_a_kink())["largest_stable_step"]


def test_ranges_of_the_sharpness_and_of_the_rescalings() -> None:
    wide = (Fraction(2), Fraction(3))
    found = judged(replace(interpolating(), sharpness=wide, flattest_gram_sharpness=wide))
    assert reasons(found).keys() == {"sharpness", "largest_stable_step", "flattest_gram_sharpness"}
    assert "in floats" in reasons(replace(found, enclosed=False))["sharpness"]
