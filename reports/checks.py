"""Running the checks: pytest on proofs_checks, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from numerics.arrays.processes import PARENT
from reports.sources import ROOT, is_project

_PATIENCE = 30
"""Seconds for an interrupted run to end; it gives its workers ten of them."""


def command(
    evidence: Path, profile: str, claims: Sequence[str] = (), root: Path = ROOT, mnist: Path | None = None
) -> list[str]:
    """The command line that runs the checks, of some claims or of all, and has them record evidence.

    Networks are trained on the files of MNIST in the folder ``mnist``, or on the digits that the project carries.

    It is meant for the folder of the project; where ``root`` is a folder of installed packages, for any folder.
    """
    return [
        sys.executable,
        "-m",
        "pytest",
        *(["proofs_checks"] if is_project(root) else _installed(root)),
        "--evidence",
        str(evidence),
        "--profile",
        profile,
        *(() if mnist is None else ("--mnist", str(mnist.resolve()))),
        *(part for name in claims for part in ("--claim", name)),
    ]


def _installed(root: Path) -> list[str]:
    """The checks of installed packages, with the settings that pyproject.toml has in the project."""
    settings = ["-c", os.devnull, "--rootdir", str(root), "--import-mode=importlib", "-q", "-p", "no:cacheprovider"]
    return [str(root / "proofs_checks"), *settings]


def run_checks(
    evidence: Path, profile: str, root: Path = ROOT, claims: Sequence[str] = (), mnist: Path | None = None
) -> int:
    """Run the checks of the folder ``root`` and return pytest's exit code; its output goes where ours goes.

    A relative ``evidence`` is meant from ``root``. Of installed packages the checks run where we run, and leave nothing
    among them. Raises FileNotFoundError if the run left no evidence: what lies
    there from an earlier run is not taken for it.
    """
    written = root / evidence
    before = _identity(written)
    environment = os.environ | {PARENT: str(os.getpid())}
    if is_project(root):
        process = subprocess.Popen(command(evidence, profile, claims, root, mnist), cwd=root, env=environment)
    else:
        environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(command(written, profile, claims, root, mnist), env=environment)
    try:
        code = process.wait()
    except BaseException:
        # the interrupt has reached pytest too, which first puts away what it has; wait for it, but do not let it go on
        try:
            process.wait(timeout=_PATIENCE)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()
        raise
    if _identity(written) in (before, None):
        raise FileNotFoundError(f"the checks ended with exit code {code} and left no evidence in {evidence}")
    return code


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
