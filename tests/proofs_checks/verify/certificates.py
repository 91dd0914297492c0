"""Small certificates of every kind, and whether what one claims is true."""

from __future__ import annotations

import base64
import copy
import json
import math
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
from numerics.laplacian.bump_density import BumpDensity
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.minimum.newton import activation_margin, newton_constants, sharpness_near, stability_norm_near
from numerics.network import Array, ShallowNetwork
from numerics.population.isotropic import UniformBall
from numerics.problem import Problem
from numerics.separation.bracket.dihedral import images
from numerics.separation.exponential.radon_supremum import peak_values
from numerics.separation.planar.planar_sets import CROSS
from numerics.separation.planar.rational_bound import RationalBound, prove_rational_bound, rational_lower_bound
from numerics.separation.pyramid import pyramid
from numerics.weight import weight
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, gaussian, interpolating, net

ETA = Fraction(1, 10)
Document = dict[str, Any]
FIVE_POINTS: Document = {
    "format": "stable-minima certificate 3",
    "kind": "disc-measure",
    "radius": "4",
    "norm": "0.418",
    "points": [[0, 0], [1, 1]],
    "scale": 2,
    "measure": [4, -1],
    "denominator": 8,
    "supremum": "0.1494906",
    "claims": {"least_error": "0.4375"},
}
"""The largest moment is that of x = 0 and of y = 0, and g there 0.8362: (1/2)(1 - C/(4 g(0)))."""
TWO_LINES: Document = {
    "format": "stable-minima certificate 3",
    "kind": "disc-net",
    "radius": "4",
    "norm": "0.4182",
    "lines": [[0, 0]],
    "scale": 1,
    "amplitudes": [-8],
    "constant": 9,
    "denominator": 16,
    "claims": {"largest_error": "0.4375"},
}
"""9/16 - (|x| + |y|)/8, which is 7/16 from the pyramid at the centre and where |x| + |y| = 1."""
EXPONENTIAL: Document = {
    "format": "stable-minima certificate 3",
    "kind": "exponential",
    "dimension": 2,
    "radius": "4",
    "supremum": "0.3226",
    "claims": {"constant": "0.0211", "rate": "0.6352"},
}


BUMP: Document = {
    "format": "stable-minima certificate 3",
    "kind": "density",
    "points": [[2, 2], [2, -2], [-2, 2], [-2, -2]],
    "scale": 2,
    "multiplicities": [1, 1, 1, 1],
    "centres": [[0, 0]],
    "radii": [1],
    "heights": [2800],
    "denominator": 10_000,
    "claims": {"mass": "0.0733"},
}
"""A bump of radius 1/2 amid four data (+-1, +-1), of height 0.28 and mass 0.28 pi/12; see `test_density`."""


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
        *map(copy.deepcopy, (FIVE_POINTS, TWO_LINES, EXPONENTIAL, BUMP)),
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
    of_a_kind = {
        "separation": require_true_separation,
        "disc-measure": require_true_measure,
        "disc-net": require_true_net,
        "exponential": require_true_exponential,
        "density": require_true_density,
    }
    if document["kind"] in of_a_kind:
        of_a_kind[document["kind"]](document)
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


def grid(radius: float) -> Array:
    """Points [n, 2] of the disc on a fine grid, the centre and the vertices of the pyramid among them."""
    side = np.concatenate([np.linspace(-radius, radius, 129), np.linspace(-2, 2, 129)])
    points: Array = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    return np.asarray(points[np.hypot(points[:, 0], points[:, 1]) <= radius])


def require_true_measure(document: Document) -> None:
    """No affine function is seen, the supremum is a bound on a grid of lines, and the claim follows from it."""
    radius, norm, supremum = (Fraction(document[name]) for name in ("radius", "norm", "supremum"))
    scale, denominator = document["scale"], document["denominator"]
    masses: dict[tuple[float, ...], Fraction] = {}
    for point, mass in zip(document["points"], document["measure"], strict=True):
        for image in images(np.array([point], dtype=float))[:, 0]:
            masses[tuple(image)] = Fraction(mass, denominator)
    points, weights = np.array(list(masses)) / scale, np.array([float(mass) for mass in masses.values()])
    assert sum(masses.values()) == 0
    assert (np.hypot(*points.T) <= float(radius) + 1e-12).all()
    angles, b = np.meshgrid(np.linspace(0, math.pi / 4, 101), np.linspace(0, float(radius), 201))
    heights = np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(-1, 2) @ points.T - b.reshape(-1, 1)
    moments = np.abs(np.maximum(heights, 0) @ weights)
    assert (moments <= float(supremum) * UniformBall(2, radius).weight(b.ravel()) + 1e-12).all()
    paired = sum(m * max(1 - sum(abs(Fraction(int(x), scale)) for x in p), Fraction(0)) for p, m in masses.items())
    total = sum(map(abs, masses.values()))
    assert Fraction(document["claims"]["least_error"]) * total <= paired - norm * supremum


def require_true_net(document: Document) -> None:
    """Neither the norm nor the error on a grid exceeds what is claimed."""
    radius = float(Fraction(document["radius"]))
    x = grid(radius)
    values = np.full(len(x), document["constant"] / document["denominator"])
    norm = 0.0
    for (tau, c), a in zip(document["lines"], document["amplitudes"], strict=True):
        normal, threshold = np.array([1, tau / document["scale"]]), c / document["scale"]
        amplitude, length = a / document["denominator"], math.hypot(*normal)
        values += amplitude * np.maximum(images(x) @ normal - threshold, 0).mean(axis=0)
        weight = UniformBall(2, Fraction(document["radius"])).weight(np.array(threshold / length))
        norm += abs(amplitude) * length * float(weight)
    assert norm <= float(Fraction(document["norm"])) + 1e-9
    assert np.abs(values - pyramid(x)).max() <= float(Fraction(document["claims"]["largest_error"])) + 1e-9


def require_true_exponential(document: Document) -> None:
    """The supremum is none smaller than at the two peaks, and the constants follow from it."""
    supremum = Fraction(document["supremum"])
    for peak in peak_values(UniformBall(document["dimension"], Fraction(document["radius"]))):
        assert lower(peak) <= supremum
    assert Fraction(document["claims"]["rate"]) >= 63 * supremum / 32
    assert float(Fraction(document["claims"]["constant"])) <= 512 / (2835 * math.pi * math.e)


def require_true_density(document: Document) -> None:
    """No line among many has a smaller weight, by other code, and the mass is no less."""
    scale, heights = document["scale"], np.array(document["heights"]) / document["denominator"]
    density = BumpDensity(np.array(document["centres"]) / scale, np.array(document["radii"]) / scale, heights)
    x = np.repeat(np.array(document["points"]) / scale, document["multiplicities"], axis=0)
    angles, b = (grid.ravel() for grid in np.meshgrid(np.linspace(0, math.pi, 301), np.linspace(-4, 4, 401)))
    v = np.column_stack([np.cos(angles), np.sin(angles)])
    assert (density.radon(v, b) <= weight(v, b, x) + 1e-12).all()
    assert float(Fraction(document["claims"]["mass"])) <= density.mass + 1e-12
