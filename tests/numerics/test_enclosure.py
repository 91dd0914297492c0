"""Enclosures: against 60 digits on many cases, the tricky cases against exact rationals, widths and verdicts."""

from __future__ import annotations

import math
from fractions import Fraction
from unittest import mock

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf

from numerics import enclosure
from numerics.enclosure import (
    Enclosure,
    combination_square,
    enclose,
    enclosed_gram,
    enclosed_gram_sharpness,
    stability_verdict,
)
from numerics.exact.balls import lower, upper
from numerics.exact.dyadic import Dyadic
from numerics.measurement import measure
from numerics.network import Array, ShallowNetwork
from numerics.problem import Problem
from numerics.training.mnist import parity_task
from numerics.training.train import TrainingPlan, initial_network
from proofs_checks.instances.exact import top_at_most
from proofs_checks.instances.exact import value as exact_value
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from tests.numerics.examples import Example, examples, gaussian, grid_examples, net, tricky, tricky_list
from tests.numerics.reference import hyperplanes

DIGITS = 60


@pytest.mark.parametrize("pinned", PINNED.values(), ids=list(PINNED))
def test_what_was_worked_out_by_hand_is_enclosed(pinned: Pinned) -> None:
    """Narrowly, and on kinks with strict masks."""
    n, step_size = len(pinned.x), pinned.step_size
    found = enclose(pinned.network, pinned.x, pinned.y, step_size)
    for ball, expected in (
        (found.stability_norm, exact_value(pinned.norm)),
        (found.one_sided_norm, exact_value(pinned.one_sided)),
        (found.gram_sharpness, pinned.problem.sharpness()),
        (found.mean_gradient_square, exact_value([(pinned.mean_gradient_square, 1)])),
        (found.loss, exact_value([(pinned.loss, 1)])),
        (found.bound, exact_value([(pinned.bound, 1)])),
    ):
        assert ball is not None
        assert ball.overlaps(expected)
        assert ball.rad() <= 1e-10 * (1 + abs(expected).upper())
    gram = enclosed_gram(pinned.network, pinned.x)
    assert all((n * gram[j, m]).overlaps(exact_value([(pinned.gram[j][m], 1)])) for j in range(n) for m in range(n))
    assert found.kinks == pinned.problem.kinks()
    assert tuple(hyperplane.neurons for hyperplane in found.hyperplanes) == pinned.hyperplanes
    # at the tight net 2/eta is the largest eigenvalue, and no ball decides
    margin = exact_value([(2 / step_size, 1)]) - pinned.problem.sharpness()
    assert found.verdict == ("undecided" if margin.contains(0) else "stable" if margin > 0 else "unstable")


def _row(values: Array) -> list[mpf]:
    return [mpf(float(value)) for value in values]


def reference(example: Example) -> dict[str, mpf]:
    """Everything by its definition, from the gradients, in 60 digits; signs are decided by far more."""
    network, n = example.network, len(example.x)
    x, W1 = [_row(point) for point in example.x], [_row(row) for row in network.W1]
    b1, w2, b2 = _row(network.b1), _row(network.w2), mpf(network.b2)
    t = [[mpmath.fdot(row, point) + b for row, b in zip(W1, b1, strict=True)] for point in x]
    gradients = []
    for point, values in zip(x, t, strict=True):
        gradient = [mpf(1)]
        for value, weight in zip(values, w2, strict=True):
            active = weight if value > 0 else mpf(0)
            gradient += [max(value, mpf(0)), active, *(active * entry for entry in point)]
        gradients.append(gradient)
    gram = mpmath.matrix([[mpmath.fdot(first, second) / n for second in gradients] for first in gradients])
    mean = [mpmath.fsum(column) / n for column in zip(*gradients, strict=True)]

    def side(i: int, sign: int) -> mpf:
        on = [j for j in range(n) if sign * t[j][i] > 0]
        feature = [mpmath.fsum(x[j][c] for j in on) / n for c in range(network.d)] + [mpf(len(on)) / n]
        return mpmath.fsum(abs(t[j][i]) for j in on) / n * mpmath.norm(feature)

    norm = mpf(0)
    for group in hyperplanes(network):
        first = group[0]
        length = mpmath.norm(W1[first])
        amplitude = mpmath.fsum(w2[i] * mpmath.norm(W1[i]) for i in group)
        cancels = abs(amplitude) < mpf(10) ** (10 - DIGITS) * max(abs(w2[i]) for i in group)
        norm += 0 if cancels else abs(amplitude) * min(side(first, 1), side(first, -1)) / length
    values = [mpmath.fdot([max(value, 0) for value in row], w2) + b2 for row in t]
    return {
        "gram_sharpness": max(mpmath.eigsy(gram, eigvals_only=True)),
        "mean_gradient_square": mpmath.fdot(mean, mean),
        "one_sided_norm": mpmath.fsum(abs(w2[i]) * side(i, 1) for i in range(network.k) if any(W1[i])),
        "stability_norm": norm,
        "loss": mpmath.fsum((v - mpf(float(y))) ** 2 for v, y in zip(values, example.y, strict=True)) / (2 * n),
    }


