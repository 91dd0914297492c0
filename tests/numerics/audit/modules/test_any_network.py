"""The audit of torch modules, against Hessians by torch.func in full, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from numerics.audit import any_network, audit, method
from numerics.audit.modules.any_network import _verdict
from numerics.loading.layers import NotCoveredError
from proofs_checks.instances.profiles import settings
from tests.numerics.audit.modules.exact_reference import Deep
from tests.numerics.audit.modules.nets import KINDS, data, full, made

CASES = st.tuples(st.sampled_from(KINDS), st.integers(0, 2**16), st.integers(1, 9), st.integers(1, 3))


@settings(max_examples=12)
@given(case=CASES, chunk=st.sampled_from([2, 5, 16]), wide=st.booleans(), array=st.booleans())
def test_it_is_the_full_hessian(case: tuple[str, int, int, int], chunk: int, wide: bool, array: bool) -> None:
    """Inputs in float32 and float64, in tensors and arrays, in pieces of any length; and the claim itself."""
    kind, seed, n, m = case
    outputs = 1 if kind == "own bias" else m
    net, (x, y) = made(kind, seed, outputs), data(seed, n, outputs)
    x, y = (x.double(), y.double()) if wide else (x, y)
    before = {name: part.clone() for name, part in net.state_dict().items()}
    found = any_network(net, x.numpy() if array else x, y.numpy() if array else y, chunk=chunk)
    assert all(torch.equal(part, before[name]) for name, part in net.state_dict().items())
    hessian, gram, mean = full(net, x, y)
    true, square = scipy.linalg.eigvalsh(hessian), float(scipy.linalg.eigvalsh(mean @ mean.T)[-1])
    assert (found.n, found.outputs, found.parameters) == (n, outputs, len(true))
    assert found.mean_gradient_square == pytest.approx(square, rel=1e-9)
    for ends, value in (
        (found.sharpness, true[-1]),
        (found.gauss_newton, scipy.linalg.eigvalsh(gram)[-1]),
    ):
        assert ends is not None
        assert ends[0] <= value * (1 + 1e-12)
        assert value * (1 - 1e-12) <= ends[1] <= value * (1 + 1e-6)
    assert found.smallest is not None
    assert found.smallest[0] - 1e-9 <= true[0] <= found.smallest[1] + 1e-9
    nu = max(0.0, -true[0])
    assert found.sharpness is not None
    assert (square + nu) / (1 + nu) <= found.sharpness[1] * (1 + 1e-9)


SHAPES = ([1, 2, 1], [2, 2, 2, 1], [1, 2, 2, 1, 1], [2, 3, 1], [1, 1, 1, 1, 1])
RATIOS = (Fraction(1, 2), 1 - Fraction(1, 10**6), 1 + Fraction(1, 10**6), Fraction(2))


def test_thirty_networks_in_fractions() -> None:
    """One to three hidden layers, interpolating or not, next to the threshold and far from it: none wrong."""
    wrong, kinds = [], {"stable": 0, "unstable": 0, "excluded": 0, "undecided": 0}
    for number in range(30):
        torch.manual_seed(number)
        widths = SHAPES[number % 5]
        layers = [nn.Linear(first, second) for first, second in pairwise(widths)]
        net = nn.Sequential(*[part for layer in layers for part in (layer, nn.ReLU())][:-1]).double()
        x = torch.randn(1 + number % 4, widths[0], dtype=torch.float64)
        y = net(x)[:, 0].detach() if number % 3 == 0 else torch.randn(len(x), dtype=torch.float64)
        theta = [Fraction(entry) for part in net.parameters() for entry in part.detach().ravel().tolist()]
        exact = Deep(widths, theta, [list(map(Fraction, row)) for row in x.tolist()], list(map(Fraction, y.tolist())))
        square, values = exact.curvature()
        found = any_network(net, x, y)
        if abs(found.mean_gradient_square - float(square)) > 1e-12 * float(square):
            wrong.append(f"{number}: |q|^2")
        for name, ends, value in (("top", found.sharpness, values[-1]), ("bottom", found.smallest, values[0])):
            assert ends is not None
            if not ends[0] - 1e-12 <= value <= ends[1] + 1e-12 or ends[1] - ends[0] > 1e-5 * float(values[-1]):
                wrong.append(f"{number}: {name}")
        # between |q|^2 and the sharpness too, where they differ: with one datum that is met they do not
        between = [(square + values[-1]) / 2] if abs(square / values[-1] - 1) > Fraction(1, 1000) else []
        for limit in [values[-1] / RATIOS[number % 4], *between]:
            expected = "unstable" if values[-1] > limit else "excluded" if square > limit else "stable"
            verdict = any_network(net, x, y, step_size=(2 / limit).limit_denominator(10**12), lowest=False).verdict
            assert verdict is not None
            kinds[verdict] += 1
            wrong += [] if verdict == expected else [f"{number}: {verdict}, not {expected}"]
    assert wrong == []
    assert sum(kinds.values()) >= 45
    assert min(kinds["stable"], kinds["unstable"], kinds["excluded"]) >= 2, kinds


@pytest.mark.parametrize("kind", KINDS)
def test_in_float32(kind: str) -> None:
    net, (x, y) = made(kind, 1), data(1, 6, 1)
    narrow, wide = (any_network(net, x, y, dtype=dtype) for dtype in (torch.float32, torch.float64))
    assert narrow.sharpness is not None
    assert wide.sharpness is not None
    assert narrow.sharpness[0] <= wide.sharpness[1]
    assert wide.sharpness[0] <= narrow.sharpness[1] <= 1.01 * wide.sharpness[1]
    assert narrow.mean_gradient_square == pytest.approx(wide.mean_gradient_square, rel=1e-4)


def test_a_larger_net_by_lanczos() -> None:
    """More than a hundred parameters, where the matrix is not formed."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    x, y = data(0, 20, 1)
    found, true = any_network(net, x, y, chunk=6), scipy.linalg.eigvalsh(full(net, x, y)[0])
    assert found.sharpness is not None
    assert found.smallest is not None
    assert found.sharpness == pytest.approx((true[-1],) * 2, rel=1e-7)
    assert found.smallest == pytest.approx((true[0],) * 2, abs=1e-4 * true[-1])


