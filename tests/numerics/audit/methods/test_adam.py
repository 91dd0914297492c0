"""Adam's preconditioner: what torch divides by, read from files without unpickling, or refused in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from numerics.audit.methods.adam import Preconditioner, load_preconditioner, preconditioner_of


def trained(steps: int = 3, **options: Any) -> tuple[torch.nn.Sequential, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)).double()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.125, **options)
    x = torch.linspace(-1, 1, 8, dtype=torch.float64).reshape(4, 2)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.MSELoss()(model(x), x[:, :1]).backward()
        optimiser.step()
    return model, optimiser


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.75), (0.0, 0.0)])
@pytest.mark.parametrize("wrapped", [lambda state: state, lambda state: {"net": {"optimizer": state}, "epoch": 3}])
def test_the_next_step_of_torch_divides_by_it(
    betas: tuple[float, float], wrapped: Callable[[Any], Any], tmp_path: Path
) -> None:
    """The step theta' - theta = -lr P m/(1 - beta_1^t), with the moments that torch has after the step."""
    model, optimiser = trained(betas=betas)
    before = torch.cat([part.detach().ravel() for part in model.parameters()])
    x = torch.linspace(-1, 1, 8, dtype=torch.float64).reshape(4, 2)
    optimiser.zero_grad()
    (3 * model(x).sum()).backward()
    optimiser.step()
    moved = torch.cat([part.detach().ravel() for part in model.parameters()]) - before
    torch.save(wrapped(optimiser.state_dict()), tmp_path / "state.pt")
    found = load_preconditioner(tmp_path / "state.pt", 3, 2)
    assert (found.momentum, found.steps) == (Fraction(str(betas[0])), 4)
    averages = torch.cat([optimiser.state[part]["exp_avg"].ravel() for part in model.parameters()])
    np.testing.assert_allclose(-0.125 * found.entries * averages.numpy() / (1 - betas[0] ** 4), moved, rtol=1e-12)


def test_float32_states() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 1))
    optimiser = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 1)).sum().backward()
    optimiser.step()
    found = preconditioner_of(optimiser.state_dict(), 1, 1)
    assert isinstance(found, Preconditioner)
    assert float(found.entries[-1]) == pytest.approx(1, rel=1e-6)


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    _, optimiser = trained()
    torch.save({"optimizer": optimiser.state_dict(), "model": Path("x")}, tmp_path / "state.pt")
    with pytest.raises(ValueError, match="nothing is unpickled"):
        load_preconditioner(tmp_path / "state.pt", 3, 2)


def changed(change: Callable[[Any], Any], **options: Any) -> Any:
    state = trained(**options)[1].state_dict()
    change(state)
    return state


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("no state of an optimizer", lambda: {"model": trained()[0].state_dict()}),
        ("no state of an optimizer", lambda: 3),
        ("2 states of optimizers", lambda: {"a": trained()[1].state_dict(), "b": trained()[1].state_dict()}),
        ("no second moments", lambda: trained(steps=0)[1].state_dict()),
        ("no second moments", lambda: torch.optim.SGD(trained()[0].parameters(), lr=1, momentum=0.5).state_dict()),
        ("with amsgrad", lambda: trained(amsgrad=True)[1].state_dict()),
        ("with maximize", lambda: trained(maximize=True)[1].state_dict()),
        ("with weight decay", lambda: trained(weight_decay=0.1)[1].state_dict()),
        ("decoupled weight decay", lambda: torch.optim.AdamW(trained()[0].parameters()).state_dict()),
        ("in several groups", lambda: changed(lambda state: state["param_groups"].append(state["param_groups"][0]))),
        ("have the shapes", lambda: changed(lambda state: state["param_groups"][0].update(params=[2, 3, 0, 1]))),
        ("lacks betas", lambda: changed(lambda state: state["param_groups"][0].pop("betas"))),
        ("which Adam cannot", lambda: changed(lambda state: state["param_groups"][0].update(betas=[1.0, 0.9]))),
        ("not finite numbers from 0", lambda: changed(lambda state: state["state"][1]["exp_avg_sq"].fill_(-1.0))),
        ("Adam divides by 0", lambda: changed(lambda state: state["state"][1]["exp_avg_sq"].fill_(0.0), eps=0.0)),
    ],
)
def test_refusals(words: str, held: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        preconditioner_of(held(), 3, 2)
