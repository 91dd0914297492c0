"""Derivations judged in a process of their own: the same verdicts, and what is broken stays broken."""

from __future__ import annotations

import pytest

from proofs_checks.evidence.ahead import Ahead
from proofs_checks.evidence.judges import verdicts
from theory.registry import registry


def test_the_same_verdicts() -> None:
    """As in this process; a claim that was not given has none, and one that there is not raises."""
    ahead = Ahead(["finite-depth-separation", "no-such-claim"])
    try:
        assert ahead.verdicts("finite-depth-separation") == verdicts(registry()["finite-depth-separation"])
        assert ahead.verdicts("gram-form") is None
        with pytest.raises(KeyError):
            ahead.verdicts("no-such-claim")
    finally:
        ahead.close()
