"""An audit as a table, as JSON and as a row: every pair of numbers encloses, and every failure is named."""

from __future__ import annotations

import json
from fractions import Fraction

from numerics.audit import audit
from numerics.audit.shown.text import Row, named_values, step_text, to_json, to_json_list, to_quiet, to_rows, to_table
from tests.numerics.audit.audits import interpolating, on_a_kink, residual
from tests.numerics.examples import net


def test_a_range_that_is_no_rounding_has_its_reason_below() -> None:
    lines = to_table(residual()).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("bound at step size 0.4 "))
    assert lines[at].split()[-3:] == ["2", "to", "2.625"]
    assert lines[at + 1].strip() == "(because the curvature nu is known only to be between 0 and 0.313)"
    assert "(because" not in to_table(interpolating())


def test_a_point_that_is_no_minimum_is_said_above_the_verdict() -> None:
    table = to_table(residual())
    assert table.index("gradient norm") < table.index("(no minimum: ") < table.index("verdict  ")
    assert "(no minimum" not in to_table(interpolating())


def test_an_open_verdict_has_its_reason_below() -> None:
    assert "(because data are on kinks" in to_table(on_a_kink()).partition("verdict ")[2]
    assert "The verdict is undecided because data are on kinks" in to_rows(
        [Row("a", on_a_kink()), Row("b", on_a_kink())]
    )


def test_an_audit_prints_as_its_table() -> None:
    found = interpolating()
    assert str(found) == to_table(found)
    assert repr(found) != str(found)


def test_the_names_of_the_table_are_those_of_the_json() -> None:
    """With spaces, and the step size named in the line of the bound."""
    names = {
        name.partition(" at step size ")[0].replace(" ", "_").replace("-", "_")
        for name, _, _ in named_values(residual())
    }
    assert names - {"network"} <= set(json.loads(to_json(residual())))


def test_a_step_size_that_is_a_float_is_shown_as_one() -> None:
    found = audit(net([[1.0]], [0.0], [2.0]), [[0.75]], [1.5], 0.1, rescaled=False)
    assert "bound at step size 0.1 (float) " in to_table(found)
    assert "bound at step size 1/3 " in to_table(
        audit(net([[1.0]], [0.0], [2.0]), [[0.75]], [1.5], "1/3", rescaled=False)
    )
    assert json.loads(to_json(found))["step_size"] == str(Fraction(0.1))


def test_without_a_step_size_there_is_no_verdict() -> None:
    names = [name for name, _, _ in named_values(interpolating(None))]
    assert names[-1] == "one-sided norm"


def test_lines_are_no_longer_than_asked_and_claims_are_not_broken() -> None:
    assert max(len(line) for line in to_table(residual(), 60).splitlines()) <= 60
    assert "stationary-points" in to_table(residual(), 60)


def test_json_encloses_and_has_the_reasons() -> None:
    found = json.loads(to_json(residual()))
    low, high = (Fraction(end) for end in found["bound"])
    assert low <= 2 * (1 + Fraction(0)) <= 2 * (1 + Fraction(5, 16)) <= high
    assert found["reasons"]["bound"].startswith("because the curvature")
    assert json.loads(to_json(on_a_kink()))["verdict"] == "undecided"


def test_json_of_rows() -> None:
    found = json.loads(to_json_list([Row("a.npz", interpolating()), Row("b.npz", "it is damaged")]))
    assert found[0] == {"network": "a.npz", **json.loads(to_json(interpolating()))}
    assert found[1] == {"network": "b.npz", "error": "it is damaged"}


def test_rows_say_of_which_network_a_sentence_is() -> None:
    text = to_rows([Row("a.npz", interpolating()), Row("b.npz", residual()), Row("c.npz", "it is damaged")])
    table, *below = text.split("\n\n")
    names, first, second, third = table.splitlines()
    assert names.split("  ")[0] == "network"
    assert first.split()[:4] == ["a.npz", "2", "1", "0.4"]
    assert second.split()[-1] == "stable"
    assert third == "c.npz    error: it is damaged"
    assert any("b.npz: The bound is a range because" in part for part in below)
    assert any(part.startswith("b.npz: There is no minimum: ") for part in below)
    assert "a.npz: The network interpolates" in below[-1]


def test_a_sentence_of_all_networks_is_said_once_without_names() -> None:
    text = to_rows([Row("a.npz", interpolating()), Row("b.npz", interpolating("1/3"))])
    assert text.count("The network interpolates") == 1
    assert "npz: The network" not in text


def test_quiet() -> None:
    assert to_quiet(Row("a", interpolating())) == "stable"
    assert to_quiet(Row("a", interpolating(None))) == "3.9781277 to 3.9781278"
    assert to_quiet(Row("a", "it is damaged")) == "error"


def test_step_sizes_are_decimals_where_they_are_short() -> None:
    assert [step_text(Fraction(text)) for text in ("0.45", "1/3", "2")] == ["0.45", "1/3", "2"]
