"""Certificates of what other checks prove in balls: written out, and proved anew by the checker in exact arithmetic."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from numerics.audit.certificate import write_audit
from numerics.audit.examination import audit
from numerics.certificate.write import write_flattest, write_minimum, write_separation
from numerics.flattest.rescaling import certify_flattest, flattest
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.minimum.stored import StoredNetwork, stored_networks
from numerics.problem import Problem
from numerics.separation.planar.planar_sets import FIVE_BY_FIVE, GRID, SEVENTEEN, PlanarSet
from numerics.separation.planar.rational_bound import rational_lower_bound
from proofs_checks.evidence.ledger import Evidence, Tally
from proofs_checks.verify import __main__ as verify

STORED = {stored.name: stored for stored in stored_networks()}
NETWORKS = ("64-standardised-0.03", "64-raw-0.4", "256-standardised-0.45", "256-raw-0.65")
LARGEST_FILE = 10**6
"""In bytes, at n = 256."""

Claims = dict[str, Any]


def accepted(path: Path, tally: Tally) -> Claims:
    """The claims of a certificate that the checker accepts."""
    assert verify.main([str(path)]) == 0, f"{path.name} is not accepted"
    assert path.stat().st_size < LARGEST_FILE
    tally.count()
    claims: Claims = json.loads(path.read_text(encoding="utf-8"))["claims"]
    return claims


def ends(claims: Claims, name: str) -> tuple[Fraction, Fraction]:
    """A claimed enclosure."""
    low, high = claims[name]
    return Fraction(low), Fraction(high)


def minimum_of(stored: StoredNetwork, path: Path) -> None:
    """Write the certificate of the minimum next to a network."""
    minimum = certify_minimum(stored.network, stored.task.x, stored.task.y, step_size=stored.step_size)
    assert isinstance(minimum, CertifiedMinimum)
    write_minimum(path, minimum, stored.task.x, stored.task.y)


def test_minima(evidence: Evidence, tmp_path: Path) -> None:
    """Existence, stability and the bound, for networks of both preprocessings."""
    with evidence.certified(
        "certified-minimum",
        "minima",
        "certificates of minima next to MNIST networks, accepted by a checker in exact arithmetic",
    ) as tally:
        for name in NETWORKS:
            stored, path = STORED[name], tmp_path / f"{name}.json"
            minimum_of(stored, path)
            claims = accepted(path, tally)
            assert claims["verdict"] == "stable"
            sharpness, norm, bound = (ends(claims, claim) for claim in ("sharpness", "stability_norm", "bound"))
            tally.at_most(sharpness[1], 2 / stored.step_size, "the sharpness")
            tally.at_most(1 + 2 * norm[1], sharpness[0], "the stability norm")
            tally.at_most(norm[1], bound[0], "the bound")
            tally.encloses(f"share of the bound, {name}", (norm[0] / bound[1], norm[1] / bound[0]), 6)
            evidence.data(stored.task.name, stored.task.digest)


def test_audits(evidence: Evidence, tmp_path: Path) -> None:
    """The chain of inequalities between numbers that the checker proved, off interpolation too."""
    with evidence.tested(
        "sharpness-lower-bound",
        ("one-sided", "merged", "lower-bound"),
        "certificates of audits of MNIST networks, accepted by a checker in exact arithmetic",
    ) as tally:
        for name in NETWORKS:
            stored, path = STORED[name], tmp_path / f"{name}.json"
            # as it is, and with labels far from its values
            for labels in (stored.task.y, -stored.task.y):
                problem = Problem(stored.network, stored.task.x, labels)
                write_audit(path, problem, audit(problem, step_size=stored.step_size, rescaled=False))
                claims = accepted(path, tally)
                sharpness, norm, one_sided = (
                    ends(claims, claim) for claim in ("gram_sharpness", "stability_norm", "one_sided_norm")
                )
                assert 1 + 2 * one_sided[1] <= sharpness[0]
                assert norm[0] <= one_sided[1]
                tally.add(float(1 - (1 + 2 * norm[1]) / sharpness[0]))


def test_flattest(evidence: Evidence, tmp_path: Path) -> None:
    """No rescaling is flatter than the certificate says, and one is as flat."""
    with evidence.tested(
        "flattest-implementation",
        "rescalings",
        "certificates of flattest rescalings of MNIST networks, accepted by a checker in exact arithmetic",
    ) as tally:
        for name in NETWORKS:
            stored, path = STORED[name], tmp_path / f"{name}.json"
            found = flattest(stored.network, stored.task.x)
            proved = certify_flattest(stored.network, stored.task.x, found=found)
            write_flattest(path, stored.network, stored.task.x, found, proved)
            low, high = ends(accepted(path, tally), "flattest_sharpness")
            assert high * (1 - Fraction(1, 10**6)) <= low
            tally.add(float(1 - low / high))


@pytest.mark.parametrize("planar", [GRID, SEVENTEEN, FIVE_BY_FIVE], ids=lambda planar: planar.name)
def test_separations(evidence: Evidence, planar: PlanarSet, tmp_path: Path) -> None:
    """A lower bound on the norm of all interpolating shallow nets, hence a step size that excludes them."""
    with evidence.certified(
        "exact-separation", "values", f"{planar.name}: a certificate in whole numbers, accepted by a checker"
    ) as tally:
        path = tmp_path / "separation.json"
        write_separation(path, rational_lower_bound(planar.points, planar.labels))
        least = Fraction(accepted(path, tally)["least_norm"])
        tally.encloses("shallow nets are out above step size, at most", (1 / (least + Fraction(1, 2)),) * 2)


def refusal(path: Path, change: Callable[[Claims], None], capsys: pytest.CaptureFixture[str]) -> str | None:
    """What the checker says to a certificate that was changed; None if it accepts it."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    capsys.readouterr()
    status = verify.main([str(path)])
    said = capsys.readouterr().out.strip().removeprefix(f"{path}: ")
    return said if status == 1 else None


