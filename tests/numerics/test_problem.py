"""A network on data: validated once, immutable, and the same quantities whichever way a function is given it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from numerics.arrays import checks
from numerics.arrays.gradients import Direction, Gradients
from numerics.arrays.hyperplanes import hyperplane_groups
from numerics.arrays.moments import side_moments
from numerics.audit import NotCoveredError, audit
from numerics.enclosure import enclose, enclosed_gram
from numerics.flattest.implementation import flattest_implementation_bound, implementation_lower_bound
from numerics.flattest.rescaling import certified_implementation_lower_bound, certify_flattest, flattest
from numerics.gram import gram_matrix, gram_operator, mean_gradient_square, top_eigenpair
from numerics.laplacian.norm_carriers import norm_carriers
from numerics.measurement import measure
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.near_hyperplanes import merged_stability_norm, nearly_coincident
from numerics.norm import one_sided_norm, stability_norm
from numerics.problem import Problem
from numerics.sharpness import residual_part, sharpness
from proofs_checks.instances.exact import RationalProblem
from tests.numerics.examples import Example, cancelling, examples, gaussian, interpolating, net, tricky
from tests.numerics.loading.users import circle_and_line, trained_by_sklearn


def problem_of(example: Example) -> Problem:
    return Problem(example.network, example.x, example.y)


@given(examples())
def test_what_it_keeps(example: Example) -> None:
    problem, f = problem_of(example), example.network
    np.testing.assert_array_equal(problem.values, f(example.x))
    np.testing.assert_array_equal(problem.residuals, f(example.x) - example.y)
    np.testing.assert_array_equal(problem.preactivations(), f.preactivations(example.x))
    above, below = side_moments(f.W1, f.b1, example.x)
    for kept, expected in ((problem.above, above), (problem.below, below)):
        np.testing.assert_array_equal(kept.excess, expected.excess)
        np.testing.assert_array_equal(kept.feature_norm, expected.feature_norm)
    assert [g.tolist() for g in problem.hyperplanes] == [g.tolist() for g in hyperplane_groups(f.W1, f.b1)]
    assert problem.kinks <= problem.near_kinks


def test_arrays_are_copied_and_read_only() -> None:
    x, y = np.ones((2, 1)), np.zeros(2)
    problem = Problem(net([[1.0]], [0.0], [1.0]), x, y)
    x[0], y[0] = 5.0, 5.0
    assert problem.x.tolist() == [[1.0], [1.0]]
    assert problem.labels.tolist() == [0.0, 0.0]
    for array in (problem.x, problem.labels, problem.values, problem.residuals):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(AttributeError):
        problem.y = None  # type: ignore[misc]


def test_everything_is_computed_once() -> None:
    problem = problem_of(gaussian(0, 5, 2, 3))
    for name in ("above", "below", "hyperplanes", "values", "residuals", "exact"):
        assert getattr(problem, name) is getattr(problem, name)


def test_another_network_on_the_same_data() -> None:
    problem = problem_of(gaussian(0, 5, 2, 3))
    other = problem.at(gaussian(1, 5, 2, 4).network)
    assert other.x is problem.x
    assert other.exact.data is problem.exact.data
    assert problem.at(problem.network) is problem
    with pytest.raises(ValueError, match="2 inputs"):
        problem.at(gaussian(1, 5, 3, 4).network)


def test_refusals() -> None:
    f = net([[1.0, 2.0]], [0.0], [1.0])
    problem = Problem.of(f, [[1.0, 2.0]])
    assert Problem.of(problem) is problem
    with pytest.raises(TypeError, match="beside"):
        Problem.of(problem, [[1.0, 2.0]])
    with pytest.raises(TypeError, match="beside"):
        Problem.of(problem, None, [1.0])
    with pytest.raises(TypeError, match="data"):
        Problem.of(f)
    with pytest.raises(ValueError, match="labels"):
        _ = problem.residuals
    with pytest.raises(ValueError, match="columns"):
        Problem.of(f, [[1.0]])
    with pytest.raises(ValueError, match="finite"):
        Problem.of(f, [[1.0, np.inf]])
    with pytest.raises(ValueError, match="one label"):
        Problem.of(f, [[1.0, 2.0]], [1.0, 2.0])


FLOATS: dict[str, Callable[..., Any]] = {
    "stability norm": stability_norm,
    "one-sided norm": one_sided_norm,
    "merged norm": merged_stability_norm,
    "mean gradient": mean_gradient_square,
    "Gram matrix": gram_matrix,
    "Gram operator": lambda *given: gram_operator(*given) @ np.ones(6),
    "top eigenpair": lambda *given: top_eigenpair(*given)[1],
    "near hyperplanes": nearly_coincident,
    "carriers": lambda *given: norm_carriers(*given).norm_terms,
    "enclosed Gram matrix": lambda *given: float(enclosed_gram(*given)[0, 1]),
    "enclosed norm": lambda *given: enclose(*given).stability_norm.str(30),
    "flattest": lambda *given: flattest(*given).upper,
    "certified flattest": lambda *given: certify_flattest(*given, found=flattest(*given)).upper,
    "implementation": lambda *given: implementation_lower_bound(*given, vectors=np.ones((1, 6))),
    "certified implementation": lambda *given: certified_implementation_lower_bound(*given, vectors=np.ones((1, 6))),
    "implementations": lambda *given: flattest_implementation_bound(*given, rounds=2).lower,
}


@pytest.mark.parametrize("name", FLOATS)
def test_a_problem_stands_in_the_place_of_network_and_data(name: str) -> None:
    example = gaussian(3, n=6, d=2, k=4)
    np.testing.assert_array_equal(FLOATS[name](problem_of(example)), FLOATS[name](example.network, example.x))


@pytest.mark.parametrize("name", FLOATS)
def test_a_module_of_torch_stands_in_the_place_of_a_network(name: str) -> None:
    example = gaussian(3, n=6, d=2, k=4)
    np.testing.assert_array_equal(FLOATS[name](module_of(example), example.x), FLOATS[name](example.network, example.x))


def module_of(example: Example) -> torch.nn.Sequential:
    """The network in torch, in float64."""
    f = example.network
    model = torch.nn.Sequential(torch.nn.Linear(f.d, f.k), torch.nn.ReLU(), torch.nn.Linear(f.k, 1)).double()
    parts = (f.W1, f.b1, f.w2[None, :], np.array([f.b2]))
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), parts, strict=True):
            parameter.copy_(torch.from_numpy(values.copy()))
    return model


def test_whatever_the_audit_takes(tmp_path: Path) -> None:
    """Also for the functions of labels, which may be one column."""
    example = gaussian(3, n=6, d=2, k=4)
    example.network.save(tmp_path / "network.npz")
    expected = measure(example.network, example.x, example.y, 0.1)
    for model in (module_of(example), module_of(example).state_dict(), str(tmp_path / "network.npz")):
        for y in (example.y, example.y[:, None], torch.from_numpy(example.y[:, None])):
            assert measure(model, example.x, y, 0.1) == expected
    assert sharpness(module_of(example), example.x, example.y) == sharpness(example.network, example.x, example.y)
    with pytest.raises(ValueError, match=r"labels y must have 1 axes, but its shape is \(6, 2\)"):
        measure(example.network, example.x, np.zeros((6, 2)))
    with pytest.raises(NotCoveredError, match="Sequential"):
        measure(torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Tanh()), example.x, example.y)
    with pytest.raises(TypeError, match="not a list"):
        stability_norm([1.0], example.x)


def test_a_preprocessing_is_applied_and_remarked() -> None:
    model, shapes = trained_by_sklearn(), circle_and_line()
    scaler = StandardScaler().fit(3 * shapes.x + 1)
    problem = Problem(Pipeline([("scaled", scaler), ("model", model)]), 3 * shapes.x + 1, shapes.y)
    np.testing.assert_array_equal(problem.x, scaler.transform(3 * shapes.x + 1))
    assert any("The data were scaled by" in remark for remark in problem.remarks)
    assert problem.at(problem.network.rescaled(np.full(problem.network.k, 2.0))).remarks == ()


def test_and_of_labels() -> None:
    example = interpolating(gaussian(3, n=3, d=2, k=6))
    problem, loose = problem_of(example), (example.network, example.x, example.y)
    assert measure(problem, step_size=0.1) == measure(*loose, 0.1)
    assert residual_part(problem) == residual_part(*loose)
    found, expected = (certify_minimum(*given, step_size=0.01) for given in ((problem,), loose))
    assert isinstance(found, CertifiedMinimum)
    assert isinstance(expected, CertifiedMinimum)
    assert found.radius == expected.radius
    assert audit(problem, step_size=0.1).stability_norm == audit(*loose, 0.1).stability_norm
    with pytest.raises(TypeError, match="beside"):
        audit(problem, example.x)


def test_an_audit_validates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look at the data and at the labels, and one pass over the pre-activations for the moments."""
    seen: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(checks, name)

        def check(*arguments: Any) -> Any:
            seen.append(name)
            return original(*arguments)

        return check

    example = gaussian(3, n=6, d=2, k=4)
    for name in ("validate_data", "validate_labels"):
        monkeypatch.setattr(f"numerics.problem.{name}", counted(name))
        monkeypatch.setattr(f"numerics.network.{name}", counted(name))
    audit(example.network, example.x, example.y, 0.1)
    assert seen == ["validate_data", "validate_labels"]


