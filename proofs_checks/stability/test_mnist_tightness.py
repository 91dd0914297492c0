"""mnist-tightness: on MNIST the bound is nearly attained at the largest step sizes that train."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from numerics.measurement import measure
from numerics.training.mnist import Dataset, Preprocessing
from numerics.training.sweep import SweepRun
from numerics.training.train import INTERPOLATION_LOSS
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import close
from proofs_checks.instances.networks import Problem
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.variants import norm_with

CLAIM = "mnist-tightness"
TIGHT = 0.95
"""The share of the bound that the claim states for the largest step size."""
Tasks = Mapping[Preprocessing, Dataset]
PREPROCESSINGS: tuple[Preprocessing, ...] = ("raw", "standardised")


def counted(runs: tuple[SweepRun, ...], *preprocessings: Preprocessing) -> list[SweepRun]:
    """The counted runs of the preprocessings, each by step size."""
    chosen = [run for run in runs if run.counted and run.preprocessing in preprocessings]
    return sorted(chosen, key=lambda run: (run.preprocessing, run.plan.step_size))


def tightness(run: SweepRun, offset: float = 0.5, norm: Callable[[SweepRun], float] | None = None) -> float:
    """The norm over 1/eta - offset; the claim has 1/2 and the stability norm."""
    assert run.measurement is not None
    value = run.measurement.stability_norm if norm is None else norm(run)
    return value / (1 / run.plan.step_size - offset)


def larger_weight_norm(run: SweepRun, tasks: Tasks) -> float:
    """The stability norm with max in place of min."""
    assert run.result.network is not None
    return norm_with(Problem(run.result.network, tasks[run.preprocessing].x), np.maximum)


def test_runs(evidence: Evidence, runs: tuple[SweepRun, ...]) -> None:
    """Every run is accounted for; the counted ones interpolate."""
    with evidence.observed(
        CLAIM, "interpolation", "runs made, counted and excluded; every counted one interpolates"
    ) as tally:
        for run in runs:
            evidence.data(f"MNIST parity, {run.preprocessing}", run.data_digest)
            assert run.counted != bool(run.reason), "a run is counted or has a reason not to be"
            tally.count()
        chosen = [run for run in runs if run.counted]
        kept = [run.measurement for run in chosen if run.measurement is not None]
        assert len(chosen) == len(kept) >= 20
        assert max(measured.loss for measured in kept) <= INTERPOLATION_LOSS
        tally.figures = {
            "counted": len(kept),
            "excluded, layer dead": sum(run.result.outcome == "dead" for run in runs),
            "excluded, other": sum(not run.counted and run.result.outcome != "dead" for run in runs),
            "counted, with near-kinks": sum(measured.near_kinks > 0 for measured in kept),
            "largest loss counted": max(measured.loss for measured in kept),
        }
    evidence.seed("MNIST initialisation", sorted({run.plan.seed for run in runs}))


def test_bound(evidence: Evidence, runs: tuple[SweepRun, ...], tasks: Tasks) -> None:
    """The bound on every counted network, those with near-kinks apart; none has a datum exactly on a kink."""
    with evidence.observed(CLAIM, "bound", "every counted network: stability norm below 1/eta - 1/2") as tally:
        near, exact = 0, 0
        for run in counted(runs, *PREPROCESSINGS):
            share = tightness(run)
            assert share < 1, f"{share} of the bound at step size {run.plan.step_size}"
            tally.add(1 - share)
            assert run.measurement is not None
            assert run.result.network is not None
            near += run.measurement.near_kinks > 0
            exact += int(np.sum(run.result.network.preactivations(tasks[run.preprocessing].x) == 0))
        tally.figures = {
            "without near-kinks": tally.instances - near,
            "with near-kinks, within 1e-7": near,
            "pairs exactly on a kink": exact,
        }
        assert exact == 0


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_measured(net: Pinned) -> None:
    """What is measured on trained networks, on nets whose norm, sharpness and loss are known by hand."""
    found = measure(net.network, net.x, net.y, float(net.step_size))
    assert close(found.stability_norm, net.norm)
    assert found.gram_sharpness == pytest.approx(float(net.problem.sharpness().mid()), rel=1e-12)
    assert found.loss == pytest.approx(float(net.loss), rel=1e-12, abs=1e-15)
    assert (found.near_kinks > 0) == (net.problem.kinks() > 0)


@pytest.mark.parametrize("preprocessing", PREPROCESSINGS)
def test_tight_at_the_largest_step(
    evidence: Evidence, runs: tuple[SweepRun, ...], preprocessing: Preprocessing
) -> None:
    """At the largest counted step size the norm is at least 0.95 of the bound."""
    with evidence.observed(
        CLAIM, "tightness", f"{preprocessing} pixels: share of the bound at the largest step size counted"
    ) as tally:
        largest = counted(runs, preprocessing)[-1]
        share = tightness(largest)
        assert largest.measurement is not None
        tally.figures = {
            "step size": largest.plan.step_size,
            "share of the bound": share,
            "sharpness x step size / 2": largest.measurement.waterfall["stability"],
        }
        assert share >= TIGHT
        tally.add(share / TIGHT - 1)


def _first(runs: list[SweepRun], share: Callable[[SweepRun], float], refutes: Callable[[float], bool]) -> str | None:
    """The first run whose share of a bound refutes a variant of the claim, in words."""
    for run in runs:
        if refutes(share(run)):
            return f"share {share(run):.3f} of the bound at step size {run.plan.step_size}, {run.preprocessing} pixels"
    return None


def _exceeds_one(share: float) -> bool:
    return share > 1


def test_controls(evidence: Evidence, runs: tuple[SweepRun, ...], tasks: Tasks) -> None:
    """False neighbours: tight at every step size; smaller bounds; the wrong orientation."""
    chosen = counted(runs, *PREPROCESSINGS)
    evidence.control(
        CLAIM,
        "tight at every step size",
        _first(chosen, tightness, lambda share: share < TIGHT),
        because="small steps reach minima that are flatter than they need to be",
        statement="tightness",
    )
    evidence.control(
        CLAIM,
        "the bound 1/eta - 0.6 holds",
        _first(chosen, lambda run: tightness(run, offset=0.6), _exceeds_one),
        because="at large step sizes the norm stays below 1/eta - 1/2 by less than the 0.1 that this takes off",
        statement="bound",
    )
    evidence.control(
        CLAIM,
        "half of the bound holds",
        _first(chosen, lambda run: 2 * tightness(run), _exceeds_one),
        because="already well below the largest step sizes the norm is more than half of the bound",
        statement="bound",
    )
    evidence.control(
        CLAIM,
        "the bound holds for the norm with the larger weight of the two orientations",
        _first(chosen, lambda run: tightness(run, norm=lambda each: larger_weight_norm(each, tasks)), _exceeds_one),
        because="pixels are not centred: the two sides of a hyperplane weigh differently",
        statement="bound",
    )