def test_it_agrees_with_the_audit_of_shallow_networks() -> None:
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)).double()
    x, y = torch.randn(7, 2, dtype=torch.float64), torch.randn(7, dtype=torch.float64)
    mine, theirs = any_network(net, x, y), audit(net.eval(), x, y)
    assert mine.sharpness is not None
    assert float(theirs.sharpness[1]) == pytest.approx(mine.sharpness[0], rel=1e-9)
    assert float(theirs.gram_sharpness[1]) == pytest.approx(mine.gauss_newton[0], rel=1e-9)
    assert float(theirs.mean_gradient_square[1]) == pytest.approx(mine.mean_gradient_square, rel=1e-12)
    assert float(theirs.loss[1]) == pytest.approx(mine.loss, rel=1e-12)


def test_without_labels_steps_are_excluded_all_the_same() -> None:
    net, (x, _) = made("mlp", 2), data(2, 5, 1)
    found = any_network(net, x, step_size=3)
    assert (found.sharpness, found.loss, found.largest_stable_step) == (None, None, None)
    # |q|^2 >= 1, by the bias alone
    assert found.excluded_above <= 2
    assert found.verdict == "excluded"
    assert any_network(net, x, step_size="0.001").verdict == "undecided"


def test_verdicts_follow_the_method_and_its_loss() -> None:
    """Where the net interpolates, so that no eigenvalue is negative."""
    net, (x, _) = made("mlp", 2, 2), data(2, 5, 2)
    x = x.double()
    y = net.double()(x).detach()
    plain = any_network(net, x, y)
    assert plain.largest_stable_step is not None
    own, edge = {}, plain.largest_stable_step[0]
    for name, chosen, factor in (
        ("plain", method("sgd"), Fraction(1)),
        ("mse", method("sgd", loss="mse"), Fraction(1)),  # 2/m of two outputs
        ("sum", method("sgd", loss="mse-sum"), Fraction(1, 10)),
        ("heavy", method("heavy-ball", momentum="0.9", loss="mse-sum"), Fraction(19, 100)),
    ):
        for part in (Fraction(99, 100), Fraction(101, 100)):
            found = any_network(net, x, y, step_size=part * factor * Fraction(edge), method=chosen, lowest=False)
            own[name, part < 1] = found.verdict
            assert found.largest_stable_step is not None
            assert found.largest_stable_step[0] == pytest.approx(float(factor) * edge)
    assert {verdict for (_, below), verdict in own.items() if below} == {"stable"}
    assert {verdict for (_, below), verdict in own.items() if not below} == {"unstable"}


