"""The audit of other losses: against autograd and many digits on random networks, pinned values, refusals."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import torch

from numerics.audit import NotCoveredError, other_loss
from numerics.network import Array, ShallowNetwork
from numerics.problem import Problem
from tests.numerics.examples import Example, gaussian, net
from tests.numerics.wider.test_loss_curvature import by_torch
from tests.numerics.wider.test_losses import labels_of

# what torch.func itself uses
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

SEEDS = range(32)


def drawn(seed: int) -> tuple[Example, Array]:
    """A network on data with labels from 0 to 1."""
    example = gaussian(seed, n=2 + seed % 7, d=1 + seed % 3, k=1 + seed % 5, scale=0.5 + seed % 2)
    return example, labels_of("logistic", seed, len(example.x))


def in_digits(example: Example) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """The sbar, |q_u|^2 and |f|_(S,u) of the logistic loss, by their definitions, with 50 digits.

    The hyperplanes of random neurons are distinct.
    """
    f, n = example.network, len(example.x)
    W1, b1, w2, x = (mpmath.matrix(part.tolist()) for part in (f.W1, f.b1, f.w2, example.x))
    t = [[sum(W1[i, c] * x[j, c] for c in range(f.d)) + b1[i] for i in range(f.k)] for j in range(n)]
    values = [mpmath.mpf(f.b2) + sum(w2[i] * max(t[j][i], 0) for i in range(f.k)) for j in range(n)]
    s = [mpmath.exp(-v) / (1 + mpmath.exp(-v)) ** 2 for v in values]
    u = [each / sum(s) for each in s]
    square, norm = mpmath.mpf(1), mpmath.mpf(0)
    for i in range(f.k):
        length = mpmath.sqrt(sum(W1[i, c] ** 2 for c in range(f.d)))
        sides = []
        for sign in (1, -1):
            on = [j for j in range(n) if sign * t[j][i] > 0]
            mass = sum((u[j] for j in on), mpmath.mpf(0))
            feature = mass**2 + sum(sum((u[j] * x[j, c] for j in on), mpmath.mpf(0)) ** 2 for c in range(f.d))
            output = sum((u[j] * sign * t[j][i] for j in on), mpmath.mpf(0))
            sides.append(output / length * mpmath.sqrt(feature))
            if sign == 1:
                square += output**2 + w2[i] ** 2 * feature
        norm += abs(w2[i]) * length * min(sides)
    return sum(s) / n, square, norm


@pytest.mark.parametrize("seed", SEEDS)
def test_logistic_against_digits_and_autograd(seed: int) -> None:
    example, y = drawn(seed)
    found = other_loss(example.network, example.x, y, "1/2", loss="logistic")
    with mpmath.workdps(50):
        mean, square, norm = (float(value) for value in in_digits(example))
    assert found.mean_second == pytest.approx(mean, rel=1e-12)
    assert found.gradient_square == pytest.approx(square, rel=1e-9)
    assert found.stability_norm == pytest.approx(norm, rel=1e-9, abs=1e-12)
    gradient, hessian = by_torch(example, y, "logistic")
    assert found.gradient_norm == pytest.approx(float(np.linalg.norm(gradient)), rel=1e-9, abs=1e-12)
    smallest, largest = np.linalg.eigvalsh(hessian)[[0, -1]]
    assert found.sharpness is not None
    assert found.smallest is not None
    assert found.sharpness == pytest.approx((largest, largest), rel=1e-7)
    assert found.smallest == pytest.approx((smallest, smallest), rel=1e-4, abs=1e-5 * largest)
    # the theorem, at the step that is just allowed where there is no negative curvature, and in general
    assert 1 + 2 * found.stability_norm <= found.gradient_square * (1 + 1e-9)
    nu = max(0.0, -smallest)
    assert found.gradient_square <= (largest / mean + nu * (largest - mean) / mean**2) * (1 + 1e-9)
    assert found.bound == pytest.approx(2 / mean - 0.5)
    assert found.excluded_above == pytest.approx(2 / (mean * square))
    wanted = "excluded" if square > 4 / mean else "unstable" if largest > 4 else "stable"
    assert found.verdict == wanted


def test_all_verdicts_occur() -> None:
    verdicts = set()
    for seed in SEEDS:
        example, y = drawn(seed)
        problem = Problem(example.network, example.x, y)
        verdicts |= {other_loss(problem, step_size=eta, loss="logistic").verdict for eta in ("1/10", "1/2", 2, 9)}
    assert verdicts == {"excluded", "unstable", "stable"}


@pytest.mark.parametrize("loss", ["poisson", "exponential", "huber"])
def test_the_other_losses_against_autograd(loss: str) -> None:
    for seed in range(4):
        example = gaussian(seed, n=5, d=2, k=3, scale=0.5)
        y = labels_of(loss, seed, 5)
        if loss == "huber":
            # residuals on both sides of the threshold
            y = example.network(example.x) + 1.2 * y
        found = other_loss(example.network, example.x, y, loss=loss)
        hessian = by_torch(example, y, loss)[1]
        largest = float(np.linalg.eigvalsh(hessian)[-1])
        assert found.sharpness == pytest.approx((largest, largest), rel=1e-7)
        assert found.mean_second == pytest.approx(hessian[-1, -1], rel=1e-9)
        column = float(np.linalg.norm(hessian[-1])) / found.mean_second
        assert found.gradient_square == pytest.approx(column**2, rel=1e-9)
        assert found.verdict is None
        assert found.bound is None
        assert found.largest_gradient_square is None


def test_pinned() -> None:
    """The constant 0 on one datum: s = 1/4, q_u = e, H = 1/4 e e^T; every number is known."""
    network = ShallowNetwork(np.zeros((0, 1)), np.zeros(0), np.zeros(0), 0.0)
    found = other_loss(network, [[3.0]], [0.5], "8", loss="logistic")
    assert (found.mean_second, found.gradient_square, found.stability_norm) == (0.25, 1.0, 0.0)
    assert found.limit == Fraction(1, 4)
    assert (found.largest_gradient_square, found.bound, found.excluded_above) == (1.0, 0.0, 8.0)
    assert found.gradient_norm == 0
    assert found.sharpness == pytest.approx((0.25, 0.25))
    assert other_loss(network, [[3.0]], [0.5], "8.01", loss="logistic").verdict == "excluded"
    assert other_loss(network, [[3.0]], [0.5], "7.99", loss="logistic").verdict == "stable"


def test_momentum_stands_in_the_place_of_two() -> None:
    example, y = drawn(5)
    problem = Problem(example.network, example.x, y)
    plain = other_loss(problem, step_size="0.1", loss="logistic")
    heavy = other_loss(problem, step_size="0.19", loss="logistic", optimizer="heavy-ball", momentum="0.9")
    nesterov = other_loss(problem, step_size="0.19", loss="logistic", optimizer="nesterov", momentum="0.9")
    assert heavy.limit == plain.limit == 20
    assert nesterov.limit == Fraction(19, 14) / Fraction(19, 100)
    assert heavy.bound == plain.bound
    assert heavy.excluded_above == pytest.approx(1.9 * plain.excluded_above)
    assert any("Claim momentum" in note for note in heavy.notes)


def test_on_a_kink_no_claim_speaks() -> None:
    found = other_loss(net([[1.0]], [0.0], [2.0]), [[0.0], [0.75]], [0.0, 1.0], 100, loss="logistic")
    assert (found.kinks, found.verdict, found.sharpness, found.smallest) == (1, "undecided", None, None)
    assert any("no claim speaks" in note for note in found.notes)


def test_separated_data_are_told() -> None:
    network = net([[1.0]], [0.0], [2.0], -0.5)
    data = [[1.0], [-1.0]]
    assert other_loss(network, data, [1.0, 0.0], loss="logistic").separated
    assert other_loss(network, data, [1.0, -1.0], loss="exponential").separated
    for labels, loss in (([1.0, 1.0], "logistic"), ([1.0, 0.25], "logistic"), ([1.0, 0.0], "huber")):
        assert not other_loss(network, data, labels, loss=loss).separated


def test_the_bound_is_vacuous_where_the_outputs_are_certain() -> None:
    found = other_loss(net([[1.0]], [-1.0], [0.5], 700.0), [[1.5], [0.5]], [1.0, 1.0], "1000", loss="logistic")
    assert found.mean_second < 1e-300
    assert found.verdict == "stable"
    assert found.bound is not None
    assert found.bound > 1e300


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"loss": "mse"}, "losses of squares"),
        ({"loss": "cross-entropy"}, "is not supported here"),
        ({"loss": "logistic", "optimizer": "adam"}, "of adam no claim speaks"),
        ({"loss": "logistic", "optimizer": "lion"}, "there is no optimizer"),
        ({"loss": "logistic", "optimizer": "heavy-ball"}, "momentum, which is not guessed"),
        ({"loss": "logistic", "momentum": "0.9"}, "without momentum"),
        ({"loss": "exponential"}, "labels of the loss exponential are -1 or 1"),
        ({"loss": "logistic", "step_size": "-1"}, "step size"),
    ],
)
def test_refused(options: dict[str, str], words: str) -> None:
    step = options.pop("step_size", "0.1")
    with pytest.raises(ValueError, match=words):
        other_loss(net([[1.0]], [0.0], [2.0]), [[1.0], [-1.0]], [1.0, 0.0], step, **options)


def test_labels_of_the_other_kind_are_refused() -> None:
    with pytest.raises(ValueError, match=r"labels of the loss logistic are from 0 to 1, but y\[1\] is -1"):
        other_loss(net([[1.0]], [0.0], [2.0]), [[1.0], [-1.0]], [1.0, -1.0], loss="logistic")


def test_no_curvature_anywhere() -> None:
    with pytest.raises(ValueError, match="all 0"):
        other_loss(net([[1.0]], [-1.0], [0.5], 900.0), [[1.5]], [1.0], loss="logistic")


def test_biases_have_to_be_trained() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 1, bias=False))
    with pytest.raises(ValueError, match="whose biases are all trained"):
        other_loss(Problem(model.double(), [[1.0]], [1.0], zero_biases=True), loss="logistic")
    with pytest.raises(NotCoveredError, match="bias"):
        other_loss(model, [[1.0]], [1.0], loss="logistic")
