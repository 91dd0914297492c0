"""What an audit of several outputs says: the table, the sentences, JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

from numerics.audit import OutputsAudit, method, several_outputs
from numerics.audit.outputs.findings import outputs_notes
from numerics.wider.outputs import VectorNetwork


def found(step_size: str | None = "0.1") -> OutputsAudit:
    network = VectorNetwork([[1.0]], [0.0], [[2.0], [1.0]], [0.0, 0.0])
    return several_outputs(network, [[3.0], [-1.0]], [[6.0, 3.0], [0.0, 0.0]], step_size=step_size)


def test_table() -> None:
    lines = dict(line.split("  ", 1) for line in str(found()).split("\n\n")[0].splitlines())
    own = {name: value.strip() for name, value in lines.items()}
    assert own["network"] == "1 neurons, 1 inputs, 2 outputs, on 2 data"
    assert own["mean gradients"] == "15.749999 to 15.750001"
    assert (own["limit at step size 0.1"], own["bound"]) == ("20", "9.5")
    assert own["verdict"] == str(found().verdict)
    assert "verdict" not in str(found(None)).split("\n\n")[0]


def test_json() -> None:
    read = json.loads(found().as_json())
    assert (read["step_size"], read["bound"], read["outputs"], read["verdict"]) == ("1/10", "19/2", 2, found().verdict)
    assert (read["loss"], read["enclosed"], read["method"], read["limit"]) == (
        ["0", "0"],
        True,
        "--loss half-mse",
        "20",
    )
    low, high = map(Fraction, read["stability_norm"])
    assert low <= found().stability_norm[0] <= found().stability_norm[1] <= high
    assert json.loads(replace(found(), kinks=1).as_json())["largest_stable_step"] is None
    assert json.loads(found(None).as_json())["bound"] is None


def test_sentences() -> None:
    assert "Claim vector-outputs" in found().notes[0]
    heavy = method("heavy-ball", momentum="0.9", loss="mse")
    said = " ".join(outputs_notes(replace(found(), method=heavy, kinks=3)))
    assert "no negative eigenvalue" in " ".join(found().notes)
    curved = replace(found(), negative_curvature=(Fraction(0), Fraction(1, 2)), verdict="undecided")
    assert "at most nu = 0.5: H >= -nu" in " ".join(outputs_notes(curved))
    assert "leaves the verdict open" in " ".join(outputs_notes(curved))
    assert "All in floats, no proof" in outputs_notes(replace(found(), enclosed=False))[-2]
    for words in ("Claim momentum, statement heavy-ball", "for 2 outputs 1 times", "on a kink: 3"):
        assert words in said