def assert_contained(found: Enclosure, example: Example) -> None:
    """Every enclosure contains the 60 digits, up to their own rounding."""
    with mpmath.workdps(DIGITS):
        for name, value in reference(example).items():
            enclosure: arb = getattr(found, name)
            allowance = mpf(10) ** (5 - DIGITS) * (1 + abs(value))
            low, high = lower(enclosure), upper(enclosure)
            assert mpf(low.numerator) / low.denominator - allowance <= value, name
            assert value <= mpf(high.numerator) / high.denominator + allowance, name


def random_example(seed: int) -> Example:
    """Normal entries, or halves, among which kinks, zeros and shared hyperplanes are common."""
    random = np.random.default_rng(seed)
    n, d, k = (int(random.integers(1, high)) for high in (5, 4, 5))
    if seed % 2:
        return gaussian(seed, n, d, k, scale=2.0 ** random.integers(-8, 9))
    W1, b1, w2, x, y = (random.integers(-3, 4, shape) / 2 for shape in ((k, d), k, k, (n, d), n))
    return Example(ShallowNetwork(W1, b1, w2, 0.5), x, y)


@pytest.mark.parametrize("block", range(10))
def test_sixty_digits_lie_inside(block: int) -> None:
    """One thousand random cases."""
    for seed in range(100 * block, 100 * (block + 1)):
        example = random_example(seed)
        assert_contained(enclose(example.network, example.x, example.y), example)


@pytest.mark.parametrize(("name", "example"), tricky_list())
def test_tricky_cases(name: str, example: Example) -> None:
    """Each contains the 60 digits, and is narrow."""
    found = enclose(example.network, example.x, example.y, 0.1)
    if name != "uneven scales":  # 60 digits are too few there for the allowance
        assert_contained(found, example)
    assert float(found.gram_sharpness.rad()) <= 1e-11 * float(found.gram_sharpness)
    assert float(found.stability_norm.rad()) <= 1e-30 * (1 + float(found.stability_norm))


def test_amplitudes_that_cancel() -> None:
    """Zero exactly."""
    example = tricky()["amplitudes cancel"]
    found = enclose(example.network, example.x)
    assert found.stability_norm == 0
    assert len(found.hyperplanes) == 1


def test_enormous_weights() -> None:
    """No size of weights overflows."""
    found = enclose(net([[1e300]], [0.0], [1e300]), [[1e300], [-1.0]], [0.0, 0.0], 0.1)
    assert found.gram_sharpness.is_finite()
    assert found.gram_sharpness > arb(10) ** 1199
    assert found.verdict == "unstable"


def test_gram_is_exact() -> None:
    """The example of the docstring of `numerics.gram.gram_matrix`."""
    found = enclosed_gram(net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]])
    assert found.contains(arb_mat([[25, arb(0.5)], [arb(0.5), arb(0.5)]]))


def test_verdicts() -> None:
    """Sharpness 25.0101998...: stable below 2 over it, unstable above; undecided where the ball holds 2/eta."""
    network, x = net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]]
    assert enclose(network, x, step_size=Fraction(2, 26)).verdict == "stable"
    assert enclose(network, x, step_size=0.08).verdict == "unstable"
    assert enclose(network, x).verdict is None
    exact = enclose(network, x, step_size=Fraction("0.0799673738"))
    assert exact.verdict == "stable"
    threshold = 2 / (lower(exact.gram_sharpness) / 2 + upper(exact.gram_sharpness) / 2)
    assert enclose(network, x, step_size=threshold).verdict == "undecided"


def test_a_float_step_size_is_its_exact_value() -> None:
    """0.1 is above one tenth."""
    assert stability_verdict(arb(20), Fraction(1, 10)) == "stable"
    assert stability_verdict(arb(20), Fraction(0.1)) == "unstable"


def test_a_ball_that_begins_at_the_limit_decides_nothing() -> None:
    ball = arb(2.25, 0.25)
    assert stability_verdict(ball, 2 / lower(ball)) == "undecided"
    assert stability_verdict(ball, 2 / upper(ball)) == "stable"


@pytest.mark.parametrize("step_size", [0.0, -1.0, math.inf, math.nan, Fraction(0)])
def test_bad_step_sizes_are_refused(step_size: float | Fraction) -> None:
    """Not positive or not finite."""
    with pytest.raises(ValueError, match="step size must be a positive number"):
        enclose(net([[1.0]], [0.0], [1.0]), [[1.0]], step_size=step_size)


def test_bound_and_tightness() -> None:
    """1/eta - 1/2 exactly; no tightness where the bound is not positive."""
    network, x = net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]]
    found = enclose(network, x, step_size=Fraction(1, 20))
    assert found.bound == arb(19.5)
    assert found.tightness is not None
    assert found.tightness.overlaps(arb(0.5).sqrt() / 19.5)
    assert enclose(network, x, step_size=3).tightness is None