@given(examples())
def test_one_pass_shows_what_is_computed_one_by_one(example: Example) -> None:
    """Pattern, values, kinks, the mean gradient and the trace of K."""
    problem, f = problem_of(example), example.network
    t, gradients = problem.preactivations(), f.gradients(example.x)
    np.testing.assert_array_equal(problem.pattern, t > 0)
    # alone it is found without the rest
    np.testing.assert_array_equal(problem_of(example).pattern, t > 0)
    np.testing.assert_allclose(problem.values, f(example.x), rtol=1e-12, atol=1e-12)
    assert problem.kinks == np.count_nonzero(t == 0)
    np.testing.assert_allclose(problem.mean_gradient, gradients.mean(axis=0), rtol=1e-10, atol=1e-12)
    assert problem.gradient_square == pytest.approx(np.mean(np.sum(gradients**2, axis=1)), rel=1e-12)


@given(examples())
def test_the_blocks_of_the_residuals(example: Example) -> None:
    """B_i = E[r 1_i (X, 1)], by its definition."""
    problem = problem_of(example)
    weighted = (problem.residuals[:, None] * problem.pattern) / problem.n
    points = np.column_stack([example.x, np.ones(problem.n)])
    np.testing.assert_allclose(problem.residual_blocks, weighted.T @ points, rtol=1e-10, atol=1e-12)


