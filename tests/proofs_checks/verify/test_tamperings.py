"""Certificates tampered with: each is refused or still true."""

from __future__ import annotations

import base64
import copy
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proofs_checks.verify import __main__ as verify
from tests.proofs_checks.verify.certificates import Document, decoded, outcome, require_true, small_certificates

Tampering = Callable[[Document, random.Random], None]


def arrays_of(value: Any) -> list[Document]:
    """All arrays within a certificate."""
    if isinstance(value, dict):
        own = [value] if "base64" in value and "table" not in value else []
        return own + [array for entry in value.values() for array in arrays_of(entry)]
    return []


def changed_entry(document: Document, generator: random.Random) -> None:
    """One number of one array moved, by little or by much."""
    arrays = [array for array in arrays_of(document) if array["base64"]]
    if not arrays:
        changed_whole_number(document, generator)
        return
    array = generator.choice(arrays)
    values = decoded(array).ravel().copy()
    place = generator.randrange(len(values))
    change = generator.choice([1e-12, 1e-6, 1e-3, 0.1, -2.0, -1.0])
    values[place] = values[place] * (1 + change) if values[place] else change
    array["base64"] = base64.b64encode(values.tobytes()).decode()


def changed_whole_number(document: Document, generator: random.Random) -> None:
    """One whole number of a certificate about the plane moved."""
    places = [
        "measure",
        "multiplicities",
        "points",
        "lines",
        "amplitudes",
        "scale",
        "denominator",
        "constant",
        "labels",
        "centres",
        "radii",
        "heights",
    ]
    place = generator.choice(places)
    if place not in document:
        claim_tightened(document, generator)
    elif place in ("scale", "denominator", "constant"):
        document[place] += generator.choice([-1, 1, document[place]])
    elif place in ("points", "lines", "centres"):
        point = generator.choice(document[place])
        point[generator.randrange(2)] += generator.choice([-1, 1])
    elif place == "labels":
        j = generator.randrange(len(document[place]))
        document[place][j] = str(Fraction(document[place][j]) + generator.choice([-1, 1]))
    else:
        document[place][generator.randrange(len(document[place]))] += generator.choice([-1, 1, 10**14])


def claim_tightened(document: Document, generator: random.Random) -> None:
    """A claim that says more: an end of an enclosure beyond the other, a larger margin or norm, another verdict."""
    name = generator.choice(sorted(document["claims"]))
    claim = document["claims"][name]
    part = Fraction(1, 10 ** generator.randrange(1, 10))
    if isinstance(claim, list):
        low, high = (Fraction(end) for end in claim)
        moved = (high + abs(high) * part, high + abs(high)) if generator.random() < 0.5 else (low - 1, low - part)
        document["claims"][name] = [str(end) for end in moved]
    elif name == "verdict":
        document["claims"][name] = generator.choice(["stable", "unstable", "undecided", None, ""])
    elif name in ("largest_error", "rate"):
        document["claims"][name] = str(Fraction(claim) * (1 - part) - part)
    else:
        document["claims"][name] = str(Fraction(claim) * (1 + part) + part)


def proof_weakened(document: Document, generator: random.Random) -> None:
    """A smaller radius, a larger floor, another step size, norm or supremum: what a proof rests on."""
    names = [name for name in ("radius", "floor", "step_size", "norm", "supremum") if name in document]
    if not names:
        changed_whole_number(document, generator)
        return
    name = generator.choice(names)
    factor = Fraction(generator.choice([-1, 0, 1, 1, 3, 1000]), generator.choice([1, 2, 1000]))
    document[name] = str(Fraction(document[name]) * factor)


