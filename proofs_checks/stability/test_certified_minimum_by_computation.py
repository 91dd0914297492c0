"""certified-minimum: the check that Coq runs, repeated in fractions on its network and on random ones."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from proofs_checks.evidence import coq
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import Matrix, RationalProblem, dot, top_at_most

CLAIM = "certified-minimum"
TEXT = (coq.SOURCES / "CheckedMinima.v").read_text(encoding="utf-8")
SCALE = 2**14

Factors = list[list[Fraction]]


def rows(name: str) -> list[list[Fraction]]:
    """The innermost lists of a definition in the file for Coq, in order."""
    found = re.search(rf"Definition {name} : .*?\.\n", TEXT, re.DOTALL)
    assert found is not None
    lists = re.findall(r"\[:: ([^\[\]]*)\]", found[0])
    return [[Fraction("/".join(re.findall(r"-?\d+", entry))) for entry in row.split(";")] for row in lists]


@pytest.fixture(scope="module")
def six() -> RationalProblem:
    """The network of six neurons as it stands in the file for Coq, on its data."""
    *W1, b1, w2 = rows("six_neurons")
    bias = re.search(r"output_bias := Qmake \((-\d+)\) (\d+)", TEXT)
    assert bias is not None
    return RationalProblem.of(W1, b1, w2, Fraction(f"{bias[1]}/{bias[2]}"), rows("six_points"), rows("six_labels")[0])


def stated(theorem: str) -> Fraction:
    """The step size that a theorem on the six neurons names."""
    return Fraction(re.findall(r"of_Q R (\d\.\d+)", coq.written(f"CheckedMinima.{theorem}").statement)[0])


def remainder(gram: Matrix, level: Fraction, c: Fraction, factors: Factors) -> list[list[Fraction]]:
    """B = c (L - K) - sum_r f_r f_r^T."""
    size = range(len(gram))
    return [
        [c * (level * (j == i) - gram[j][i]) - sum((f[j] * f[i] for f in factors), Fraction(0)) for i in size]
        for j in size
    ]


def dominant(matrix: list[list[Fraction]]) -> bool:
    """Whether B_jj >= sum_{l /= j} |B_jl| for all j."""
    return all(row[j] >= sum(abs(entry) for i, entry in enumerate(row) if i != j) for j, row in enumerate(matrix))


def rounded_factor(gram: Matrix, level: Fraction) -> Factors:
    """Whole numbers over 2^14 for a factor of L - K less half its smallest eigenvalue, or plus what is missing."""
    difference = float(level) * np.eye(len(gram)) - np.array(gram, dtype=float)
    smallest = float(np.linalg.eigvalsh(difference)[0])
    shift = smallest / 2 if smallest > 0 else smallest - 1e-3
    factor = np.linalg.cholesky(difference - shift * np.eye(len(gram))).T
    return [[Fraction(int(entry)) for entry in row] for row in np.round(factor * SCALE)]


def test_six_neurons(evidence: Evidence, six: RationalProblem) -> None:
    """The network that Coq checks, by elimination in fractions instead of a certificate."""
    with evidence.tested(CLAIM, "six-neurons", "the network of Coq, by exact elimination") as tally:
        assert (len(six.w2), len(six.x)) == (6, 6)
        assert six.kinks() == 0
        assert not any(six.residuals())
        gram = six.gram()
        assert top_at_most(gram, 2 / stated("six_neurons_stable"))
        assert not top_at_most(gram, 2 / stated("six_neurons_unstable"))
        tally.count()


def test_certificates(evidence: Evidence, six: RationalProblem) -> None:
    """What the certificates of Coq say, and that those of other networks are right whenever they are accepted."""
    with evidence.tested(CLAIM, "decided-by-computation", "the certificate of Coq, and 60 random ones") as tally:
        (c,) = map(Fraction, re.findall(r"Definition six_certificate.*?multiple := (\d+)", TEXT, re.DOTALL))
        gram, level = six.gram(), 2 / stated("six_neurons_stable")
        assert dominant(remainder(gram, level, c, rows("six_certificate")))
        generator, verdicts = np.random.default_rng(5), set()
        for _ in range(20):
            W1, b1, w2, x = (generator.integers(-4, 5, shape) for shape in ((3, 2), 3, 3, (4, 2)))
            gram = RationalProblem.of(W1, b1, w2, 0, x).gram()
            top = Fraction(float(np.linalg.eigvalsh(np.array(gram, dtype=float))[-1]))
            for level in (top * Fraction(9, 10), top * Fraction(1001, 1000), top * 2):
                accepted = dominant(remainder(gram, level, Fraction(SCALE) ** 2, rounded_factor(gram, level)))
                assert top_at_most(gram, level) or not accepted
                verdicts.add((accepted, level > top))
                tally.count()
        assert verdicts == {(True, True), (False, False)}


def test_vectors(evidence: Evidence, six: RationalProblem) -> None:
    """The vector of Coq refutes the larger step size, and not the smaller."""
    with evidence.tested(CLAIM, "refuted-by-a-vector", "the vector of Coq") as tally:
        ((*u,),) = rows("six_vector")
        quotient = dot(u, [dot(row, u) for row in six.gram()]) / dot(u, u)
        assert 2 / stated("six_neurons_unstable") < quotient <= 2 / stated("six_neurons_stable")
        tally.count()


def test_control_of_the_rows(evidence: Evidence, six: RationalProblem) -> None:
    """The certificate that the comparison by entries accepts is refused by the sum of the row."""
    level = 2 / stated("six_neurons_unstable")
    (c,) = map(Fraction, re.findall(r"Definition entries_certificate.*?multiple := (\d+)", TEXT, re.DOTALL))
    rest = remainder(six.gram(), level, c, rows("entries_certificate"))
    accepted = all(abs(entry) <= row[j] for j, row in enumerate(rest) for entry in row)
    refuted = accepted and not top_at_most(six.gram(), level) and not dominant(rest)
    evidence.control(
        CLAIM,
        "|B_jl| <= B_jj for each l is enough",
        f"six neurons at 2/eta = {float(level):.5f}: accepted, and lambda_max is larger" if refuted else None,
        because="entries that are small one by one add up: 1 on the diagonal and -1 beside it fails for three data",
        statement="decided-by-computation",
    )
