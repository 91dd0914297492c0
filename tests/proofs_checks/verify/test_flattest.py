"""Certificates of flattest rescalings: a net whose flattest value is known, and each condition broken by itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.proofs_checks.verify.certificates import Document, outcome
from tests.proofs_checks.verify.written import array


def certificate(low: Fraction, high: Fraction, scales: Any = (2.0,), vectors: Any = ((1.0,),), **more: Any) -> Document:
    """w2 relu(w1 x + b1) at the datum 0: K = 1 + c^2 b1^2 + (w2/c)^2, least where both terms are |w2| b1 = 4."""
    network = {"W1": array([[3.0]]), "b1": array([1.0]), "w2": array([-4.0]), "b2": array(0.0)}
    return {
        "format": "stable-minima certificate 3",
        "kind": "flattest",
        "network": network,
        "data": {"x": array([[0.0]])},
        "scales": array(scales),
        "vectors": array(vectors),
        "claims": {"flattest_sharpness": [str(low), str(high)]},
        **more,
    }


TINY = Fraction(1, 10**9)
NINE = Fraction(9)


def test_accepted(tmp_path: Path) -> None:
    """The exact value from both sides; wider; with any positive multiple of the vector, and more of them."""
    path = tmp_path / "c.json"
    assert outcome(certificate(NINE, NINE + TINY), path) == 0
    assert outcome(certificate(Fraction(0), Fraction(10)), path) == 0
    assert outcome(certificate(NINE, NINE + TINY, vectors=[[-3.0]]), path) == 0
    assert outcome(certificate(Fraction(8), NINE + TINY, vectors=[[1.0], [2.0]]), path) == 0


@pytest.mark.parametrize(
    "document",
    [
        certificate(NINE + TINY, NINE + 2 * TINY),
        certificate(NINE, NINE - TINY),
        certificate(NINE, NINE + TINY, scales=[2.001]),
        certificate(NINE, NINE + TINY, scales=[1.0]),
        certificate(NINE, Fraction(100), scales=[-2.0]),
        certificate(NINE, Fraction(100), scales=[0.0]),
        certificate(NINE, Fraction(100), scales=[2.0, 2.0]),
        certificate(NINE, Fraction(100), scales=[]),
        certificate(NINE, Fraction(100), vectors=[[1.0, 0.0]]),
        certificate(Fraction(0), Fraction(100), vectors=[[0.0]]),
        certificate(NINE, Fraction(100), data={"x": array([[-0.25]])}),
    ],
    ids=[str(place) for place in range(11)],
)
def test_refused(document: Document, tmp_path: Path) -> None:
    """Either end by a little; scales and vectors that are not positive, are zero, or do not fit; another datum."""
    assert outcome(document, tmp_path / "c.json") == 1


def test_a_claim_more_is_unreadable(tmp_path: Path) -> None:
    """Nothing is repeated that was not checked."""
    path = tmp_path / "c.json"
    document = certificate(NINE, NINE + TINY)
    document["claims"]["verdict"] = "stable"
    assert outcome(document, path) == 2
    assert outcome(certificate(NINE, NINE + TINY, step_size="1/10"), path) == 2
