"""The instances have what they are said to have: shapes, coincidences, exactness, and kinks only where asked for."""

from __future__ import annotations

from collections import Counter

import hypothesis
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from numerics.exact.network import ExactData, ExactNetwork
from proofs_checks.instances.networks import CASES, KINK_CASES, Problem, nearly_tight_problems, problems

DRAWN, SEEDS = 100, 6
"""Examples for each seed, whose examples resemble one another, and seeds."""
FLOOR = 0.05


def _factors(problem: Problem) -> list[float]:
    """The factors c with (w1_i, b1_i) = c (w1_j, b1_j), w1 != 0, of the pairs i > j that have one."""
    rows = np.column_stack([problem.network.W1, problem.network.b1])
    found = []
    for i in range(len(rows)):
        for j in range(i):
            place = int(np.argmax(rows[j] != 0))
            factor = rows[i, place] / rows[j, place] if rows[j, :-1].any() else 0.0
            if factor and np.array_equal(factor * rows[j], rows[i]):
                found.append(float(factor))
    return found


def features(problem: Problem) -> set[str]:
    """What the problem has of all that a formula could get wrong."""
    net, x = problem.network, problem.x
    t, used = net.preactivations(x), np.any(net.W1 != 0, axis=1)
    above, below = np.asarray((t > 0).all(axis=0)), np.asarray((t < 0).all(axis=0))
    factors, size = _factors(problem), np.max(np.abs(x))
    reduced = net.reduced()
    merged = [
        (float(amplitude), bool(net.w2[members].any()), not (above | below)[members[0]], len(members))
        for amplitude, members in zip(reduced.amplitudes, reduced.members, strict=True)
    ]
    found = {
        "n = 1": len(x) == 1,
        "d = 1": net.d == 1,
        "k = 1": net.k == 1,
        "equal points": len(np.unique(x, axis=0)) < len(x),
        "duplicated neurons": 1.0 in factors,
        "reflected neurons": -1.0 in factors,
        "both orientations of a hyperplane": any(factor < 0 for factor in factors),
        "a hyperplane with odd multiples": any(abs(np.frexp(factor)[0]) != 0.5 for factor in factors),
        "a hyperplane whose merged amplitude counts": any(a != 0 and cuts and m > 1 for a, _, cuts, m in merged),
        "amplitudes that cancel": any(a == 0 and some for a, some, _, _ in merged),
        "dead neurons": np.any(below & used),
        "always active neurons": np.any(above & used),
        "active constants": np.any(above & ~used),
        "inactive constants": np.any(below & ~used),
        "an output weight 0": np.any(net.w2 == 0),
        "a bias 0": np.any(net.b1 == 0),
        "scaled data": size > 4 or 0 < size < 1 / 16,
        "a norm that is not 0": any(a != 0 and cuts for a, _, cuts, _ in merged),
        "data on kinks": problem.on_kink,
    }
    return {name for name, holds in found.items() if holds}


EXPECTED = {
    "n = 1", "d = 1", "k = 1", "equal points", "duplicated neurons", "reflected neurons",
    "both orientations of a hyperplane", "a hyperplane with odd multiples",
    "a hyperplane whose merged amplitude counts", "amplitudes that cancel", "dead neurons", "always active neurons",
    "active constants", "inactive constants", "an output weight 0", "a bias 0", "scaled data", "a norm that is not 0",
}  # fmt: skip


def rare(strategy: st.SearchStrategy[Problem], expected: set[str]) -> dict[str, float]:
    """The expected features that fewer than one in twenty of the drawn problems have, with their shares."""
    found: Counter[str] = Counter()
    count = 0

    @hypothesis.settings(max_examples=DRAWN, phases=[hypothesis.Phase.generate])
    @given(strategy)
    def look(problem: Problem) -> None:
        nonlocal count
        count += 1
        found.update(features(problem))

    for seed in range(SEEDS):
        hypothesis.seed(seed)(look)()
    return {name: found[name] / count for name in expected if found[name] < FLOOR * count}


def test_features_are_common() -> None:
    """Every coincidence that a formula could get wrong is in at least one of twenty instances."""
    assert not rare(problems(), EXPECTED)


def test_features_are_common_with_kinks() -> None:
    """The same, and data on kinks."""
    assert not rare(problems(kinks=True), EXPECTED | {"data on kinks"})


def test_features_are_common_in_one_dimension() -> None:
    """As the univariate checks draw them."""
    assert not rare(problems(d=1), EXPECTED)


@given(problems())
def test_kinks_only_where_asked_for(problem: Problem) -> None:
    """And pre-activations without rounding."""
    assert not problem.on_kink
    exact = ExactNetwork(problem.network, ExactData(problem.x))
    t = problem.network.preactivations(problem.x)
    for j in range(t.shape[0]):
        for i in range(t.shape[1]):
            assert exact.preactivations.fraction(j, i) == t[j, i]


@given(problems(max_n=2, max_d=2, max_k=2))
def test_shapes_are_kept(problem: Problem) -> None:
    """At most what was asked for."""
    assert len(problem.x) <= 2
    assert problem.network.d <= 2
    assert problem.network.k <= 2


@given(nearly_tight_problems())
def test_nearly_tight_problems(problem: Problem) -> None:
    """Even nets on symmetric data off the kinks; every hyperplane with both orientations."""
    net, x = problem.network, problem.x
    assert not problem.on_kink
    np.testing.assert_allclose(net(x), net(-x), rtol=1e-12, atol=problem.rounding)
    assert all(len(members) % 2 == 0 for members in net.reduced().members)


def test_cases() -> None:
    """Those by name are what they are called."""
    assert not any(problem.on_kink for problem in CASES.values())
    assert all(problem.on_kink for problem in KINK_CASES.values())
    assert not set(CASES) & set(KINK_CASES)
    twice = CASES["a neuron and its reflection"].network
    assert twice.reduced().amplitudes.tolist() == [4.0]
    assert CASES["duplicated neurons"].network.reduced().members[0].tolist() == [0, 1, 2]
    constants = CASES["constant neurons only"].network
    assert len(constants.reduced().amplitudes) == 0
