"""The certificate of an audit says what the audit says, in the same words, and the checker accepts it."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit import statements
from numerics.audit.certificate import write_audit
from numerics.audit.examination import audit
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, examples, gaussian, interpolating, net

ETA = Fraction(1, 10)


def audited(path: Path, example: Example, step_size: Fraction | None = ETA) -> Any:
    """The certificate of an audit, read back."""
    problem = Problem(example.network, example.x, example.y)
    write_audit(path, problem, audit(problem, step_size=step_size, rescaled=False))
    return json.loads(path.read_text(encoding="utf-8"))


@settings(max_examples=60)
@given(examples(), st.booleans(), st.sampled_from([Fraction(1, 100), Fraction(1, 3), Fraction(3)]))
def test_says_what_the_audit_says(
    tmp_path_factory: pytest.TempPathFactory, example: Example, interpolates: bool, eta: Fraction
) -> None:
    """Every quantity by its name, with room for a checker that rounds otherwise, but not much; and its verdict."""
    path = tmp_path_factory.mktemp("certificate") / "audit.json"
    shown = interpolating(example) if interpolates else example
    found = audit(shown.network, shown.x, shown.y, eta, rescaled=False)
    claims = audited(path, shown, eta)["claims"]
    assert (claims.pop("kinks"), claims.pop("verdict")) == (found.kinks, found.verdict)
    for name, claimed in claims.items():
        low, high = map(Fraction, claimed)
        enclosed = getattr(found, name)
        assert low <= enclosed[0] <= enclosed[1] <= high, name
        assert (high - low) - (enclosed[1] - enclosed[0]) <= Fraction(1, 10**11) * max(abs(low), abs(high)), name
    missing = {"bound", "negative_curvature"} - set(claims)
    assert missing == ({"bound", "negative_curvature"} if found.kinks and not found.interpolating else set())
    assert verify.main([str(path)]) == 0


@pytest.mark.parametrize(
    ("label", "sharpness", "verdict"), [(6.0, "25.0101998", "stable"), (0.0, "33.1185413", "unstable")]
)
def test_off_interpolation_it_is_the_hessian(tmp_path: Path, label: float, sharpness: str, verdict: str) -> None:
    """Residuals make a network sharper than its Gram matrix, and the certificate says so."""
    example = Example(net([[1.0]], [0.0], [2.0]), np.array([[3.0], [-1.0]]), np.array([label, 0.0]))
    claims = audited(tmp_path / "audit.json", example, Fraction(2, 26))["claims"]
    assert claims["sharpness"][0].startswith(sharpness)
    assert claims["gram_sharpness"][0].startswith("25.0101998")
    assert claims["verdict"] == verdict
    assert verify.main([str(tmp_path / "audit.json")]) == 0


def test_exact_ties(tmp_path: Path) -> None:
    """lambda_max(K) = 1 + 3^2 + 2^2 (1 + 3^2) = 50: stable at 1/25, if not strictly, and unstable just beyond."""
    example = Example(net([[1.0]], [0.0], [2.0]), np.array([[3.0]]), np.array([6.0]))
    claims = audited(tmp_path / "audit.json", example, Fraction(1, 25))["claims"]
    assert (claims["verdict"], claims["sharpness"][1]) == ("stable", "50")
    assert verify.main([str(tmp_path / "audit.json")]) == 0
    beyond = Fraction(1, 25) * (1 + Fraction(1, 10**9))
    assert audited(tmp_path / "audit.json", example, beyond)["claims"]["verdict"] == "unstable"


@pytest.mark.parametrize("bias", [0.0, -9.0])
def test_exact_ties_of_long_numbers(tmp_path: Path, bias: float) -> None:
    """A datum of 53 bits, whose square has 106, below the neuron's kink or above: lambda_max(K) is 2 + 2 x^2 or 1."""
    datum = 0.1
    example = interpolating(Example(net([[1.0]], [bias], [1.0]), np.array([[datum]]), np.zeros(1)))
    top = 2 + 2 * Fraction(datum) ** 2 if bias == 0 else Fraction(1)
    for eta, verdict in ((2 / top, "stable"), (2 / top * (1 + Fraction(1, 10**12)), "unstable")):
        assert audited(tmp_path / "audit.json", example, eta)["claims"]["verdict"] == verdict
        assert verify.main([str(tmp_path / "audit.json")]) == 0


OFF_INTERPOLATION = {
    # one datum, at the origin: H is [[0, 2, 0], [2, 9/4, 3/2], [0, 3/2, 1]] in b1, w2 and b2
    "of the Hessian": (net([[1.0]], [1.5], [0.0], 2.0), 0.0, Fraction(4)),
    # grad f is orthogonal to the eigenvector of the residual part: lambda_max(H) = rho
    "of the residual part": (net([[1.0]], [1.0], [1.0]), 4.0, Fraction(3)),
    "of the output bias": (net([[1.0]], [-1.0], [1.0]), 4.0, Fraction(1)),
}


