"""The writer of certificates: what a reader finds in them, exactly; the checker has tests of its own."""

from __future__ import annotations

import base64
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb

from numerics.certificate.write import FORMAT, write_audit, write_flattest, write_minimum, write_separation
from numerics.enclosure import enclose
from numerics.exact.balls import lower, upper
from numerics.flattest.rescaling import certify_flattest, flattest
from numerics.minimum.certified import CertifiedMinimum, certify_minimum
from numerics.network import Array, ShallowNetwork
from numerics.separation.planar.rational_bound import rational_lower_bound
from numerics.training.mnist import parity_task
from proofs_checks.verify import __main__ as verify
from tests.numerics.examples import Example, gaussian, net
from tests.proofs_checks.verify.certificates import decoded

ETA = Fraction(1, 10)


def audited(path: Path, example: Example, step_size: Fraction | None = ETA) -> Any:
    """The certificate of an audit, read back."""
    network, x, y = example.network, example.x, example.y
    write_audit(path, network, x, y, step_size, enclose(network, x, y, step_size))
    return json.loads(path.read_text(encoding="utf-8"))


def contains(claim: list[str], value: arb) -> bool:
    """Whether the claimed interval contains the ball."""
    return Fraction(claim[0]) <= lower(value) and upper(value) <= Fraction(claim[1])


def minimum_near(example: Example, step_size: Fraction = ETA) -> tuple[CertifiedMinimum, Array, Array]:
    """An exact minimum whose labels are the network's values."""
    y = example.network(example.x)
    minimum = certify_minimum(example.network, example.x, y, step_size=step_size)
    assert isinstance(minimum, CertifiedMinimum)
    return minimum, example.x, y


def test_numbers_are_exact(tmp_path: Path) -> None:
    """Every float comes back bit by bit, subnormal and huge ones among them."""
    example = Example(net([[5e-324, -0.1], [1e200, 3.0]], [0.25, -1e-200], [1 / 3, -2.0], 0.1), *planar_data())
    read = audited(tmp_path / "audit.json", example)
    assert read["format"] == FORMAT == "stable-minima certificate 1"
    assert read["kind"] == "audit"
    assert read["step_size"] == "1/10"
    for name in ("W1", "b1", "w2", "b2"):
        assert np.array_equal(decoded(read["network"][name]), getattr(example.network, name))
        assert decoded(read["network"][name]).shape == np.shape(getattr(example.network, name))
    assert np.array_equal(decoded(read["data"]["x"]), example.x)
    assert np.array_equal(decoded(read["data"]["y"]), example.y)


def planar_data() -> tuple[Array, Array]:
    """Three data with labels."""
    return np.array([[1.0, 2.0], [-0.5, 1e-3], [0.1, -7.0]]), np.array([1.0, -1.0, 1 / 7])


@pytest.mark.parametrize("preprocessing", ["raw", "standardised"])
def test_pixels_take_a_byte(tmp_path: Path, preprocessing: Any) -> None:
    """Images are written as places in a table of at most 256 floats, from which they come back exactly."""
    task = parity_task(20, preprocessing)
    network = gaussian(0, 1, 784, 2).network
    read = audited(tmp_path / "audit.json", Example(network, task.x, task.y))["data"]["x"]
    assert read["dtype"] == "uint8"
    assert len(base64.b64decode(read["base64"])) == task.x.size
    assert np.array_equal(decoded(read), task.x)


def test_claims_contain_the_enclosures(tmp_path: Path) -> None:
    """With room for a checker that rounds otherwise, but not much."""
    for seed in range(20):
        example = gaussian(seed, 6, 3, 4, scale=10.0 ** (seed - 10))
        claims = audited(tmp_path / "audit.json", example)["claims"]
        found = enclose(example.network, example.x, example.y, ETA)
        assert found.loss is not None
        assert found.bound is not None
        for name, value in (
            ("sharpness", found.gram_sharpness),
            ("stability_norm", found.stability_norm),
            ("one_sided", found.one_sided_norm),
            ("loss", found.loss),
            ("bound", found.bound),
        ):
            assert contains(claims[name], value), name
            low, high = map(Fraction, claims[name])
            assert high - low <= Fraction(1, 10**11) * abs(high), name
        assert claims["kinks"] == 0
        assert claims["verdict"] == found.verdict


def test_zero_stays_zero(tmp_path: Path) -> None:
    """Where a quantity vanishes the claim says so exactly."""
    dead = Example(net([[1.0]], [-9.0], [1.0], 0.5), np.array([[1.0], [2.0]]), np.array([0.5, 0.5]))
    claims = audited(tmp_path / "audit.json", dead)["claims"]
    for name in ("stability_norm", "one_sided", "loss"):
        assert [Fraction(end) for end in claims[name]] == [0, 0]


def test_without_a_step_size(tmp_path: Path) -> None:
    """There is no bound and no verdict then."""
    read = audited(tmp_path / "audit.json", gaussian(0, 4, 2, 3), None)
    assert read["step_size"] is None
    assert set(read["claims"]) == {"sharpness", "stability_norm", "one_sided", "loss", "kinks"}