def test_columns_without_an_entry_are_left_out() -> None:
    """In products alone; the numbers are those of all columns."""
    example = gaussian(0, n=20, d=8, k=5)
    x = example.x * (np.arange(8) % 2)
    dark, lit = (
        Problem(example.network, x, example.y),
        Gradients.of(example.network.W1, example.network.b1, example.network.w2, x),
    )
    assert dark.gradients.x.shape == (20, 4)
    u, v = example.y, Direction.of(np.cos(np.arange(8 * 5 + 11.0)), 5, 8)
    np.testing.assert_allclose(dark.gradients.combination(u).flat(), lit.combination(u).flat(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(dark.gradients.slopes(v), lit.slopes(v), rtol=1e-12, atol=1e-12)
    assert Problem(example.network, example.x).gradients.columns is None


def test_exact_parts_are_rounded_once() -> None:
    """Also of pre-activations below all floats, which keep their side, and of blocks that cancel."""
    example = cancelling(7, 30)
    f, problem = example.network, problem_of(example)
    other = problem.with_exact_parts()
    assert other.has_exact_parts
    assert not problem.has_exact_parts
    assert (other.n, other.remarks, other.exact) == (problem.n, problem.remarks, problem.exact)
    rational = RationalProblem.of(f.W1, f.b1, f.w2, f.b2, example.x, example.y)
    exact = rational.preactivations()
    assert other.preactivations().tolist() == [[float(t) for t in row] for row in exact]
    assert other.residuals.tolist() == [float(residual) for residual in rational.residuals()]
    np.testing.assert_array_equal(other.pattern, problem.pattern)
    points = [[*(Fraction(entry) for entry in point), Fraction(1)] for point in example.x.tolist()]
    for i, block in enumerate(other.residual_blocks):
        for c, entry in enumerate(block.tolist()):
            terms = zip(rational.residuals(), points, exact, strict=True)
            total = sum((r * point[c] for r, point, t in terms if t[i] > 0), Fraction(0)) / problem.n
            assert entry == pytest.approx(float(total), rel=1e-15)
    assert np.any(other.preactivations() != problem.preactivations())


def test_exact_parts_below_all_floats_without_labels_and_without_neurons() -> None:
    tiny = Problem(net([[1e-200], [-1e-200]], [0.0, 0.0], [1.0, 1.0]), [[1e-200]]).with_exact_parts()
    assert tiny.pattern.tolist() == [[True, False]]
    assert tiny.kinks == 0
    with pytest.raises(ValueError, match="labels"):
        _ = tiny.residuals
    constant = Problem(tricky()["no neurons"].network, [[1.0, 2.0]], [3.0])
    assert constant.with_exact_parts().residuals.tolist() == [-2.0]
    assert constant.with_exact_parts().gradient_square == 1.0