@pytest.mark.parametrize("decayed", ["all", "all-but-output-bias", "decoupled"])
@pytest.mark.parametrize("outputs", [1, 2])
def test_weight_decay_is_part_of_the_hessian(decayed: str, outputs: int) -> None:
    """And of the bound: where H + mu is from 0 to s, |q|^2 is at most s(1 + mu) - mu(2 + mu)."""
    net, (x, _) = made("mlp", 2, outputs), data(2, 5, outputs)
    x = x.double()
    y = net.double()(x).detach()
    own = method("sgd", loss="mse", weight_decay="1/2", decayed=decayed)
    hessian, _, mean = full(net, x, y)
    mu = 0.25 * outputs
    matrix = hessian + mu * np.eye(len(hessian))
    if decayed == "all-but-output-bias":
        matrix[-outputs:, -outputs:] -= mu * np.eye(outputs)
    top, square = scipy.linalg.eigvalsh(matrix)[-1], scipy.linalg.eigvalsh(mean @ mean.T)[-1]
    for part, verdict in ((0.999, "stable"), (1.001, "unstable")):
        eta = part * 2 / (top * 2 / outputs)
        found = any_network(net, x, y, step_size=eta, method=own, lowest=False)
        assert found.penalised_sharpness == pytest.approx((top, top), rel=1e-7)
        assert found.verdict == verdict
        assert found.largest_gradient_square is not None
        if part < 1:
            assert square <= found.largest_gradient_square
            assert eta <= found.excluded_above


def test_excluded_is_where_the_mean_gradient_alone_decides() -> None:
    """By hand, x = w1 = w2 = 1, b1 = 0, residual -1: |q|^2 = 4 above the sharpness 3.17, with nu = 0.48."""
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1))
    for part, value in zip(net.parameters(), (1.0, 0.0, 1.0, 0.0), strict=True):
        part.data.fill_(value)
    found = any_network(net, [[1.0]], [2.0], step_size=Fraction(2, 35) * 10)
    assert found.sharpness == pytest.approx((3.17009, 3.17009), abs=1e-5)
    assert found.smallest == pytest.approx((-0.48119, -0.48119), abs=1e-5)
    assert found.mean_gradient_square == pytest.approx(4)
    assert found.verdict == "excluded"
    assert "negative eigenvalues" in str(found)
    for limit, square, verdict in ((5, 4.0, "stable"), (Fraction(317, 100), 2.0, "undecided"), (3, 3.5, "unstable")):
        given = replace(found, step_size=2 / Fraction(limit), sharpness=(3.165, 3.175))
        assert _verdict(given, square) == verdict
    assert _verdict(replace(found, step_size=None), 4.0) is None


