"""The audit of several outputs: against autograd and against differences in 60 digits, pinned values, refusals."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.audit import NotCoveredError, audit, method, several_outputs
from numerics.audit.outputs import examination
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.wider import outputs
from numerics.wider.outputs import VectorNetwork
from numerics.wider.outputs.enclosure import can_enclose
from tests.numerics.audit.outputs.reference import Parameters, expected, norm_between, rational

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

PINNED = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])


def module(seed: int, d: int, k: int, m: int) -> torch.nn.Sequential:
    """A random one, in float64."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(d, k), torch.nn.ReLU(), torch.nn.Linear(k, m)).double()


def data(seed: int, n: int, d: int, m: int) -> tuple[Array, Array]:
    """Inputs and labels."""
    random = np.random.default_rng(seed)
    return random.standard_normal((n, d)), random.standard_normal((n, m))


def by_autograd(model: torch.nn.Sequential, x: Array, y: Array) -> tuple[Array, Array]:
    """Q [p, m] and the Hessian [p, p] of 1/(2n) sum |f(x_j) - y_j|^2."""
    names, shapes = zip(*((name, part.shape) for name, part in model.named_parameters()), strict=True)
    theta = torch.cat([part.detach().reshape(-1) for part in model.parameters()])
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def values(theta: torch.Tensor) -> torch.Tensor:
        pieces = torch.split(theta, [shape.numel() for shape in shapes])
        parts = {name: piece.reshape(shape) for name, piece, shape in zip(names, pieces, shapes, strict=True)}
        found: torch.Tensor = torch.func.functional_call(model, parts, (inputs,))
        return found

    gradients = torch.func.jacrev(lambda at: values(at).mean(dim=0))(theta)
    hessian = torch.func.hessian(lambda at: ((values(at) - labels) ** 2).sum() / (2 * len(x)))(theta)
    return gradients.numpy().T, hessian.numpy()


@pytest.mark.parametrize("seed", range(12))
def test_against_autograd(seed: int) -> None:
    n, d, k, m = 2 + seed % 5, 1 + seed % 3, 1 + seed % 4, 1 + seed % 3
    model, (x, y) = module(seed, d, k, m), data(seed, n, d, m)
    found = several_outputs(model, x, y, step_size="4/5")
    Q, hessian = by_autograd(model, x, y)
    square, largest = float(np.linalg.eigvalsh(Q.T @ Q)[-1]), float(np.linalg.eigvalsh(hessian)[-1])
    loss = float(((model(torch.from_numpy(x)).detach().numpy() - y) ** 2).sum()) / (2 * n)
    assert found.enclosed
    for (below, above), value in ((found.mean_gradients, square), (found.sharpness, largest), (found.loss, loss)):
        assert float(below) <= value * (1 + 1e-10)
        assert value * (1 - 1e-10) <= float(above) <= value * (1 + 2e-9)
    low, high = map(float, found.stability_norm)
    assert low <= high <= low * (1 + 1e-8) + 1e-12
    assert 1 + 2 * low <= square * (1 + 1e-9)
    own = VectorNetwork(*(part.detach().numpy() for part in model.parameters()))
    for row in np.eye(m):
        assert stability_norm(own.combined(row), x) <= high * (1 + 1e-9) + 1e-12
    if m == 1:
        assert low == pytest.approx(stability_norm(own.combined([1.0]), x), rel=1e-8, abs=1e-12)
    assert found.negative_curvature is not None
    assert float(np.linalg.eigvalsh(hessian)[0]) >= -float(found.negative_curvature[1]) - 1e-10
    least = max(square - float(found.negative_curvature[1]), 1.0)
    assert found.verdict == ("stable" if largest <= 2.5 else "excluded" if least > 2.5 else "unstable")


@pytest.mark.parametrize("seed", [0, 1, 8, 9])
def test_against_differences_of_the_forward_pass(seed: int) -> None:
    """In 60 digits, from the outputs alone; 30 such networks with 2 to 10 outputs were compared once, none wrong."""
    net = Parameters.random(seed, 2 + seed % 9)
    network, true = VectorNetwork(net.W1, net.b1, net.W2, net.b2), expected(net)
    found = several_outputs(network, net.x, net.y)
    for name in ("loss", "sharpness", "gram_sharpness", "mean_gradients"):
        value, (low, high) = rational(getattr(true, name)), getattr(found, name)
        # the differences are off by less than 1e-28
        assert low <= value * (1 + Fraction(1, 10**28))
        assert value * (1 - Fraction(1, 10**28)) <= high <= low * (1 + Fraction(1, 10**8))
    below, above = norm_between(net)
    low, high = map(float, found.stability_norm)
    assert below * (1 - 1e-12) <= high <= low * (1 + 1e-8)
    assert low * (1 - 1e-12) <= above <= below * (1 + 1e-5)
    sharpness, square = rational(true.sharpness), rational(true.mean_gradients)
    for share in (Fraction(1, 2), Fraction(99, 100), Fraction(101, 100)):
        limit = sharpness * share
        at = several_outputs(network, net.x, net.y, step_size=2 / limit)
        assert at.negative_curvature is not None
        least = max(square - at.negative_curvature[1], Fraction(1))
        assert at.verdict == ("stable" if sharpness <= limit else "excluded" if least > limit else "unstable")


