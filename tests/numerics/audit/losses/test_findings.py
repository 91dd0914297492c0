"""What an audit of another loss says: the table, the sentences, JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from numerics.audit import LossAudit, other_loss
from numerics.audit.losses.findings import loss_notes
from tests.numerics.examples import net


def found(step_size: str | None = "0.5", **options: str) -> LossAudit:
    return other_loss(net([[1.0]], [0.0], [2.0]), [[3.0], [-1.0]], [1.0, 0.5], step_size, loss="logistic", **options)


def test_table() -> None:
    text = str(found())
    lines = dict(line.split("  ", 1) for line in text.split("\n\n")[0].splitlines())
    own = {name: value.strip() for name, value in lines.items()}
    assert own["network"] == "1 neurons, 1 inputs, on 2 data"
    assert own["limit at step size 0.5"] == "4"
    assert own["verdict"] == "stable"
    assert own["norm at most"] == f"{found().bound:.8g}"
    for sentence in ("BCEWithLogitsLoss", "Claim other-losses", "in floats, no proof", "sbar tends to 0"):
        assert sentence in " ".join(text.split())


def test_without_a_step_size_nothing_is_judged() -> None:
    text = str(found(None))
    assert "verdict" not in text.split("\n\n")[0]
    assert "steps excluded above" in text


def test_json() -> None:
    read = json.loads(found().as_json())
    assert (read["verdict"], read["step_size"], read["method"]) == ("stable", "1/2", "--loss logistic")
    assert read["bound"] == found().bound
    low, high = read["sharpness"]
    assert low <= high
    heavy = json.loads(found(optimizer="heavy-ball", momentum="0.9").as_json())
    assert heavy["method"] == "--loss logistic --optimizer heavy-ball --momentum 9/10"


def test_infinite_numbers_are_null() -> None:
    read = json.loads(replace(found(), mean_second=5e-324).as_json())
    assert read["bound"] is read["excluded_above"] is None


def test_sentences_follow_what_was_found() -> None:
    said = " ".join(loss_notes(replace(found(), sharpness=None, smallest=None)))
    assert "only the necessary condition was looked at" in said
    assert "no stationary point" in " ".join(loss_notes(replace(found(), separated=True)))
    assert "negative eigenvalues, down to -0.5" in " ".join(loss_notes(replace(found(), smallest=(-0.5, -0.4))))