def test_text_and_json() -> None:
    net, (x, y) = made("residual", 0, 2), data(0, 4, 2)
    found = any_network(net, x, y, step_size="0.1", method=method("heavy-ball", momentum="0.9", loss="mse"))
    for part in (
        "head.bias",
        "Claim vector-outputs, statement bounded",
        "Claim momentum",
        "for 2 outputs 1 times",
    ):
        assert part in " ".join(str(found).split())
    read = json.loads(found.as_json())
    assert read["method"] == "--loss mse --optimizer heavy-ball --momentum 9/10"
    assert (read["step_size"], read["bias"], len(read["sharpness"])) == ("1/10", "head.bias", 2)


def test_frozen_and_named_parameters() -> None:
    net, (x, y) = made("mlp", 4), data(4, 4, 1)
    for part in net[0].parameters():  # type: ignore[index]
        part.requires_grad_(False)
    found = any_network(net, x, y, bias="6.bias")
    assert found.parameters == len(full(net, x, y)[0])
    assert found.sharpness is not None
    assert found.sharpness[0] == pytest.approx(scipy.linalg.eigvalsh(full(net, x, y)[0])[-1], rel=1e-8)


def test_the_bar_counts_passes(capsys: pytest.CaptureFixture[str]) -> None:
    net, (x, y) = made("mlp", 4), data(4, 4, 1)
    any_network(net, x, y)
    assert capsys.readouterr().err == ""
    any_network(net, x, y, progress=True)
    assert "passes over the data" in capsys.readouterr().err


class Doubled(nn.Module):
    """The output bias is a weight inside too."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.bias = nn.Linear(3, 1), nn.Parameter(torch.tensor([0.5]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.first(x) * self.bias) + self.bias


class Noisy(nn.Module):
    """An output that depends on chance, in evaluation mode too."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.last(torch.nn.functional.dropout(x, 0.5, training=True))
        return found


