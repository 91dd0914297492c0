"""Adam's preconditioner, from the second moments in the state of `torch.optim.Adam`; nothing is unpickled."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.arrays.checks import Array

_DEEPEST = 3
_HOW = 'save it as torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)'
_OPTIONS = {"amsgrad": "amsgrad", "maximize": "maximize", "decoupled_weight_decay": "decoupled weight decay (AdamW)"}


@dataclass(frozen=True, eq=False)
class Preconditioner:
    """P = 1/(sqrt(v/(1 - beta_2^t)) + epsilon), entry by entry, of a shallow network's parameters.

    entries: [k d + 2 k + 1], in the order W1 (row by row), b1, w2, b2; positive.
    momentum: beta_1.
    steps: t, how many were taken.
    """

    entries: Array
    momentum: Fraction
    steps: int


def load_preconditioner(path: str | os.PathLike[str], k: int, d: int) -> Preconditioner:
    """The preconditioner of a network of k neurons and d inputs, from a file of torch.save with Adam's state_dict.

    The file is read as `numerics.loading.torch_file.load_plain` reads one: tensors and plain values, no objects.

    Raises:
        FileNotFoundError, PermissionError: the file cannot be opened.
        ValueError: the file is damaged, or its state is none of Adam's for the four parameters of such a network.
    """
    from numerics.loading.torch_file import load_plain

    return preconditioner_of(load_plain(path), k, d, str(path))


def preconditioner_of(held: object, k: int, d: int, name: str = "the state") -> Preconditioner:
    """The same from what the file holds: Adam's state_dict, or a dictionary that has it. Errors as above.

    >>> import torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    >>> adam = torch.optim.Adam(model.parameters(), lr=0.1)
    >>> model(torch.ones(1, 1)).sum().backward()
    >>> adam.step()
    >>> found = preconditioner_of(adam.state_dict(), 2, 1)
    >>> found.momentum, found.steps, len(found.entries), round(float(found.entries[-1]), 6)  # of b2: gradient 1
    (Fraction(9, 10), 1, 7, 1.0)
    """
    states = list(_states(held, 0))
    if len(states) != 1:
        what = "no state of an optimizer" if not states else f"{len(states)} states of optimizers"
        raise ValueError(f"{name} holds {what}, with the second moments of Adam; {_HOW}")
    state, groups = states[0]["state"], states[0]["param_groups"]
    if not isinstance(groups, list | tuple) or len(groups) != 1 or not isinstance(groups[0], Mapping):
        raise ValueError(f"{name} has parameters in several groups; supported is one group, of model.parameters()")
    group = groups[0]
    for key, words in _OPTIONS.items():
        if group.get(key):
            raise ValueError(f"{name} is of Adam with {words}, of which no claim speaks")
    if group.get("weight_decay"):
        raise ValueError(f"{name} is of Adam with weight decay, of which no claim speaks")
    places = group.get("params")
    if not isinstance(state, Mapping) or not isinstance(places, list | tuple):
        raise ValueError(f"{name} is no state_dict of torch.optim.Adam")
    found = [state.get(place) for place in places]
    moments = [moment for moment in found if isinstance(moment, Mapping) and {"exp_avg_sq", "step"} <= set(moment)]
    if not found or len(moments) < len(found):
        raise ValueError(f"{name} has no second moments (exp_avg_sq): it is not of Adam, or before its first step")
    return _preconditioner(moments, group, k, d, name)


def _states(held: object, depth: int) -> Iterator[Mapping[Any, Any]]:
    if isinstance(held, Mapping) and depth <= _DEEPEST:
        if "state" in held and "param_groups" in held:
            yield held
        else:
            for value in held.values():
                yield from _states(value, depth + 1)


def _preconditioner(
    moments: list[Mapping[Any, Any]], group: Mapping[Any, Any], k: int, d: int, name: str
) -> Preconditioner:
    from numerics.loading.torch_file import exact_array

    shapes = [(k, d), (k,), (1, k), (1,)]
    arrays = [exact_array(moment["exp_avg_sq"], f"exp_avg_sq of {name}") for moment in moments]
    if [array.shape for array in arrays] != shapes:
        raise ValueError(
            f"the second moments in {name} have the shapes {[list(array.shape) for array in arrays]}; of this network "
            f"they are {[list(shape) for shape in shapes]}, in the order W1, b1, w2, b2"
        )
    counts = {int(float(moment["step"])) for moment in moments}
    betas, epsilon = group.get("betas"), float(group.get("eps", 0.0))
    if not isinstance(betas, list | tuple) or len(betas) != 2 or len(counts) != 1:
        raise ValueError(f"{name} is no state_dict of torch.optim.Adam: it lacks betas, or one number of steps")
    first, second, steps = float(betas[0]), float(betas[1]), counts.pop()
    if not (0 <= first < 1 and 0 <= second < 1 and epsilon >= 0 and steps >= 1):
        raise ValueError(f"{name} has betas {first}, {second}, epsilon {epsilon} and {steps} steps, which Adam cannot")
    values = np.concatenate([array.ravel() for array in arrays])
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError(f"the second moments in {name} are not finite numbers from 0")
    # 1 - beta_2^t, also where beta_2 is next to 1
    corrected = -math.expm1(steps * math.log(second)) if second else 1.0
    roots = np.sqrt(values / corrected) + epsilon
    if not (roots > 0).all():
        raise ValueError(f"a second moment in {name} is 0, and so is epsilon: Adam divides by 0")
    return Preconditioner(1 / roots, Fraction(repr(first)), steps)
