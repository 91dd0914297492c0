"""The definitions of the proofs are those of theory and numerics: all three, evaluated on the same rational networks.

``theory/coq/Evaluation.v`` proves, for three small nets, the values of the Gram matrix, of the mean gradient, of the
weights and of the norm. The nets and the values are read from the definitions and lemmas of that file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from numerics.gram import gram_matrix, mean_gradient_square
from numerics.network import Array, ShallowNetwork
from numerics.norm import stability_norm
from numerics.weight import one_sided_weight, weight
from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.evidence.record import Theorem
from proofs_checks.instances.exact import NormalForm, RationalProblem, Terms, normal_form
from theory.falsifier.evaluate import evaluate
from theory.quantities import one_sided_weight as one_sided_weight_formula
from theory.quantities import weight as weight_formula
from theory.stability.by_hyperplane.mean_gradient import MEAN_GRADIENT
from theory.stability.gram_form import GRAM
from theory.stability.sharpness_lower_bound import norm_definition
from theory.symbols import indexed

TEXT = (coq.SOURCES / "Evaluation.v").read_text(encoding="utf-8")
ROWS = re.findall(r"^\(\* net (\w): (\w+) = (.+) \*\)$", TEXT, re.MULTILINE)
TABLE: dict[str, dict[str, Any]] = {
    net: {quantity: sp.sympify(value) for name, quantity, value in ROWS if name == net} for net in "abc"
}
"""Nets and values by name, as the head of the file lists them; held against its definitions and lemmas below."""

QUANTITIES = [
    (net, quantity)
    for net, rows in TABLE.items()
    for quantity in rows
    if re.fullmatch(r"(output|gram|mean_gradient_square|one_sided_weight|weight|stability_norm)\w*", quantity)
]


def in_coq(text: str) -> Any:
    """A Coq literal, a number or a list, as SymPy numbers."""
    return sp.sympify(text.replace("[::", "[").replace(";", ",").replace("\n", " "))


def lemma(net: str, quantity: str) -> str:
    """The name of the lemma that proves a value."""
    return f"Evaluation.example_{net}_{quantity}"


def network(net: str) -> tuple[ShallowNetwork, Array]:
    """The net and its data, for numerics."""
    rows = TABLE[net]
    W1, b1, w2, x = (np.array(rows[name], dtype=float) for name in ("w1", "b1", "w2", "x"))
    return ShallowNetwork(W1, b1, w2, float(rows["b2"])), x


def by_numerics(net: str, quantity: str) -> float:
    """The quantity as numerics computes it."""
    f, x = network(net)
    kind, digits, reflected = split(quantity)
    if kind == "output":
        return float(f(x)[int(digits)])
    if kind == "gram":
        return float(gram_matrix(f, x)[int(digits[0]), int(digits[1])])
    if kind == "mean_gradient_square":
        return mean_gradient_square(f, x)
    if kind == "stability_norm":
        return stability_norm(f, x)
    canonical = f.canonical()
    place = canonical.neurons.tolist().index(int(digits or 0))
    v, b = canonical.directions[[place]], canonical.thresholds[[place]]
    computed = (
        weight(v, b, x) if kind == "weight" else one_sided_weight(-v if reflected else v, -b if reflected else b, x)
    )
    return float(computed[0])


def by_theory(net: str, quantity: str) -> sp.Expr | None:
    """The quantity by theory's formulas, exactly; ``None`` where theory has no formula for it alone."""
    rows, problem = TABLE[net], rational(net)
    kind, digits, reflected = split(quantity)
    n, d, k = len(rows["x"]), len(rows["x"][0]), len(rows["w1"])
    values = {"n": n, "d": d, "k": k, "x": rows["x"], "w2": rows["w2"]}
    if kind == "gram":
        pre = problem.preactivations()
        values |= {"Z": [[max(t, 0) for t in row] for row in pre], "M": [[int(t > 0) for t in row] for row in pre]}
        return evaluate(GRAM.steps[-1].expression, values | {"j": int(digits[0]) + 1, "l": int(digits[1]) + 1}) / n
    if kind == "mean_gradient_square":
        return evaluate(MEAN_GRADIENT.steps[-1].expression, listed(problem))
    if kind == "stability_norm":
        # the product of a merged amplitude and a weight is the same at (w1, -b1) as at the unit normal
        groups = problem.hyperplanes()
        merged = [sum(problem.w2[i] * abs(factor) for i, factor in group) for group in groups]
        weights = [at_neuron(net, group[0][0], 1, "weight") for group in groups]
        assert norm_definition.relation is not None
        at = {"planes": len(groups), "merged_amplitude": merged, "weight": weights}
        return evaluate(norm_definition.relation.rhs, at)
    if kind not in ("weight", "one_sided_weight"):
        return None
    neuron = int(digits or 0)
    return at_neuron(net, neuron, -1 if reflected else 1, kind) / sp.sqrt(sum(w**2 for w in rows["w1"][neuron]))


def at_neuron(net: str, neuron: int, sign: int, kind: str) -> sp.Expr:
    """|w1| times a weight of a neuron's hyperplane: the weights are homogeneous, and here they are at (w1, -b1)."""
    rows = TABLE[net]
    normal, threshold = [sign * w for w in rows["w1"][neuron]], -sign * rows["b1"][neuron]
    v_, minus_v_, b_ = indexed("v_at", "v"), indexed("minus_v_at", "-v"), sp.Symbol("b_at", real=True)
    formula = weight_formula(v_, minus_v_, b_) if kind == "weight" else one_sided_weight_formula(v_, b_)
    here = {"v_at": normal, "minus_v_at": [-w for w in normal], "b_at": threshold}
    return evaluate(formula, {"n": len(rows["x"]), "d": len(rows["x"][0]), "x": rows["x"]} | here)


