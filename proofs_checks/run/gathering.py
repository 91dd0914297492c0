"""One ledger of a run, whatever the number of its workers: what a test found travels with the report of the test.

So nothing is passed of which the evidence is missing, and a worker that dies takes with it what it had not reported.
"""

from __future__ import annotations

import base64
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from proofs_checks.evidence.ledger import Ledger
from proofs_checks.run.selection import claim_of

_RECORDED = ("checks", "controls", "crashes", "theorems", "incomplete", "data", "seeds")


def pack(ledger: Ledger) -> str:
    """All that a ledger holds, as text; afterwards it holds nothing."""
    content = {name: getattr(ledger, name) for name in _RECORDED}
    packed = base64.b64encode(pickle.dumps(content)).decode("ascii")
    for part in content.values():
        part.clear()
    return packed


def add(ledger: Ledger, packed: str) -> None:
    """Add to a ledger what another one held; of crashes one for each place."""
    content = pickle.loads(base64.b64decode(packed))
    for part in ("checks", "controls"):
        for claim, recorded in content[part].items():
            getattr(ledger, part)[claim] += recorded
    for claim, crashes in content["crashes"].items():
        known = {crash.node for crash in ledger.crashes[claim]}
        ledger.crashes[claim] += [crash for crash in crashes if crash.node not in known]
    for part in ("theorems", "data", "seeds"):
        getattr(ledger, part).update(content[part])
    ledger.incomplete |= content["incomplete"]


class Gathering:
    """A plugin of the process that writes the evidence: the tests of the run, which ended, and what workers found."""

    def __init__(self, config: pytest.Config, ledger: Ledger) -> None:
        self.files: dict[str, Path] = {}
        """The file of each test, in the order in which one process runs them."""
        self.finished: set[str] = set()
        """The tests that ran to their ends, whether they passed, failed or were skipped there."""
        self._root = config.rootpath
        self._ledger = ledger
        self._called: set[str] = set()
        self._packed: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the tests of this process."""
        self.files = {item.nodeid: item.path for item in session.items}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Note the tests of the workers, all of which have collected the same."""
        self.files = {test: self._file(test) for test in ids}

    def _file(self, test: str) -> Path:
        return self._root / test.partition("::")[0]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what a worker says of a file that cannot be read."""
        if packed := getattr(report, "evidence", ""):
            add(self._ledger, packed)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test found, and note that it ran: with its last report, which has what a worker found."""
        if report.when == "call" or report.skipped:
            self._called.add(report.nodeid)
        if report.when == "teardown" and report.nodeid in self._called:
            self.finished.add(report.nodeid)
        if packed := getattr(report, "evidence", ""):
            self._packed[report.nodeid] = packed

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: Any) -> None:
        """A test in which a worker died fails its claim."""
        if claim := claim_of(self._file(crashitem)):
            self._ledger.crash(claim, crashitem, str(report.longrepr))

    def close(self) -> None:
        """Put what workers found into the ledger, in the order in which one process would have."""
        for test in self.files:
            if packed := self._packed.pop(test, ""):
                add(self._ledger, packed)
