"""Methods: what the sharpness may be, held against optimisers of torch at work; refusals in one line."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit.methods.adam import Preconditioner
from numerics.audit.methods.method import DECAYED, LOSSES, OPTIMIZERS, PLAIN, Method, method
from numerics.wider.optimisers import largest_eigenvalue_allowed
from proofs_checks.instances.profiles import settings

MOMENTA = st.fractions(0, Fraction(15, 16), max_denominator=16)
STEP_SIZES = st.fractions(Fraction(1, 64), 4, max_denominator=64)
STATE = Preconditioner(np.ones(4), Fraction(9, 10), 7)
STEPS = 600


def moved(optimiser: torch.optim.Optimizer, parameter: torch.Tensor, hessian: torch.Tensor) -> float:
    """How far some hundred steps of a torch optimiser on <theta, H theta>/2 lead from 0, relative to the start."""
    start = float(parameter.detach().norm())
    for _ in range(STEPS):
        parameter.grad = hessian @ parameter.detach()
        optimiser.step()
    return float(parameter.detach().norm()) / start


@settings(max_examples=10)
@given(beta=MOMENTA, eta=STEP_SIZES, name=st.sampled_from(["heavy-ball", "nesterov"]))
def test_without_a_penalty_the_limit_is_that_of_the_optimisers(beta: Fraction, eta: Fraction, name: str) -> None:
    for loss, c in (("half-mse", 1), ("mse", 2), ("mse-sum", 14), ("half-mse-sum", 7)):
        found = method(name, momentum=beta, loss=loss)
        assert found.limit(eta, 7) == largest_eigenvalue_allowed(name, eta, beta) / c
    assert method("sgd").limit(eta, 7) == PLAIN.limit(eta, 7) == 2 / eta
    assert method("adam", loss="mse", preconditioner=STATE).limit(eta, 7) == 38 / eta


@pytest.mark.parametrize("decay", ["0", "0.25"])
@pytest.mark.parametrize(
    ("name", "beta"), [("sgd", "0"), ("heavy-ball", "0.9"), ("nesterov", "0.9"), ("nesterov", "1/2")]
)
def test_torch_is_bounded_just_below_the_limit_and_not_just_above(name: str, beta: str, decay: str) -> None:
    """torch.optim.SGD on a multiple of the theory's loss, in one dimension; the limit is of the theory's Hessian."""
    eta = Fraction(1, 8)
    chosen = method(
        name, momentum=None if name == "sgd" else beta, loss="mse", weight_decay=decay, decayed="all" if decay else None
    )
    limit = chosen.limit(eta, 5)
    assert limit is not None
    for part, bounded in ((0.99, True), (1.01, False)):
        parameter = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.SGD(
            [parameter],
            lr=float(eta),
            momentum=float(Fraction(beta)),
            nesterov=name == "nesterov",
            weight_decay=float(decay),
        )
        hessian = torch.tensor([[2 * part * float(limit)]], dtype=torch.float64)
        assert (moved(optimiser, parameter, hessian) < 1) == bounded


def test_decoupled_decay_takes_the_steps_of_a_penalty() -> None:
    """(1 - eta w) theta - eta g is theta - eta (g + w theta)."""
    decoupled, penalty = (method("sgd", loss="mse", weight_decay="1/4", decayed=kind) for kind in ("decoupled", "all"))
    assert decoupled.limit(Fraction(1, 8), 3) == penalty.limit(Fraction(1, 8), 3) == 8 - Fraction(1, 8)


def test_a_penalty_on_all_but_one_direction() -> None:
    """The limit is of H + mu (I - e e^T): with H = 4 at the output bias alone nothing is taken from it."""
    found = method("sgd", loss="half-mse", weight_decay="1/4", decayed="all-but-output-bias")
    assert (found.is_scalar, found.limit(Fraction(1, 2), 3), found.penalty(3)) == (False, Fraction(4), Fraction(1, 4))


def test_layer_steps_are_groups_of_torch() -> None:
    """S H with S = diag(1/2, 1/4, 1): bounded iff S^(1/2) H S^(1/2) <= 2."""
    found = method("sgd", loss="half-mse", layer_steps=["1/2", "1/4", "1"])
    assert found.steps_for(9) == (Fraction(1, 2), Fraction(1, 4), Fraction(1))
    assert method("sgd", loss="mse-sum", layer_steps=["1/2", "1/4", "1"]).steps_for(9) == (
        Fraction(9),
        Fraction(9, 2),
        Fraction(18),
    )
    steps = torch.tensor([0.5, 0.25, 1.0], dtype=torch.float64)
    frame = torch.linalg.qr(torch.arange(9.0, dtype=torch.float64).reshape(3, 3) ** 2 + torch.eye(3))[0]
    for top, bounded in ((1.98, True), (2.02, False)):
        scaled = frame @ torch.diag(torch.tensor([0.5, 1.0, top], dtype=torch.float64)) @ frame.T
        hessian = scaled / torch.outer(steps.sqrt(), steps.sqrt())
        parts = [torch.ones(1, dtype=torch.float64, requires_grad=True) for _ in steps]
        optimiser = torch.optim.SGD([{"params": [p], "lr": float(s)} for p, s in zip(parts, steps, strict=True)])
        for _ in range(STEPS):
            gradient = hessian @ torch.cat([part.detach() for part in parts])
            for part, slope in zip(parts, gradient, strict=True):
                part.grad = slope[None]
            optimiser.step()
        assert (max(float(part.detach().abs()) for part in parts) < 10) == bounded


def test_losses_are_those_of_torch() -> None:
    """The Hessian in f(x_j) of each loss over that of 1/(2n) sum |f - y|^2."""
    outputs, labels = torch.zeros(5, 2, dtype=torch.float64), torch.ones(5, 2, dtype=torch.float64)
    losses = {
        "half-mse": lambda f: ((f - labels) ** 2).sum() / 10,
        "mse": lambda f: torch.nn.MSELoss()(f, labels),
        "mse-sum": lambda f: torch.nn.MSELoss(reduction="sum")(f, labels),
        "half-mse-sum": lambda f: ((f - labels) ** 2).sum() / 2,
    }
    assert losses.keys() == LOSSES.keys()
    for name, loss in losses.items():
        curvature = float(torch.func.hessian(loss)(outputs)[0, 0, 0, 0])
        assert curvature == pytest.approx(float(Method(loss=name).loss_factor(5, 2)) / 5)


def test_it_says_itself_in_options() -> None:
    found = method("heavy-ball", momentum="0.9", loss="mse", weight_decay="1e-4", decayed="all")
    assert found.as_options() == [
        *("--loss", "mse", "--optimizer", "heavy-ball", "--momentum", "9/10"),
        *("--weight-decay", "1/10000", "--decayed", "all"),
    ]
    assert PLAIN.as_options() == []
    assert method("sgd", loss="mse", layer_steps=[1, "1/2", 2]).as_options() == [
        *("--loss", "mse", "--layer-steps", "1,1/2,2")
    ]


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("supported are sgd, heavy-ball, nesterov and adam", {"optimizer": "lion"}),
        ("SGD(momentum=...) is heavy-ball", {"momentum": "0.9"}),
        ("heavy-ball has a momentum, which is not guessed", {"optimizer": "heavy-ball", "loss": "mse"}),
        ("which loss are", {"optimizer": "heavy-ball", "momentum": "0.9"}),
        ("which loss are", {"weight_decay": "1e-4", "decayed": "all"}),
        ("which loss are", {"layer_steps": [1, 1, 1]}),
        ("supported are half-mse, mse, mse-sum, half-mse-sum", {"loss": "logistic"}),
        ("what is decayed?", {"loss": "mse", "weight_decay": "1e-4"}),
        ("what is decayed?", {"loss": "mse", "weight_decay": "1e-4", "decayed": "weights"}),
        ("said beside a weight decay", {"loss": "mse", "decayed": "all"}),
        (
            "no claim speaks of decoupled weight decay with nesterov",
            {"optimizer": "nesterov", "momentum": "0.9", "loss": "mse", "weight_decay": "1", "decayed": "decoupled"},
        ),
        ("number from 0 such as 1e-4", {"loss": "mse", "weight_decay": "-1", "decayed": "all"}),
        ("number from 0 such as 1e-4", {"loss": "mse", "weight_decay": "much", "decayed": "all"}),
        (
            "supported for sgd without",
            {"optimizer": "nesterov", "momentum": 0, "loss": "mse", "layer_steps": [1, 1, 1]},
        ),
        ("supported for sgd without", {"loss": "mse", "layer_steps": [1, 1, 1], "weight_decay": 1, "decayed": "all"}),
        ("three, of W1 and b1, of w2, of b2", {"loss": "mse", "layer_steps": [1, 1]}),
        ("must be a positive number", {"loss": "mse", "layer_steps": [1, 0, 1]}),
        ("must be a number from 0 to below 1", {"optimizer": "nesterov", "momentum": 1, "loss": "mse"}),
        ("adam needs its second moments", {"optimizer": "adam", "loss": "mse"}),
        ("adam is supported without weight decay", {"optimizer": "adam", "loss": "mse", "weight_decay": 1}),
        (
            "the momentum of this state of adam is 0.9",
            {"optimizer": "adam", "loss": "mse", "momentum": "0.8", "preconditioner": STATE},
        ),
        ("second moments are of adam", {"loss": "mse", "preconditioner": STATE}),
    ],
)
def test_refusals(words: str, arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as error:
        method(**arguments)  # type: ignore[arg-type]
    assert not re.search("\n", str(error.value))


def test_numbers_that_are_none() -> None:
    with pytest.raises(TypeError, match="weight decay must be a number"):
        method("sgd", loss="mse", weight_decay=object(), decayed="all")


def test_names() -> None:
    assert set(OPTIMIZERS) == {"sgd", "gradient-descent", "heavy-ball", "nesterov", "adam"}
    assert DECAYED == ("all", "all-but-output-bias", "decoupled")
