"""Small certificates of every kind, and whether what one claims is true."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb, ctx

from numerics.audit.certificate import write_audit
from numerics.audit.examination import audit as audit_of
from numerics.audit.findings import Audit
from numerics.certificate.write import write_flattest, write_minimum, write_separation
from numerics.exact.balls import ball, lower, upper
from numerics.exact.network import ExactData, ExactNetwork
from numerics.flattest.rescaling import certify_flattest, flattest
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.minimum.newton import activation_margin, newton_constants, sharpness_near, stability_norm_near
from numerics.network import Array, ShallowNetwork
from numerics.problem import Problem
from numerics.separation.planar.planar_sets import CROSS
from numerics.separation.planar.rational_bound import RationalBound, prove_rational_bound, rational_lower_bound
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, gaussian, interpolating, net

ETA = Fraction(1, 10)
Document = dict[str, Any]


def decoded(array: Document) -> Array:
    """An array of a certificate, as the format says."""
    content = base64.b64decode(array["base64"], validate=True)
    if "table" in array:
        values = decoded(array["table"])[np.frombuffer(content, np.uint8)]
    else:
        values = np.frombuffer(content, "<f8")
    return values.reshape(array["shape"])


def outcome(document: object, path: Path) -> int:
    """The exit status of the checker for one certificate."""
    path.write_text(json.dumps(document), encoding="utf-8")
    return verify.main([str(path)])


def written(write: Callable[[Path], None], path: Path) -> Document:
    """A certificate, read back."""
    write(path)
    document: Document = json.loads(path.read_text(encoding="utf-8"))
    return document


def audit(example: Example, path: Path, step_size: Fraction | None = ETA) -> Document:
    """The certificate of an audit."""
    problem = Problem(example.network, example.x, example.y)
    found = audit_of(problem, step_size=step_size, rescaled=False)
    return written(lambda target: write_audit(target, problem, found), path)


def flattest_of(example: Example, path: Path) -> Document:
    """The certificate of a flattest rescaling."""
    found = flattest(example.network, example.x)
    proved = certify_flattest(example.network, example.x, found=found)
    return written(lambda target: write_flattest(target, example.network, example.x, found, proved), path)


def minimum_of(example: Example, path: Path, step_size: Fraction = ETA) -> Document:
    """The certificate of a minimum whose labels are the network's values."""
    y = example.network(example.x)
    found = certify_minimum(example.network, example.x, y, step_size=step_size)
    assert isinstance(found, CertifiedMinimum)
    return written(lambda target: write_minimum(target, found, example.x, y), path)


def small_certificates(path: Path) -> list[Document]:
    """One or more of every kind, small enough to be checked in a few milliseconds."""
    shared = Example(
        net([[1.0, 1.0], [-2.0, -2.0], [0.5, -1.0]], [0.25, -0.5, 0.125], [1.0, -1.5, 0.5]),
        np.array([[1.0, 0.0], [-1.0, 0.5], [0.0, -2.0]]),
        np.array([1.0, 0.0, -1.0]),
    )
    on_a_kink = Example(net([[1.0], [-2.0]], [0.0, 0.5], [1.0, -1.5]), np.array([[0.0], [1.0]]), np.zeros(2))
    bound = rational_lower_bound(CROSS.points, CROSS.labels)
    return [
        audit(gaussian(0, 4, 2, 3), path),
        audit(shared, path),
        audit(interpolating(on_a_kink), path),
        audit(interpolating(replace(on_a_kink, x=np.array([[0.5], [1.0]]))), path),
        minimum_of(gaussian(1, 4, 3, 5), path, Fraction(1, 40)),
        minimum_of(gaussian(5, 3, 4, 6), path),
        flattest_of(gaussian(3, 4, 2, 3), path),
        written(lambda target: write_separation(target, bound), path),
    ]


def claimed(document: Document, name: str) -> tuple[Fraction, Fraction]:
    """A claimed enclosure."""
    low, high = (Fraction(end) for end in document["claims"][name])
    return low, high


def overlaps(claim: tuple[Fraction, Fraction], value: arb) -> bool:
    """Whether a claim may be true of what a ball encloses."""
    return claim[0] <= upper(value) and lower(value) <= claim[1]


def network_of(document: Document) -> ShallowNetwork:
    """The network written in a certificate."""
    W1, b1, w2, b2 = (decoded(document["network"][name]) for name in ("W1", "b1", "w2", "b2"))
    return ShallowNetwork(W1, b1, w2, float(b2))


def require_true(document: Document) -> None:
    """An accepted certificate is true: the same in balls, by other means."""
    if document["kind"] == "separation":
        require_true_separation(document)
        return
    network, x = network_of(document), decoded(document["data"]["x"])
    if document["kind"] == "flattest":
        low, high = claimed(document, "flattest_sharpness")
        best = certify_flattest(network, x, found=flattest(network, x))
        assert low <= best.upper
        assert best.lower <= high
        return
    y, eta = decoded(document["data"]["y"]), Fraction(document["step_size"])
    if document["kind"] == "audit":
        require_true_audit(document, audit_of(network, x, y, eta, rescaled=False))
        return
    radius = Fraction(document["radius"])
    with ctx.workprec(192):
        exact = ExactNetwork(network, ExactData(x))
        beta, lipschitz, step = newton_constants(exact, y)
        assert step + beta * lipschitz * ball(radius) ** 2 / 2 < ball(radius)
        assert radius < Fraction(document["claims"]["margin"]) <= upper(activation_margin(exact))
        sharpness, norm = sharpness_near(exact, lipschitz * ball(radius)), stability_norm_near(exact, radius)
    assert overlaps(claimed(document, "sharpness"), sharpness)
    assert overlaps(claimed(document, "stability_norm"), norm)
    low, high = claimed(document, "bound")
    assert low <= 1 / eta - Fraction(1, 2) <= high
    low, high = claimed(document, "sharpness")
    expected = "stable" if high * eta <= 2 else "unstable" if low * eta > 2 else "undecided"
    assert document["claims"]["verdict"] == expected


def require_true_audit(document: Document, found: Audit) -> None:
    """Each claim holds something of what the audit encloses; the verdict is that of the audit, or left open."""
    for name in set(document["claims"]) - {"kinks", "verdict"}:
        low, high = claimed(document, name)
        enclosed = getattr(found, name)
        assert enclosed is not None, name
        assert low <= enclosed[1], name
        assert enclosed[0] <= high, name
    assert document["claims"]["kinks"] == found.kinks
    assert document["claims"]["verdict"] in (found.verdict, "undecided")


def require_true_separation(document: Document) -> None:
    """The measure is a certificate, and the claim no more than it proves."""
    points = tuple((Fraction(a, document["scale"]), Fraction(b, document["scale"])) for a, b in document["points"])
    bound = RationalBound(
        points,
        tuple(document["multiplicities"]),
        tuple(map(Fraction, document["labels"])),
        tuple(document["measure"]),
        document["denominator"],
    )
    assert Fraction(document["claims"]["least_norm"]) <= prove_rational_bound(bound)