def row_dropped(document: Document, generator: random.Random) -> None:
    """The first or last entries of an array or a list are gone, with or without a word of it in the shape."""
    arrays = [array for array in arrays_of(document) if array["shape"] and array["shape"][0] > 1]
    if not arrays:
        lists = [entry for entry in document.values() if isinstance(entry, list)]
        if lists:
            entries = generator.choice(lists)
            entries.pop(generator.randrange(len(entries)))
        return
    array = generator.choice(arrays)
    values = decoded(array)
    array["base64"] = base64.b64encode((values[1:] if generator.random() < 0.5 else values[:-1]).tobytes()).decode()
    array["shape"][0] -= generator.random() < 0.8


def data_swapped(document: Document, generator: random.Random) -> None:
    """Two rows of an array, or two entries of a list, in each other's place."""
    arrays = [array for array in arrays_of(document) if array["shape"] and array["shape"][0] > 1]
    if arrays:
        array = generator.choice(arrays)
        values = decoded(array).copy()
        first, second = generator.sample(range(len(values)), 2)
        values[[first, second]] = values[[second, first]]
        array["base64"] = base64.b64encode(values.tobytes()).decode()
    else:
        lists = [entry for entry in document.values() if isinstance(entry, list) and len(entry) > 1]
        if lists:
            entries = generator.choice(lists)
            first, second = generator.sample(range(len(entries)), 2)
            entries[first], entries[second] = entries[second], entries[first]


def form_broken(document: Document, generator: random.Random) -> None:
    """Another version or kind, an entry missing, unknown, or of another type."""
    where = generator.choice([document, document["claims"], *arrays_of(document)])
    name = generator.choice(sorted(where))
    other: list[Any] = [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "1/0",
        "nan",
        "1e400",
        [],
        {},
        [0],
        {"shape": []},
        "9" * 5000,
        [[[]]],
    ]
    match generator.randrange(4):
        case 0:
            document["format"] = generator.choice(["stable-minima certificate 3", "stable-minima certificate", None])
        case 1:
            del where[name]
        case 2:
            where[generator.choice(["note", "table", "radius", "margin", "one_sided_norm", "y"])] = generator.choice(
                other
            )
        case _:
            where[name] = generator.choice([*other, *verify.KINDS])


TAMPERINGS: tuple[Tampering, ...] = (
    changed_entry,
    changed_whole_number,
    claim_tightened,
    proof_weakened,
    row_dropped,
    data_swapped,
    form_broken,
)


def test_tamperings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of 1,000 certificates tampered with each is refused, or unreadable, or still true; nothing crashes."""
    path = tmp_path / "certificate.json"
    originals = small_certificates(path)
    assert [outcome(document, path) for document in originals] == [0] * len(originals)
    generator = random.Random(0)
    outcomes: dict[str, list[int]] = {tampering.__name__: [0, 0, 0] for tampering in TAMPERINGS}
    tampered = 0
    while tampered < 1000:
        original = generator.choice(originals)
        document = copy.deepcopy(original)
        tampering = generator.choice(TAMPERINGS)
        tampering(document, generator)
        if document == original:
            continue
        tampered += 1
        status = outcome(document, path)
        outcomes[tampering.__name__][status] += 1
        if status == 0:
            require_true(document)
    capsys.readouterr()
    assert all(refused > 0 for name, (_, refused, _) in outcomes.items() if name != "form_broken"), outcomes
    # most of what was changed mattered
    accepted = sum(count for count, _, _ in outcomes.values())
    assert accepted < 250, outcomes


def test_tightened_claims_are_refused(tmp_path: Path) -> None:
    """No enclosure can be moved off the value by more than rounding, at either end."""
    path = tmp_path / "certificate.json"
    for document in small_certificates(path):
        for name, claim in document["claims"].items():
            if not isinstance(claim, list):
                continue
            low, high = map(Fraction, claim)
            room = Fraction(1, 10**8) * max(abs(low), abs(high), Fraction(1, 10**30))
            for moved in ((low, low - room), (high + room, high)):
                false = copy.deepcopy(document)
                false["claims"][name] = [str(end) for end in moved]
                assert outcome(false, path) == 1, name
