"""The ledger: what the checks found, claim by claim, and how strong that makes each claim.

A check writes into the ledger through the ``evidence`` fixture. Levels are never typed by hand: each way of
recording checks what its level requires, and a claim is no stronger than the weakest claim it rests on.
"""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

from flint import arb, fmpq

from numerics.support.balls import ball, outward
from numerics.support.files import atomic_writer
from proofs_checks.evidence import coq
from proofs_checks.evidence.coq import Theorem
from theory.claim import Claim, Registry
from theory.latex import MACROS

FORMAT = "stable-minima evidence 1"
LEVELS = ("machine-checked", "derived", "certified", "tested", "observed")
"""From the strongest to the weakest."""
PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not checked here"


Certain = int | Fraction | fmpq | arb
"""Numbers of which an inequality can be proved."""


@dataclass
class Check:
    """One check of a claim, and how it came out."""

    claim: str
    level: str
    check: str
    description: str
    outcome: str = FAILED
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Control:
    """A false neighbour of a claim, and the instance in which the check refuted it."""

    claim: str
    variant: str
    check: str
    refuted: bool
    counterexample: str


class Tally:
    """Counts instances, and keeps the smallest relative slack among those with a verdict."""

    def __init__(self) -> None:
        self.instances = 0
        self.undecided = 0
        self.smallest = math.inf
        self.figures: dict[str, Any] = {}

    def count(self) -> None:
        """Count an instance of a property that has no slack, such as an equation."""
        self.instances += 1

    def add(self, slack: float | None) -> None:
        """Count an instance of an inequality; slack relative to the larger side, ``None`` where rounding decides."""
        self.count()
        if slack is None:
            self.undecided += 1
        else:
            self.smallest = min(self.smallest, slack)

    def summary(self) -> dict[str, Any]:
        """The figures that the report shows."""
        figures: dict[str, Any] = {"instances": self.instances}
        if math.isfinite(self.smallest):
            figures["smallest slack"] = float(self.smallest)
        if self.undecided:
            figures["undecided, within rounding"] = self.undecided
        return figures | self.figures


class Proofs(Tally):
    """Counts what is proved of exact numbers and balls; a float is refused, since it proves nothing."""

    def at_most(self, left: Certain, right: Certain, what: str = "") -> None:
        """Prove left <= right, or fail; balls must lie on the right sides of each other."""
        small, large = _certain(left), _certain(right)
        if not small <= large:
            raise AssertionError(f"{what or 'the inequality'} is not proved: {_shown(left)} <= {_shown(right)}")
        scale = max(abs(float(small.mid())), abs(float(large.mid())))
        self.add(float((large - small).lower()) / scale if scale else 0.0)

    def equal(self, left: int | Fraction, right: int | Fraction, what: str = "") -> None:
        """Prove left = right for exact numbers, or fail."""
        for side in (left, right):
            if not isinstance(side, int | Fraction):
                raise TypeError(f"only whole numbers and fractions are equal with certainty, not {side!r}")
        if left != right:
            raise AssertionError(f"{what or 'the equation'} is false: {left} = {right}")
        self.count()

    def encloses(self, name: str, value: arb | tuple[Fraction, Fraction], digits: int = 12) -> None:
        """Note an enclosure as a figure, as decimals rounded outward."""
        self.figures[name] = "[{}, {}]".format(*outward(value, digits))


_T = TypeVar("_T", bound=Tally)


def _certain(value: Certain) -> arb:
    if not isinstance(value, int | Fraction | fmpq | arb):
        raise TypeError(f"{value!r}, a {type(value).__name__}, proves no inequality: exact numbers and balls do")
    return ball(value)


def _shown(value: Certain) -> str:
    return value.str(15) if isinstance(value, arb) else f"{float(value):.15g}"


class Ledger:
    """Everything recorded in one run of the checks."""

    def __init__(self, claims: Registry, profile: str) -> None:
        self.claims = claims
        self.profile = profile
        self.checks: list[Check] = []
        self.controls: list[Control] = []
        self.theorems: dict[str, list[Theorem]] = {}
        self.data: dict[str, str] = {}
        self.seeds: dict[str, Any] = {}

    def of(self, name: str) -> tuple[list[Check], list[Control]]:
        """The checks and controls of one claim."""
        return [c for c in self.checks if c.claim == name], [c for c in self.controls if c.claim == name]

    def strength(self, name: str) -> str | None:
        """The level a claim has reached: its strongest passed check, but no more than what it rests on has reached.

        ``None`` if a check of it failed, a control was not refuted, or nothing was checked, here or further down.
        """
        checks, controls = self.of(name)
        if any(check.outcome == FAILED for check in checks) or not all(control.refuted for control in controls):
            return None
        reached = {check.level for check in checks if check.outcome == PASSED}
        needed = self.claims[name].needs
        if not reached.issuperset(needed) or not reached:
            return None
        own = max(map(LEVELS.index, needed)) if needed else min(map(LEVELS.index, reached))
        below = [self.strength(other) for other in self.claims[name].rests_on]
        if any(level is None for level in below):
            return None
        return LEVELS[max([own, *(LEVELS.index(level) for level in below if level)])]

    def write(self, path: Path, *, command: str, passed: bool) -> None:
        """Write ``evidence.json``, atomically."""
        document = {
            "format": FORMAT,
            "profile": self.profile,
            "outcome": PASSED if passed else FAILED,
            "command": command,
            "macros": list(MACROS.values()),
            "claims": [self._claim(claim) for claim in self.claims],
            "environment": environment(),
            "seeds": self.seeds,
            "data": self.data,
            "written": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
        }
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        with atomic_writer(path) as file:
            file.write(text.encode())

    def _claim(self, claim: Claim) -> dict[str, Any]:
        checks, controls = self.of(claim.name)
        return {
            "name": claim.name,
            "title": claim.title,
            "statement": claim.statement,
            "hypotheses": list(claim.hypotheses),
            "source": f"{claim.source.key}: {claim.source.note}",
            "rests_on": list(claim.rests_on),
            "strength": self.strength(claim.name),
            "evidence": [_without_claim(check) for check in checks],
            "controls": [_without_claim(control) for control in controls],
            "theorems": [asdict(theorem) for theorem in self.theorems.get(claim.name, [])],
            "derivations": [
                {
                    "title": derivation.name,
                    "uses": [{"name": h.name, "latex": h.latex} for h in derivation.own_hypotheses],
                    "inherits": sorted({cited.name for cited in derivation.cites}),
                    "latex": derivation.latex(),
                }
                for derivation in claim.derivations
            ],
        }