@pytest.mark.parametrize("preprocessing", ["standardised", "raw"])
def test_width_on_images(preprocessing: str) -> None:
    """Relative widths below 1e-10 on MNIST, and floats within 1e-9 of the enclosure."""
    task = parity_task(60, preprocessing)  # type: ignore[arg-type]
    network = initial_network(784, TrainingPlan(16, 0.1, 10))
    found = enclose(network, task.x, task.y, 0.1)
    measured = measure(network, task.x, task.y, 0.1)
    for name in ("gram_sharpness", "mean_gradient_square", "one_sided_norm", "stability_norm", "loss", "bound"):
        enclosure = getattr(found, name)
        assert float(enclosure.rad()) <= 1e-10 * float(enclosure)
        assert getattr(measured, name) == pytest.approx(float(enclosure), rel=1e-9)


def in_floats_at_a_distance(problem: Problem) -> arb:
    """lambda_max(K) as of more than 1,024 data."""
    with mock.patch.object(enclosure, "MOST_EXACT", 0):
        return enclosed_gram_sharpness(problem.exact)


def assert_no_contradiction(problem: Problem) -> None:
    """The exact eigenvalue, by elimination in fractions, is in the enclosure, which is narrow."""
    found = in_floats_at_a_distance(problem)
    gram, n = problem.exact.gram, problem.n
    rows = tuple(tuple(gram.fraction(i, j) for j in range(n)) for i in range(n))
    assert top_at_most(rows, n * upper(found))
    assert not top_at_most(rows, n * lower(found) * (1 - Fraction(1, 10**30)))
    assert found.overlaps(enclosed_gram_sharpness(problem.exact))
    assert upper(found) - lower(found) <= upper(found) / 10**10


SMALL = st.one_of(
    grid_examples(),
    st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 6), d=st.integers(1, 4), k=st.integers(1, 4)),
)
SCALES = st.sampled_from([1e-8, 1.0, 1e8])


@settings(max_examples=60)
@given(SMALL, SCALES, SCALES)
def test_many_data_are_enclosed_too(example: Example, of_weights: float, of_data: float) -> None:
    f = example.network
    scaled = ShallowNetwork(of_weights * f.W1, of_weights * f.b1, of_weights * f.w2, f.b2)
    assert_no_contradiction(Problem(scaled, of_data * example.x))


@pytest.mark.parametrize("example", [pytest.param(example, id=name) for name, example in tricky_list()])
def test_tricky_cases_of_many_data(example: Example) -> None:
    problem = Problem(example.network, example.x)
    if problem.n <= 8:
        assert_no_contradiction(problem)
    assert in_floats_at_a_distance(problem).overlaps(enclosed_gram_sharpness(problem.exact))


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-12, 1e-8, 1e-4])
@pytest.mark.parametrize("outlier", [1.0, 1e6])
def test_data_that_nearly_coincide(apart: float, outlier: float) -> None:
    """K is singular or nearly so, and one datum may outweigh all others."""
    random = np.random.default_rng(0)
    x = np.repeat(random.standard_normal((2, 3)), 3, axis=0) + apart * random.standard_normal((6, 3))
    x[0] *= outlier
    assert_no_contradiction(Problem(gaussian(2, n=1, d=3, k=4).network, x))


def test_two_eigenvalues_that_nearly_coincide() -> None:
    """Whichever eigenvector is found, the enclosure has the larger one."""
    for further in (0.0, 1e-12, -1e-9, 1e-6):
        x = [[-1.0], [1.0 + further]]
        assert_no_contradiction(Problem(net([[30.0], [-30.0]], [0.0, 0.0], [30.0, 30.0]), x))


@given(examples())
def test_a_combination_of_gradients_exactly(example: Example) -> None:
    """|Phi v|^2 by its definition, and by the Gram matrix."""
    exact = Problem(example.network, example.x).exact
    v = Dyadic.of(np.round(4 * np.cos(np.arange(exact.n)[:, None])) / 4)
    assert combination_square(exact, v).fraction() == (v.T @ (exact.gram @ v)).fraction()


def test_many_data_beyond_the_floats_are_refused() -> None:
    with pytest.raises(OverflowError, match="rescale"):
        in_floats_at_a_distance(Problem(net([[1e200]], [0.0], [1e200]), [[1.0], [-1.0]]))


def test_more_than_1024_data() -> None:
    """Among few different ones, of which K has the eigenvalues, weighed: exactly, by hand."""
    x = np.tile([[3.0], [-1.0]], (600, 1))
    found = enclose(net([[1.0]], [0.0], [2.0]), x, np.tile([6.0, 0.0], 600), Fraction(1, 20))
    # 12.75 + sqrt(150.3125), as of the two data alone
    assert (lower(found.gram_sharpness) - Fraction(51, 4)) ** 2 <= Fraction(2405, 16)
    assert (upper(found.gram_sharpness) - Fraction(51, 4)) ** 2 >= Fraction(2405, 16)
    assert upper(found.gram_sharpness) - lower(found.gram_sharpness) <= Fraction(1, 10**9)
    assert (found.n, found.kinks, found.verdict) == (1200, 0, "stable")
    assert found.loss == arb(0)