def scaled_claim(name: str, factor: Fraction) -> Callable[[Claims], None]:
    """Both ends of an enclosure multiplied."""

    def change(document: Claims) -> None:
        document["claims"][name] = [str(Fraction(end) * factor) for end in document["claims"][name]]

    return change


def larger_step(document: Claims) -> None:
    """The step size and the bound that belongs to it, one percent further."""
    eta = Fraction(document["step_size"]) * Fraction(101, 100)
    document["step_size"], document["claims"]["bound"] = str(eta), [str(1 / eta - Fraction(1, 2))] * 2


def smaller_radius(document: Claims) -> None:
    """Half the Newton step, instead of twice the Newton step."""
    document["radius"] = str(Fraction(document["radius"]) / 4)


@pytest.mark.parametrize(
    ("variant", "change", "because"),
    [
        (
            "a sharpness smaller by a billionth",
            scaled_claim("sharpness", 1 - Fraction(1, 10**9)),
            "the enclosure is narrower than a billionth, so that moved it leaves the largest eigenvalue out",
        ),
        (
            "a stability norm larger by a billionth",
            scaled_claim("stability_norm", 1 + Fraction(1, 10**9)),
            "the enclosure is narrower than a billionth, so that moved it leaves the norm out",
        ),
        (
            "stable at a step size one percent larger",
            larger_step,
            "the network was trained at the edge of stability, where the sharpness is within one percent of 2/eta",
        ),
        (
            "a minimum within a quarter of the radius",
            smaller_radius,
            "the radius is twice the Newton step, and the minimum about one Newton step away",
        ),
    ],
    ids=["sharpness", "norm", "step", "radius"],
)
def test_control_minimum(
    evidence: Evidence,
    variant: str,
    change: Callable[[Claims], None],
    because: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Claims that are wrong by little, each refused."""
    stored, path = STORED["64-raw-0.4"], tmp_path / "minimum.json"
    minimum_of(stored, path)
    found = refusal(path, change, capsys)
    evidence.control(
        "certified-minimum", f"certificate, 64-raw-0.4: {variant}", found, because=because, statement="minima"
    )


def test_control_turned_label(evidence: Evidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With one label turned the network interpolates no more."""
    stored, path = STORED["64-raw-0.4"], tmp_path / "minimum.json"
    minimum = certify_minimum(stored.network, stored.task.x, stored.task.y, step_size=stored.step_size)
    assert isinstance(minimum, CertifiedMinimum)
    labels = stored.task.y.copy()
    labels[0] = -labels[0]
    write_minimum(path, minimum, stored.task.x, labels)
    evidence.control(
        "certified-minimum",
        "certificate, 64-raw-0.4: one label turned",
        refusal(path, lambda _: None, capsys),
        because="at the datum with the label turned the network is off by 2",
        statement="minima",
    )


def test_control_separation(evidence: Evidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The measure scaled by 1.001 violates a constraint."""
    path = tmp_path / "separation.json"
    bound = rational_lower_bound(SEVENTEEN.points, SEVENTEEN.labels)
    longer = replace(bound, measure=tuple(1001 * m for m in bound.measure), denominator=1000 * bound.denominator)
    write_separation(path, longer)
    evidence.control(
        "exact-separation",
        "certificate in whole numbers: the measure scaled by 1.001",
        refusal(path, lambda _: None, capsys),
        because="some constraint is tight, since the bound is attained, and a longer measure violates it",
        statement="values",
    )
