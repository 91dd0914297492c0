"""The sentences: each method's claim by its name, and what is no theorem."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.audit.methods.adam import Preconditioner
from numerics.audit.methods.method import PLAIN, Method, method
from numerics.audit.methods.words import method_sentences, sharpness_name, short
from theory.wider import any_architecture, layerwise_steps, momentum, weight_decay

STATE = Preconditioner(np.ones(4), Fraction(9, 10), 1234)
ETA = Fraction(1, 10)
NONE = (Fraction(0), Fraction(0))


def said(chosen: Method, eta: Fraction | None = ETA, kinks: int = 0) -> str:
    return " ".join(method_sentences(chosen, eta, 8, kinks, None if kinks else NONE))


def test_plain_gradient_descent_needs_no_words() -> None:
    assert method_sentences(PLAIN, ETA, 8, 0, NONE) == method_sentences(PLAIN, None, 8, 3, None) == []
    assert sharpness_name(PLAIN) == ""


@pytest.mark.parametrize(
    ("chosen", "parts"),
    [
        (method("sgd", loss="mse"), ["torch.nn.MSELoss(), 1/n sum", "is 2 times", "0.1 acts as 0.2", "at most 10"]),
        (method("sgd", loss="mse-sum"), ['reduction="sum"', "is 16 times", "0.1 acts as 1.6"]),
        (
            method("heavy-ball", momentum="0.9", loss="mse"),
            [
                "Claim momentum, statements heavy-ball and heavy-ball-norm",
                "0 <= 2 eta H <= 2(1 + beta) = 3.8",
                "at most 19",
            ],
        ),
        (
            method("nesterov", momentum="0.5", loss="half-mse"),
            ["statements nesterov and nesterov-norm", "2(1 + beta)/(1 + 2 beta) = 1.5", "0 <= eta H", "at most 15"],
        ),
        (
            method("sgd", loss="half-mse", weight_decay="0.5", decayed="all"),
            ["Claim weight-decay", "mu = 0.5", "all-parameters-norm", "stationary-norm", "at most 9.5", "at most 19.5"],
        ),
        (
            method("sgd", loss="half-mse", weight_decay="0.5", decayed="decoupled"),
            ["Decoupled weight decay takes the steps of a penalty", "at most 19.5"],
        ),
        (
            method("sgd", loss="mse", weight_decay="0.5", decayed="all-but-output-bias"),
            ["Claim weight-decay", "mu = 0.25", "all parameters but the output bias", "all-but-the-output-bias-norm"],
        ),
        (
            method("sgd", loss="mse", weight_decay="50", decayed="all"),
            ["no network is stable", "at most -15", "at least 1"],
        ),
        (
            method("adam", loss="mse", preconditioner=STATE),
            [
                "No theorem speaks of Adam",
                "a model",
                "1,234 steps",
                "0 <= 2 P^(1/2) H P^(1/2)",
                "380 here",
                "not proved",
            ],
        ),
    ],
)
def test_what_is_said(chosen: Method, parts: list[str]) -> None:
    words = said(chosen)
    assert [part for part in parts if part not in words] == []


def test_steps_by_layer() -> None:
    chosen = method("sgd", loss="mse", layer_steps=["0.1", "0.2", "0.4"])
    words = said(chosen, None)
    for part in (
        "Claim layerwise-steps",
        "eta_1 = 0.2 for W1 and b1",
        "eta_2 = 0.4 for w2",
        "eta_0 = 0.8 for b2",
        "two-ends",
    ):
        assert part in words
    assert sharpness_name(chosen) == "sharpness by the steps"


def test_claims_and_statements_are_there() -> None:
    """By their names in the sentences."""
    claims = [module.CLAIM for module in (any_architecture, layerwise_steps, momentum, weight_decay)]
    found = {claim.name: {statement.name for statement in claim.statements} for claim in claims}
    assert {"heavy-ball", "heavy-ball-norm", "nesterov", "nesterov-norm", "averaged-gradient"} <= found["momentum"]
    assert {"all-parameters-norm", "all-but-the-output-bias-norm", "stationary-norm"} <= found["weight-decay"]
    assert {"threshold", "stability-norm"} <= found["layerwise-steps"]
    assert {"two-ends", "flat-points", "sharpness", "column"} <= found["any-architecture"]


def test_on_kinks_no_claim_speaks_of_another_method() -> None:
    assert "On kinks no claim speaks" in said(method("heavy-ball", momentum="0.9", loss="mse"), kinks=2)
    assert "no claim" not in said(method("sgd", loss="mse"), kinks=2)


def test_without_a_step_size_nothing_is_allowed() -> None:
    for chosen in (method("sgd", loss="mse"), method("heavy-ball", momentum="0.9", loss="mse")):
        assert "at most" not in said(chosen, None)


def test_short_numbers() -> None:
    assert (short(Fraction(1, 3)), short(Fraction(1, 8)), short(Fraction(0.1))) == ("1/3", "0.125", "0.1")


def test_numbers_beyond_the_floats() -> None:
    assert short(Fraction(2) ** 3000 + Fraction(1, 3)).startswith("1.23")
    assert short(Fraction(1, 2**1500)).count(" to ") == 1
