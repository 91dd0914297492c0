"""The table, the JSON and the sentences of an audit of a module, from numbers that are given."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from numerics.audit.methods.method import PLAIN, method
from numerics.audit.modules.findings import ModuleAudit, module_notes

FOUND = ModuleAudit(
    n=10,
    outputs=1,
    parameters=12345,
    bias="head.bias",
    step_size=Fraction(1, 10),
    method=PLAIN,
    loss=0.5,
    mean_gradient_square=4.0,
    gauss_newton=(4.5, 4.5),
    sharpness=(5.0, 5.00001),
    smallest=(-0.5, -0.25),
    verdict="stable",
)


def test_steps() -> None:
    assert FOUND.excluded_above == 0.5
    assert FOUND.largest_stable_step == pytest.approx((0.4, 0.4), rel=1e-5)
    heavy = replace(FOUND, method=method("heavy-ball", momentum="0.5", loss="mse-sum"))
    assert heavy.excluded_above == pytest.approx(3 / 20 / 4)
    assert replace(FOUND, sharpness=None).largest_stable_step is None


def test_a_penalty() -> None:
    """All parameters: s(1 + mu) - mu(2 + mu), s = 20 and mu = 1/2; the step where that is 4: 2(3/2)/(4 + 5/4)."""
    assert FOUND.limit == FOUND.largest_gradient_square == 20
    own = replace(FOUND, method=method("sgd", loss="half-mse", weight_decay="1/2", decayed="all"))
    assert (own.penalty, own.largest_gradient_square) == (Fraction(1, 2), Fraction(115, 4))
    assert own.excluded_above == pytest.approx(3 / 5.25)
    assert (own.deciding_sharpness, own.largest_stable_step) == (None, None)
    assert "statement all-parameters: " in " ".join(module_notes(own))
    free = replace(own, method=method("sgd", loss="mse", weight_decay="1/2", decayed="all-but-output-bias"))
    assert (free.penalty, free.limit, free.largest_gradient_square) == (Fraction(1, 4), Fraction(10), Fraction(10))
    assert free.excluded_above == 0.25
    shown = replace(free, penalised_sharpness=(5.0, 5.0))
    assert shown.largest_stable_step == (0.2, 0.2)
    assert "sharpness with penalty" in str(shown)
    assert "all-but-the-output-bias" in " ".join(module_notes(shown))


def test_the_table() -> None:
    lines = dict(line.split("  ", 1) for line in str(FOUND).split("\n\n", maxsplit=1)[0].splitlines())
    assert lines["module"].strip() == "12,345 trained parameters, 1 outputs, on 10 data"
    assert lines["sharpness"].strip() == "5 to 5.00001"
    assert lines["gauss-newton sharpness"].strip() == "4.5"
    assert lines["limit at step 0.1"].strip() == "20"
    assert "verdict" not in str(replace(FOUND, step_size=None, verdict=None))


def test_json() -> None:
    read = json.loads(replace(FOUND, notes=("one",)).as_json())
    assert (read["step_size"], read["verdict"], read["notes"], read["sharpness"]) == (
        "1/10",
        "stable",
        ["one"],
        [5, 5.00001],
    )


def test_sentences() -> None:
    words = " ".join(module_notes(FOUND))
    assert "statement flat-points" in words
    assert "implies |q|^2 <= s" in words
    assert "negative eigenvalues, down to -0.5" in words
    assert "negative" not in " ".join(module_notes(replace(FOUND, smallest=(-1e-9, 1e-9))))
    several = " ".join(module_notes(replace(FOUND, outputs=3)))
    assert "Claim vector-outputs, statement bounded" in several
    assert "any-architecture" not in several