def _without_claim(record: Check | Control) -> dict[str, Any]:
    return {key: value for key, value in asdict(record).items() if key != "claim"}


def environment() -> dict[str, str]:
    """Versions of what the results depend on."""
    assistant = coq.version()
    packages = ("numpy", "scipy", "sympy", "torch", "hypothesis", "mpmath", "python-flint")
    return {
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        **{name: metadata.version(name) for name in packages},
        **({"coq": assistant} if assistant else {}),
    }


class Evidence:
    """Records what one test finds; the ``evidence`` fixture."""

    def __init__(self, ledger: Ledger, node: str) -> None:
        self._ledger, self._node = ledger, node

    def derived(self, claim: str) -> None:
        """Check every step of every derivation of the claim anew; raises ``FalseStep`` where one does not hold."""
        derivations = self._ledger.claims[claim].derivations
        with self._record(
            claim, "derived", "every step of the derivations checked symbolically, for all sizes"
        ) as check:
            if not derivations:
                raise AssertionError(f"{claim} has no derivation")
            steps = sum(len(derivation.recheck().steps) for derivation in derivations)
            check.figures = {"derivations": len(derivations), "steps": steps}

    def machine_checked(self, claim: str, theorems: Sequence[Theorem]) -> None:
        """Record theorems of the proof assistant; fails if there is none, or if one rests on an axiom."""
        with self._record(claim, "machine-checked", "proved in Coq for all n, d, k, without axioms") as check:
            open_ones = [theorem.name for theorem in theorems if not theorem.closed]
            if open_ones or not theorems:
                raise AssertionError(f"{claim} is not proved: {', '.join(open_ones) or 'no theorem'}")
            check.figures = {"theorems": len(theorems)}
            self._ledger.theorems[claim] = list(theorems)

    def not_checked(self, claim: str, level: str, description: str, why: str) -> None:
        """Record a check that cannot run here; it counts for nothing."""
        check = Check(claim, level, self._node, f"{description}: {why}", NOT_CHECKED)
        self._ledger.checks.append(check)

    @contextmanager
    def tested(self, claim: str, description: str) -> Iterator[Tally]:
        """Count the instances of a property that is tested on many; fails if there was none."""
        with self._counted(claim, "tested", description, Tally()) as tally:
            yield tally

    @contextmanager
    def certified(self, claim: str, description: str) -> Iterator[Proofs]:
        """Count what is proved of stated instances, in exact numbers or balls; fails if there was none."""
        with self._counted(claim, "certified", description, Proofs()) as tally:
            yield tally

    @contextmanager
    def observed(self, claim: str, description: str) -> Iterator[Tally]:
        """Count trained or simulated instances, measured in floats; fails if there was none."""
        with self._counted(claim, "observed", description, Tally()) as tally:
            yield tally

    def control(self, claim: str, variant: str, counterexample: str | None) -> None:
        """Record a false neighbour of the claim with the instance that refutes it; fails if there is none."""
        self._ledger.claims[claim]
        found = counterexample is not None
        self._ledger.controls.append(
            Control(claim, variant, self._node, found, counterexample or "no counterexample was found")
        )
        if not found:
            raise AssertionError(
                f"the control '{variant}' of {claim} was not refuted: the check cannot tell it from the claim"
            )

    def data(self, name: str, digest: str) -> None:
        """Note the digest of data that a check used."""
        self._ledger.data[name] = digest

    def seed(self, name: str, seed: object) -> None:
        """Note a seed that a check used."""
        self._ledger.seeds[name] = seed

    @contextmanager
    def _counted(self, claim: str, level: str, description: str, tally: _T) -> Iterator[_T]:
        with self._record(claim, level, description) as check:
            try:
                yield tally
            finally:
                check.figures = tally.summary()
            if tally.instances == 0:
                raise AssertionError(f"{claim}: '{description}' tried no instance")

    @contextmanager
    def _record(self, claim: str, level: str, description: str) -> Iterator[Check]:
        self._ledger.claims[claim]
        check = Check(claim, level, self._node, description)
        self._ledger.checks.append(check)
        yield check
        check.outcome = PASSED