def listed(problem: RationalProblem) -> dict[str, Any]:
    """The net listed by hyperplane as theory has it, each neuron by itself, in its own orientation and at scale 1."""
    sides = [problem.side(i, 1) for i in problem.neurons]
    k = len(sides)
    values: dict[str, Any] = {"planes": k, "k": 1, "d": len(problem.x[0]), "scale": [[1]] * k}
    values |= {"present_along": [[1]] * k, "present_against": [[0]] * k, "output_weight": [[w] for w in problem.w2]}
    for name, entries in (
        ("excess", [side.excess for side in sides]),
        ("mass", [side.probability for side in sides]),
        ("moment", [list(side.moment) for side in sides]),
    ):
        values |= {f"{name}_along": entries, f"{name}_against": entries}
    return values


def rational(net: str) -> RationalProblem:
    """The net in fractions, for the exact reference."""
    rows = TABLE[net]

    def fractions(value: Any) -> Any:
        return (
            [fractions(entry) for entry in value] if isinstance(value, list) else Fraction(int(value.p), int(value.q))
        )

    return RationalProblem.of(*(fractions(rows[name]) for name in ("w1", "b1", "w2", "b2", "x")))


def split(quantity: str) -> tuple[str, str, bool]:
    """Kind, digits and orientation in the name of a quantity."""
    found = re.fullmatch(r"([a-z_]+?)(\d*)(_reflected)?", quantity)
    assert found is not None
    return found[1], found[2], bool(found[3])


def test_the_table_is_what_the_file_defines() -> None:
    """Data and parameters at the head of the file are the literals of its definitions."""
    for net in "bc":
        points = re.search(rf"Definition points_{net} .*?:=\s*(.*?)\.\n", TEXT, re.DOTALL)
        parameters = re.search(
            rf"Definition net_{net} .*?:=\s*net 2 (\[::.*?\]\])\s*(\[::.*?\])\s*(\[::.*?\]) \d+ \((.*?)\)\.\n",
            TEXT,
            re.DOTALL,
        )
        assert points is not None
        assert parameters is not None
        rows = TABLE[net]
        assert in_coq(points[1]) == rows["x"]
        assert [in_coq(part) for part in parameters.groups()] == [rows[name] for name in ("w1", "b1", "w2", "b2")]
    assert "Let x := @data1 R [:: 3 / 4; - (12 / 5)] 1." in TEXT
    assert "net1 [:: 1] [:: 0] [:: 1] 1 0." in TEXT
    assert TABLE["a"]["x"] == in_coq("[[3/4], [-12/5]]")


def by_reference(net: str, quantity: str) -> NormalForm | None:
    """The quantity from the exact reference, as a sum of roots; ``None`` for the weights, which are of unit normals."""
    problem = rational(net)
    kind, digits, _ = split(quantity)
    match kind:
        case "output":
            terms: Terms = ((problem.values()[int(digits)], Fraction(1)),)
        case "gram":
            terms = ((problem.gram()[int(digits[0])][int(digits[1])], Fraction(1)),)
        case "mean_gradient_square":
            terms = ((problem.mean_gradient_square(), Fraction(1)),)
        case "stability_norm":
            terms = problem.stability_norm()
        case _:
            return None
    return normal_form(terms)


@pytest.fixture(scope="module")
def proved(proofs: coq.Build | str) -> Mapping[str, Theorem | str]:
    """The lemmas of the values, as Coq has them."""
    if isinstance(proofs, str):
        pytest.skip(proofs)
    return coq.theorems(proofs, [lemma(*at) for at in QUANTITIES])


@pytest.mark.parametrize(("net", "quantity"), QUANTITIES, ids=lambda name: str(name))
def test_formulas_agree(net: str, quantity: str) -> None:
    """Every value of the table is what theory's formula and the reference give, exactly, and what numerics computes."""
    value = TABLE[net][quantity]
    assert by_theory(net, quantity) in (None, value)
    assert by_reference(net, quantity) in (None, normal_form([(Fraction(int(value.p), int(value.q)), 1)]))
    assert by_numerics(net, quantity) == pytest.approx(float(value), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(
    ("claim", "statement", "kinds"),
    [
        ("gram-form", "entries", ("output", "gram")),
        ("sharpness-lower-bound", "mean-gradient", ("mean_gradient_square",)),
        ("sharpness-lower-bound", "lower-bound", ("one_sided_weight", "weight", "stability_norm")),
    ],
    ids=["gram", "gradient", "norm"],
)
def test_definitions_correspond(
    evidence: Evidence,
    proved: Mapping[str, Theorem | str],
    claim: str,
    statement: str,
    kinds: tuple[str, ...],
) -> None:
    """Every value proved in Coq is what theory's formula gives, exactly, and what numerics computes."""
    with evidence.tested(
        claim, statement, "definitions of the proofs, theory and numerics agree on rational networks"
    ) as tally:
        for net, quantity in QUANTITIES:
            if not quantity.startswith(kinds):
                continue
            theorem = proved[lemma(net, quantity)]
            assert isinstance(theorem, Theorem), theorem
            assert theorem.closed
            value = in_coq(theorem.statement.rsplit(" = ", 1)[1].rstrip("."))
            assert value == TABLE[net][quantity]
            test_formulas_agree(net, quantity)
            tally.count()
