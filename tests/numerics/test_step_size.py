"""Step sizes: every kind of number is taken exactly, and what is none is refused, in the same words everywhere."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from numerics.audit import audit
from numerics.audit.options import parsed
from numerics.enclosure import enclose
from numerics.measurement import measure
from numerics.step_size import exact_step_size
from tests.numerics.examples import net

F = net([[1.0]], [0.0], [2.0])
WORDS = "the step size must be a positive number such as 0.1 or 1/10, between 1e-400 and 1e400, not "


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (1, Fraction(1)),
        (0.1, Fraction(0.1)),
        ("0.1", Fraction(1, 10)),
        (" 1/3", Fraction(1, 3)),
        ("1e-1", Fraction(1, 10)),
        (Fraction(1, 3), Fraction(1, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        (np.int64(2), Fraction(2)),
        (np.uint8(2), Fraction(2)),
        (np.float32(0.1), Fraction(13421773, 2**27)),
        (np.float64(0.1), Fraction(0.1)),
        (np.longdouble(1) + np.finfo(np.longdouble).eps, 1 + Fraction(*np.finfo(np.longdouble).eps.as_integer_ratio())),
        (np.array(0.25), Fraction(1, 4)),
        (torch.tensor(0.1), Fraction(13421773, 2**27)),
        (torch.tensor(2), Fraction(2)),
        (torch.tensor(0.5, requires_grad=True), Fraction(1, 2)),
    ],
    ids=repr,
)
def test_numbers_are_taken_exactly(given: object, exact: Fraction) -> None:
    assert exact_step_size(given) == exact
    assert audit(F, [[1.0]], [2.0], given, rescaled=False).step_size == exact
    assert enclose(F, [[1.0]], step_size=given).step_size == exact
    assert measure(F, [[1.0]], [2.0], given).step_size == float(exact)


@pytest.mark.parametrize("given", [True, False, np.True_, torch.tensor(True), 1j, np.complex128(1), [0.1], None, float])
def test_what_is_no_real_number_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match=re.escape(WORDS)):
        exact_step_size(given)


@pytest.mark.parametrize("given", [np.array([0.1]), torch.tensor([0.1]), torch.tensor(0.1, device="meta")], ids=str)
def test_arrays_are_no_step_sizes(given: object) -> None:
    with pytest.raises(TypeError, match=re.escape(WORDS)):
        exact_step_size(given)


@pytest.mark.parametrize(
    "text", ["1e999", "1e-999", "1e999999999", "0", "-0.1", "nan", "inf", "1/0", "one", "", "9" * 101]
)
def test_texts_are_refused_as_on_the_command_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=re.escape(WORDS)) as refused:
        exact_step_size(text)
    with pytest.raises(SystemExit, match="2"):
        parsed(["a.npz", "--data", "d.npz", f"--step-size={text}"], "audit")
    assert str(refused.value) in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", [1e999, -1.0, 0, float("nan"), Decimal("1e999"), Decimal("NaN"), Fraction(10) ** 999, np.float32("inf")]
)
def test_numbers_are_refused_in_the_same_words(given: object) -> None:
    for of in (exact_step_size, lambda eta: measure(F, [[1.0]], [2.0], eta), lambda eta: audit(F, [[1.0]], [2.0], eta)):
        with pytest.raises(ValueError, match=re.escape(WORDS)):
            of(given)


def test_a_measurement_in_floats_needs_a_step_size_in_their_range() -> None:
    for given in ("1e350", "1e-350"):
        with pytest.raises(ValueError, match=r"range of float64.*audit"):
            measure(F, [[1.0]], [2.0], given)


def test_the_audit_says_which_number_a_float_is(tmp_path: Path) -> None:
    assert tmp_path
    found = audit(F, [[1.0]], [2.0], 0.1)
    assert any("0.1 is a binary fraction" in remark and '"0.1"' in remark for remark in found.remarks)
    for exact in (0.5, "0.1", Fraction(1, 10), 1):
        assert audit(F, [[1.0]], [2.0], exact).remarks == ()