class Centred(Noisy):
    """An output that depends on the other data."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.last(x - x.mean(dim=0))
        return found


def frozen() -> nn.Module:
    net = made("mlp", 0)
    net[6].bias.requires_grad_(False)  # type: ignore[index]
    return net


def with_nan() -> nn.Module:
    net = made("mlp", 0)
    net[0].weight.data[0, 0] = float("nan")  # type: ignore[index]
    return net


X = torch.arange(12.0).reshape(4, 3)
Y = torch.ones(4)


@pytest.mark.parametrize(
    ("kind", "words", "run"),
    [
        (TypeError, "not of a list", lambda: any_network([], X, Y)),
        (TypeError, "not of a ndarray", lambda: any_network(np.ones(3), X, Y)),
        (ValueError, "there are no data", lambda: any_network(made("mlp", 0), X[:0], Y[:0])),
        (ValueError, "there are no data", lambda: any_network(made("mlp", 0), 3.0, Y)),
        (ValueError, "inputs must be finite", lambda: any_network(made("mlp", 0), X / 0, Y)),
        (ValueError, "labels must be finite", lambda: any_network(made("mlp", 0), X, Y * float("nan"))),
        (ValueError, "0.weight must be finite", lambda: any_network(with_nan(), X, Y)),
        (ValueError, "the labels must be [4, 1]", lambda: any_network(made("mlp", 0), X, Y[:3])),
        (ValueError, "the labels must be [4, 2]", lambda: any_network(made("mlp", 0, 2), X, Y)),
        (TypeError, "real numbers", lambda: any_network(made("mlp", 0), X * 1j, Y)),
        (TypeError, "real numbers", lambda: any_network(made("mlp", 0), np.array(["a"]), Y)),
        (ValueError, "cannot be run on inputs [3, 2]", lambda: any_network(made("mlp", 0), X[:, :2], Y)),
        (
            ValueError,
            "layer 0 (Dropout) drops at random",
            lambda: any_network(nn.Sequential(nn.Dropout(), made("mlp", 0)), X, Y),
        ),
        (
            ValueError,
            "layer 2 (BatchNorm1d) normalises by the batch in training",
            lambda: any_network(nn.Sequential(*made("convolution", 0).train()[:5], nn.Linear(6, 1)), X, Y),  # type: ignore[index]
        ),
        (
            NotCoveredError,
            "is no function of one datum",
            lambda: any_network(
                nn.Sequential(nn.BatchNorm1d(3, track_running_stats=False), nn.Linear(3, 1)).eval(), X, Y
            ),
        ),
        (NotCoveredError, "depends on chance", lambda: any_network(Noisy().eval(), X + 1, Y)),
        (NotCoveredError, "depends on the data beside it", lambda: any_network(Centred(), X, Y)),
        (NotCoveredError, "no trained parameter moves all", lambda: any_network(frozen(), X, Y)),
        (NotCoveredError, "no trained parameter moves all", lambda: any_network(Doubled(), X, Y)),
        (
            NotCoveredError,
            "no trained parameter moves all",
            lambda: any_network(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1, bias=False)), X, Y),
        ),
        (
            NotCoveredError,
            "no trained parameter moves all",
            lambda: any_network(nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()), X, Y),
        ),
        (NotCoveredError, "0.bias is no parameter that", lambda: any_network(made("mlp", 0), X, Y, bias="0.bias")),
        (ValueError, "no trained parameter 'b'", lambda: any_network(made("mlp", 0), X, Y, bias="b")),
        (ValueError, "chunk must be at least 1", lambda: any_network(made("mlp", 0), X, Y, chunk=0)),
        (ValueError, "tolerance between 0 and 1", lambda: any_network(made("mlp", 0), X, Y, tolerance=2.0)),
        (ValueError, "torch cannot compute on abacus", lambda: any_network(made("mlp", 0), X, Y, device="abacus")),
        (ValueError, "torch cannot compute on cuda:99", lambda: any_network(made("mlp", 0), X, Y, device="cuda:99")),
        (
            ValueError,
            "supported are 268,435,456",
            lambda: any_network(nn.Linear(3, 2**13 + 1, device="cpu"), X, torch.ones(4, 2**13 + 1)),
        ),
        (ValueError, "dtype must be", lambda: any_network(made("mlp", 0), X, Y, dtype=torch.float16)),
        (ValueError, "must be a positive number", lambda: any_network(made("mlp", 0), X, Y, step_size=-1)),
        (
            ValueError,
            "supported for modules are sgd, heavy-ball and nesterov",
            lambda: any_network(made("mlp", 0), X, Y, method=method("sgd", loss="mse", layer_steps=[1, 1, 1])),
        ),
    ],
)
def test_refusals(kind: type[Exception], words: str, run: Callable[[], object]) -> None:
    with pytest.raises(kind, match=re.escape(words)):
        run()


def test_derivatives_that_are_not_those_of_the_function_are_found() -> None:
    """A function whose backward pass is a lie, as of a straight-through estimator around the head."""

    class Lie(torch.autograd.Function):
        @staticmethod
        def forward(_: object, x: torch.Tensor) -> torch.Tensor:
            return x.clone()

        @staticmethod
        def backward(_: object, slope: torch.Tensor) -> torch.Tensor:
            return 2 * slope

    class Liar(Noisy):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.last(x)
            lie: torch.Tensor = Lie.apply(found)  # type: ignore[no-untyped-call]
            return lie

    with pytest.raises(ArithmeticError, match="not what they seem"):
        any_network(Liar(), X, Y)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("kind", KINDS)
def test_a_device_changes_the_rounding_alone(kind: str) -> None:
    net, (x, y) = made(kind, 0), data(0, 9, 1)
    here, there = any_network(net, x, y), any_network(net, x, y, device="cuda")
    assert there.mean_gradient_square == pytest.approx(here.mean_gradient_square, rel=1e-12)
    assert there.loss == pytest.approx(here.loss, rel=1e-12)
    assert there.gauss_newton == pytest.approx(here.gauss_newton, rel=1e-7)
    assert there.sharpness == pytest.approx(here.sharpness, rel=1e-7)
