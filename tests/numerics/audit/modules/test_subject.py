"""What a module computes, and which of its parameters is the output bias."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from numerics.audit.modules.subject import Subject, subject
from tests.numerics.audit.modules.nets import KINDS, data, made


@pytest.mark.parametrize(
    ("kind", "bias"),
    [("mlp", "6.bias"), ("convolution", "6.bias"), ("residual", "head.bias"), ("own bias", "shift")],
)
def test_the_bias_is_found(kind: str, bias: str) -> None:
    assert kind in KINDS
    found = subject(made(kind, 3), data(3, 4, 1)[0])
    assert isinstance(found, Subject)
    assert (found.bias, found.outputs, found.n) == (bias, 1, 4)


def test_values_are_those_of_the_module_in_any_piece() -> None:
    net, (x, y) = made("convolution", 1, 2), data(1, 5, 2)
    found = subject(net, x, y)
    pieces = torch.cat([found.values(rows) for rows in found.chunks(2)])
    assert [(rows.start, rows.stop) for rows in found.chunks(2)] == [(0, 2), (2, 4), (4, 5)]
    np.testing.assert_allclose(pieces.detach(), net.double()(x.double()).detach(), rtol=1e-12)
    assert found.size == sum(part.numel() for part in net.parameters())


def test_of_two_additive_biases_the_last_one_unless_another_is_named() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.more = nn.Linear(3, 1), nn.Parameter(torch.zeros(1))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.first(x) + self.more
            return found

    x = data(0, 3, 1)[0]
    assert subject(Twice(), x).bias == "first.bias"
    assert subject(Twice(), x, bias="more").bias == "more"


def test_whole_numbers_reach_an_embedding_as_they_are() -> None:
    net = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2))
    found = subject(net, torch.tensor([[0, 1], [4, 2]]), [[1, 2], [3, 4]])
    assert (found.bias, found.inputs.dtype, found.outputs) == ("2.bias", torch.int64, 2)


def test_labels_of_one_output_may_be_a_column_or_a_row() -> None:
    net, (x, y) = made("mlp", 1), data(1, 4, 1)
    for labels in (y, y[:, 0], y.numpy(), y[:, 0].tolist()):
        found = subject(net, x, labels).labels
        assert found is not None
        assert found.shape == (4, 1)
