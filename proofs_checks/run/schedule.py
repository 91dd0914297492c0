"""The order in which pytest-xdist's workers are given files."""

from __future__ import annotations

from pathlib import Path

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

LONGEST = (
    "test_machine_checked",
    "test_certified_minimum",
    "test_flattest_implementation",
    "test_certificates",
    "test_isotropic_density",
)
"""Files that take long, whatever number of tests they have; begun with, lest one core works alone in the end."""


class LongestFirst(LoadFileScheduling):  # type: ignore[misc]
    """File by file, those that take long first; a test in which a worker dies is not tried again."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        waiting = [file for file in self.workqueue if Path(file).stem in LONGEST]
        if waiting:
            first = min(waiting, key=lambda file: LONGEST.index(Path(file).stem))
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Give what a worker had still to do to others, without the test in which it died, which is returned."""
        for tests in self.assigned_work[node].values():
            for test, done in tests.items():
                if not done:
                    tests[test] = True
                    super().remove_node(node)
                    return str(test)
        super().remove_node(node)
        return None