def around(interval: tuple[Fraction, Fraction], value: float) -> bool:
    """Whether it contains the value and is narrow."""
    low, high = map(float, interval)
    return low <= value * (1 + 1e-12) and value * (1 - 1e-12) <= high and high - low <= 3e-9 * value


def test_pinned() -> None:
    """Q^T Q = 13/4 I + 5/2 w w^T with w = (2, 1), so 63/4; the norm is sqrt(5) g, g = 1/2 sqrt(1/2)."""
    found = several_outputs(PINNED, [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]], step_size="1/10")
    assert found.loss == (Fraction(0), Fraction(0))
    assert around(found.mean_gradients, 15.75)
    assert found.sharpness == found.gram_sharpness
    assert around(found.stability_norm, np.sqrt(5 / 8))
    assert found.negative_curvature == (Fraction(0), Fraction(0))
    assert found.limit == 20
    assert found.bound == Fraction(19, 2)
    assert found.excluded_above is not None
    assert around(found.excluded_above, 2 / 15.75)
    assert around(several_outputs(PINNED, [[3.0]], [[6.0, 3.0]]).sharpness, 60.0)
    assert several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size="1/31").verdict == "stable"


def test_at_the_limit_whole_numbers_decide() -> None:
    """The sharpness is exactly 60, and so is the limit of 1/30; the next float step is unstable."""
    found = several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size="1/30")
    assert (found.verdict, found.sharpness[1], found.limit) == ("stable", Fraction(60), Fraction(60))
    assert several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size=Fraction(1, 30) + Fraction(1, 10**9)).verdict in (
        "unstable",
        "excluded",
    )


def test_one_output_is_the_audit_of_one_output() -> None:
    x, y = data(3, 5, 2, 1)
    model = module(3, 2, 4, 1)
    found, one = several_outputs(model, x, y), audit(model, x, y[:, 0], rescaled=False)
    for name, other in (("sharpness", one.sharpness), ("mean_gradients", one.mean_gradient_square)):
        low, high = getattr(found, name)
        assert low <= other[1]
        assert other[0] <= high
    assert found.loss == one.loss
    assert several_outputs(model, x, y[:, 0]).loss == one.loss


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 4),
    d=st.integers(1, 3),
    k=st.integers(0, 3),
    off=st.sampled_from([0, 1, 3]),
    above=st.booleans(),
)
def test_one_output_has_the_verdict_of_the_audit_of_one_output(
    seed: int, n: int, d: int, k: int, off: int, *, above: bool
) -> None:
    """On both sides of 2/sharpness, interpolating and not; larger steps than the excluded ones are unstable."""
    rng = np.random.default_rng(seed)
    W1, b1, w2, x = (rng.standard_normal(shape) for shape in ((k, d), k, k, (n, d)))
    network = VectorNetwork(W1, b1, w2[None, :], [0.3])
    y = network(x) + off * rng.standard_normal((n, 1))
    one = ShallowNetwork(W1, b1, w2, 0.3)
    sharpness = audit(one, x, y[:, 0], rescaled=False).sharpness
    eta = 2 / sharpness[1] * Fraction(1001 if above else 999, 1000)
    found, single = several_outputs(network, x, y, step_size=eta), audit(one, x, y[:, 0], eta, rescaled=False)
    assert single.verdict == ("unstable" if above else "stable")
    assert (found.verdict if found.verdict == "stable" else "unstable") == single.verdict
    assert found.excluded_above is not None
    for excluded, stable in zip(found.excluded_above, found.largest_stable_step, strict=True):
        assert excluded >= stable
    beyond = several_outputs(network, x, y, step_size=found.excluded_above[1] * Fraction(1001, 1000))
    assert beyond.verdict == "excluded"


def test_stable_although_the_mean_gradients_are_above_the_limit() -> None:
    """H = q q^T - R, q = (1, 1, 1, 1) in w1, b1, w2, b2, R the residual -1 between w2 and w1, b1, of size sqrt(2)."""
    network, x, y = VectorNetwork([[1.0]], [0.0], [[1.0]], [0.0]), [[1.0]], [[2.0]]
    hessian = np.ones((4, 4))
    hessian[[0, 1, 2, 2], [2, 2, 0, 1]] = 0.0
    sharpness = float(np.linalg.eigvalsh(hessian)[-1])
    found = several_outputs(network, x, y)
    assert around(found.sharpness, sharpness)
    assert around(found.mean_gradients, 4.0)
    assert sharpness < 3.5
    assert found.least_sharpness is not None
    assert around(found.least_sharpness, 4 - np.sqrt(2))
    for limit, verdict in ((3.5, "stable"), (sharpness * 0.999, "unstable"), (2.5, "excluded")):
        assert several_outputs(network, x, y, step_size=2 / limit).verdict == verdict


