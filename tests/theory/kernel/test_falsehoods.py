"""Nothing false is accepted: neither by the kernel nor, where the conclusion is false somewhere, by the falsifier."""

from __future__ import annotations

import pytest

from tests.theory.kernel.falsehoods import FALSEHOODS, UNPROVED, Build
from theory.falsifier import Refuted, falsify
from theory.kernel import FalseStep, check


def test_there_are_many() -> None:
    """Each rule has its neighbours."""
    assert len(FALSEHOODS) + len(UNPROVED) >= 100


@pytest.mark.parametrize("build", [*FALSEHOODS.values(), *UNPROVED.values()], ids=lambda build: build.__name__)
def test_the_kernel_refuses(build: Build) -> None:
    """By a `FalseStep`, not by a crash."""
    derivation = build()
    with pytest.raises(FalseStep):
        check(derivation)


@pytest.mark.parametrize("build", FALSEHOODS.values(), ids=lambda build: build.__name__)
def test_the_falsifier_refutes(build: Build) -> None:
    """With an instance in which a step fails."""
    with pytest.raises(Refuted):
        falsify(build())