@pytest.mark.parametrize("name", OFF_INTERPOLATION)
def test_exact_ties_off_interpolation(tmp_path: Path, name: str) -> None:
    """Decided where there are few parameters, and proved by the checker."""
    network, label, top = OFF_INTERPOLATION[name]
    example = Example(network, np.array([[0.0]]), np.array([label]))
    for eta, verdict in ((2 / top, "stable"), (2 / top * (1 + Fraction(1, 10**6)), "unstable")):
        claims = audited(tmp_path / "audit.json", example, eta)["claims"]
        assert claims["verdict"] == verdict
        assert verify.main([str(tmp_path / "audit.json")]) == 0
    claims["sharpness"][1] = str(top - Fraction(1, 10**30))
    (tmp_path / "false.json").write_text(
        json.dumps(audited(tmp_path / "audit.json", example, 2 / top) | {"claims": claims})
    )
    assert verify.main([str(tmp_path / "false.json")]) == 1


@pytest.mark.parametrize(("more", "verdict"), [(Fraction(0), "stable"), (Fraction(1, 3**260), "undecided")])
def test_what_is_decided_exactly_is_what_the_checker_decides(tmp_path: Path, more: Fraction, verdict: str) -> None:
    """2/eta just above lambda_max(K) of 50 data, a short number, or one too long for an elimination."""
    random = np.random.default_rng(1)
    x = random.integers(-(2**20), 2**20, (50, 2)) / 2.0**19
    network = net(random.choice([-1.0, 1.0], (3, 2)).tolist(), [0.5, 0.25, -0.5], [1.0, -0.5, 2.0])
    example = interpolating(Example(network, x, np.zeros(50)))
    problem = Problem(example.network, example.x, example.y)
    low, high = audit(problem, rescaled=False).sharpness
    eta = 2 / (Fraction(round((low + high) / 2 * 2**44), 2**44) + more)
    found = audit(problem, step_size=eta, rescaled=False)
    assert (found.interpolating, found.kinks) == (True, 0)
    assert found.verdict == verdict
    audited(tmp_path / "audit.json", example, eta)
    assert verify.main([str(tmp_path / "audit.json")]) == 0


def test_zero_stays_zero(tmp_path: Path) -> None:
    """Where a quantity vanishes the claim says so exactly."""
    dead = Example(net([[1.0]], [-9.0], [1.0], 0.5), np.array([[1.0], [2.0]]), np.array([0.5, 0.5]))
    claims = audited(tmp_path / "audit.json", dead)["claims"]
    for name in ("stability_norm", "one_sided_norm", "loss"):
        assert [Fraction(end) for end in claims[name]] == [0, 0]


def test_without_a_step_size(tmp_path: Path) -> None:
    """There is no bound and no verdict then."""
    read = audited(tmp_path / "audit.json", gaussian(0, 4, 2, 3), None)
    assert read["step_size"] is None
    assert set(read["claims"]) == {
        *("sharpness", "gram_sharpness", "negative_curvature", "mean_gradient_square"),
        *("stability_norm", "one_sided_norm", "loss", "kinks"),
    }


def test_an_audit_of_something_else(tmp_path: Path) -> None:
    """The audit must be of as many data, neurons and inputs, and have enclosed them."""
    example = gaussian(0, 4, 2, 3)
    problem = Problem(example.network, example.x, example.y)
    found = audit(problem, step_size=ETA, rescaled=False)
    for other in (replace(found, n=5), replace(found, k=2), replace(found, d=3)):
        with pytest.raises(ValueError, match="the audit must be of this network on these data"):
            write_audit(tmp_path / "audit.json", problem, other)
    with pytest.raises(ValueError, match="made in floats"):
        write_audit(tmp_path / "audit.json", problem, replace(found, enclosed=False))
    assert not list(tmp_path.iterdir())


def test_weights_beyond_the_range_of_floats(tmp_path: Path) -> None:
    """K exceeds the range of float64, the certificate does not."""
    example = Example(net([[1e200]], [0.0], [1e180]), np.array([[1.0], [-1.0]]), np.array([0.0, 0.0]))
    read = audited(tmp_path / "audit.json", example)
    assert Fraction(read["claims"]["sharpness"][0]) > 10**390
    assert verify.main([str(tmp_path / "audit.json")]) == 0


@pytest.mark.parametrize("weight", [5e-41, 1e-9])
def test_residuals_far_above_the_gradients(tmp_path: Path, weight: float) -> None:
    """A residual of -10^6 makes lambda_max(H) = 10^6 sqrt(2) or hardly more, and lambda_max(K) is about 1."""
    example = Example(net([[weight]], [0.0], [0.0]), np.array([[1.0]]), np.array([1e6]))
    claims = audited(tmp_path / "audit.json", example)["claims"]
    assert claims["sharpness"][0].startswith("1414213.5623")
    assert verify.main([str(tmp_path / "audit.json")]) == 0


def test_no_neurons(tmp_path: Path) -> None:
    """A constant is a network too: its sharpness is 1."""
    constant = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 1.0)
    claims = audited(tmp_path / "audit.json", Example(constant, np.ones((3, 2)), np.ones(3)))["claims"]
    assert Fraction(claims["sharpness"][0]) <= 1 <= Fraction(claims["sharpness"][1])
    assert verify.main([str(tmp_path / "audit.json")]) == 0


def test_more_than_the_checker_takes_is_refused(tmp_path: Path) -> None:
    problem = Problem(net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]], [6.0, 0.0])
    found = audit(problem, rescaled=False)
    with mock.patch.object(statements, "MOST_EXACT", 1), pytest.raises(ValueError, match="for at most 1,024 data"):
        write_audit(tmp_path / "audit.json", problem, found)