def test_minimum(tmp_path: Path) -> None:
    """The centre is written, and claims contain what is proved of the exact minimum."""
    minimum, x, y = minimum_near(gaussian(1, 4, 3, 5))
    write_minimum(tmp_path / "minimum.json", minimum, x, y)
    read = json.loads((tmp_path / "minimum.json").read_text(encoding="utf-8"))
    assert np.array_equal(decoded(read["network"]["W1"]), minimum.centre.W1)
    assert Fraction(read["radius"]) == minimum.radius
    assert contains(read["claims"]["sharpness"], minimum.sharpness)
    assert contains(read["claims"]["stability_norm"], minimum.stability_norm)
    assert minimum.radius < Fraction(read["claims"]["margin"]) <= lower(minimum.margin)
    assert 0 < Fraction(read["floor"]) * upper(minimum.inverse_bound) ** 2 < 1


def test_minimum_whose_neurons_look_alike(tmp_path: Path) -> None:
    """Neurons with equal activation patterns are told apart by their weights."""
    example = Example(
        net([[1.0], [2.0], [1.0], [1.0]], [0.0, 0.5, -9.0, 9.0], [1.0, -1.0, 1.0, 1.0]),
        np.array([[1.0], [-2.0]]),
        np.zeros(2),
    )
    minimum, x, y = minimum_near(example)
    write_minimum(tmp_path / "minimum.json", minimum, x, y)
    assert verify.main([str(tmp_path / "minimum.json")]) == 0


def test_flattest(tmp_path: Path) -> None:
    """Scales and vectors are those found; constant neurons are folded into the output bias."""
    network, x = net([[1.0], [0.0]], [0.5, 2.0], [4.0, 3.0]), np.array([[1.0], [-2.0], [3.0]])
    found = flattest(network, x)
    proved = certify_flattest(network, x, found=found)
    write_flattest(tmp_path / "flattest.json", network, x, found, proved)
    read = json.loads((tmp_path / "flattest.json").read_text(encoding="utf-8"))
    assert np.array_equal(decoded(read["scales"]), found.scales)
    assert np.array_equal(decoded(read["vectors"]), found.vectors)
    assert float(decoded(read["network"]["b2"])) == 6.0
    low, high = map(Fraction, read["claims"]["flattest_sharpness"])
    assert low <= proved.lower <= proved.upper <= high


def test_separation(tmp_path: Path) -> None:
    """Rational points are written as whole numbers over a common scale."""
    points: list[tuple[int | Fraction, int]] = [(0, 0), (Fraction(1, 2), 0), (Fraction(-1, 3), 0), (0, 1), (0, -1)]
    bound = rational_lower_bound(points, [1, 0, 0, 0, 0])
    write_separation(tmp_path / "separation.json", bound)
    read = json.loads((tmp_path / "separation.json").read_text(encoding="utf-8"))
    assert read["scale"] == 6
    assert [[Fraction(entry, 6) for entry in point] for point in read["points"]] == [list(p) for p in bound.points]
    assert Fraction(read["claims"]["least_norm"]) == bound.value > 0


def test_separation_on_a_line(tmp_path: Path) -> None:
    """Points on a line are refused before a file is written."""
    bound = rational_lower_bound([(0, 0), (1, 1), (2, 2)], [0, 1, 0])
    with pytest.raises(ValueError, match="on a line"):
        write_separation(tmp_path / "separation.json", bound)


def test_an_enclosure_of_something_else(tmp_path: Path) -> None:
    """The enclosure must have labels, and be of as many data and of the step size."""
    example = gaussian(0, 4, 2, 3)
    network, x, y = example.network, example.x, example.y
    for enclosure in (
        enclose(network, x, None, ETA),
        enclose(network, x, y, ETA / 2),
        enclose(network, x, y),
        enclose(network, x[:3], y[:3], ETA),
    ):
        with pytest.raises(ValueError, match="the enclosure must be of"):
            write_audit(tmp_path / "audit.json", network, x, y, ETA, enclosure)
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing fails, the certificate that was there stays."""
    path = tmp_path / "audit.json"
    before = audited(path, gaussian(0, 4, 2, 3))

    def full_disk(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("numerics.arrays.files.os.fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        audited(path, gaussian(1, 4, 2, 3))
    assert json.loads(path.read_text(encoding="utf-8")) == before
    assert list(tmp_path.iterdir()) == [path]


def test_weights_beyond_the_range_of_floats(tmp_path: Path) -> None:
    """K exceeds the range of float64, the certificate does not."""
    example = Example(net([[1e200]], [0.0], [1e180]), np.array([[1.0], [-1.0]]), np.array([0.0, 0.0]))
    read = audited(tmp_path / "audit.json", example)
    assert Fraction(read["claims"]["sharpness"][0]) > 10**390
    assert verify.main([str(tmp_path / "audit.json")]) == 0


def test_no_neurons(tmp_path: Path) -> None:
    """A constant is a network too: its sharpness is 1."""
    constant = ShallowNetwork(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 1.0)
    claims = audited(tmp_path / "audit.json", Example(constant, *planar_data()))["claims"]
    assert Fraction(claims["sharpness"][0]) <= 1 <= Fraction(claims["sharpness"][1])
    assert verify.main([str(tmp_path / "audit.json")]) == 0