def test_in_floats_where_it_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values and verdict, which the answer says are no proof."""
    model, (x, y) = module(1, 2, 3, 3), data(1, 4, 2, 3)
    exact = several_outputs(model, x, y, step_size="1/100")
    monkeypatch.setattr(examination, "can_enclose", lambda *_: False)
    found = several_outputs(model, x, y, step_size="1/100")
    assert (found.enclosed, found.verdict, found.kinks) == (False, exact.verdict, 0)
    for name in ("loss", "sharpness", "gram_sharpness", "mean_gradients", "stability_norm"):
        (low, high), (below, above) = getattr(found, name), getattr(exact, name)
        assert low <= above
        assert below <= high
    assert "no proof" in " ".join(found.notes)
    assert "ball arithmetic" in " ".join(exact.notes)


def test_many_pairs_are_enclosed_by_floats_at_a_distance() -> None:
    """1,200 pairs of datum and output: the answer says what is trusted, and the sharpness is that of floats."""
    model, (x, y) = module(2, 2, 3, 4), data(2, 300, 2, 4)
    found = several_outputs(model, x, y, step_size="1/100")
    assert (found.enclosed, found.in_balls, found.verdict) == (True, False, "stable")
    assert "products of matrices on this machine are trusted" in " ".join(found.notes)
    own = VectorNetwork(*(part.detach().numpy() for part in model.parameters()))
    assert around(found.sharpness, outputs.sharpness(own, x, y))
    assert around(found.gram_sharpness, outputs.gram_sharpness(own, x))


def test_beyond_the_range_of_exact_matrices_of_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is in floats then, which the answer says."""

    def beyond(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(examination, "enclose_outputs", beyond)
    found = several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size="1/31")
    assert (found.enclosed, found.verdict) == (False, "stable")


@pytest.mark.parametrize(
    ("n", "m", "k", "d", "enclosed"), [(4096, 1, 2, 2, True), (2048, 2, 2, 2, True), (2049, 2, 2, 2, False)]
)
def test_what_is_enclosed(n: int, m: int, k: int, d: int, *, enclosed: bool) -> None:
    network = VectorNetwork(np.ones((k, d)), np.ones(k), np.ones((m, k)), np.ones(m))
    assert can_enclose(network, n) == enclosed


def test_scale_of_the_loss_and_momentum() -> None:
    x, y = [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]]
    mean = several_outputs(PINNED, x, y, step_size="0.1", method=method(loss="mse"))
    assert mean.limit == 20  # the mean over two outputs makes up for the 2
    heavy = several_outputs(PINNED, x, y, step_size="0.1", method=method("heavy-ball", momentum="0.9", loss="half-mse"))
    assert heavy.limit == 38
    assert heavy.bound == Fraction(37, 2)


def test_on_a_kink_no_claim_speaks() -> None:
    found = several_outputs(PINNED, [[0.0], [1.0]], [[0.0, 0.0], [2.0, 1.0]], step_size="9")
    assert (found.kinks, found.verdict) == (1, "undecided")


def test_no_step_size_no_verdict() -> None:
    found = several_outputs(PINNED, [[3.0]], [[6.0, 3.0]])
    assert found.verdict is None
    assert found.limit is None
    assert found.bound is None


@pytest.mark.parametrize(
    ("network", "error", "words"),
    [
        (torch.nn.Linear(1, 2), NotCoveredError, "has 1 (layer )"),
        (torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.Tanh(), torch.nn.Linear(2, 2)), NotCoveredError, "ReLU"),
        (
            torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2, bias=False)),
            NotCoveredError,
            "with biases",
        ),
        ("model.pt", FileNotFoundError, "there is no file model.pt"),
        (3, TypeError, "not a int"),
    ],
)
def test_other_networks_are_refused(network: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)):
        several_outputs(network, [[3.0]], [[6.0, 3.0]])


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="labels y must have the shape"):
        several_outputs(PINNED, [[3.0]], [[6.0]])
    with pytest.raises(
        ValueError, match=r"must be \[1, 2\], a column for each output, which for classes .* np\.eye\(2\)"
    ):
        several_outputs(PINNED, [[3.0]], [6.0])
    decayed = method(loss="mse", weight_decay="0.1", decayed="all")
    with pytest.raises(ValueError, match="without weight decay"):
        several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], method=decayed)
    with pytest.raises(ValueError, match="step size"):
        several_outputs(PINNED, [[3.0]], [[6.0, 3.0]], step_size="0")
