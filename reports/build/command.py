"""Building the report: which parts are out of date, the run of the checks, and the outputs."""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from numerics.arrays.processes import TEMPORARY, alone_in
from proofs_checks.evidence.file import read_evidence
from proofs_checks.evidence.problems import Problem, problems
from proofs_checks.evidence.record import PASSED, Evidence
from proofs_checks.evidence.standing import standings
from reports.checks import run_checks
from reports.output import BESIDE, DOCUMENTS, OUTPUTS, Stamp, is_current, require_output_folder, sha256, write
from reports.sources import EVIDENCE_NAME, FOLDERS, ROOT, sources_digest
from theory.registry import registry
from theory.terminal import Parser, complain, say

if TYPE_CHECKING:
    from reports.document import Document
    from reports.figures import Drawing

PROFILES = ("quick", "full")
DEFAULT_FOLDER = Path("reports") / "out"
"""Below the folder in which the command is run."""
LEFTOVERS = (".typst.*", ".pandoc.*", ".writable.*")
"""What a run that is killed leaves in its folder, besides files that were still being written."""
FIGURE_SOURCES = ("theory", "numerics", "reports/figures")


def run(arguments: Sequence[str] | None, prog: str) -> int:
    """Build the report, with a command line called ``prog`` in the help; returns the exit code.

    0 for a clean report, 1 for one that is not, 2 where none could be made. Raises SystemExit with status 3 where what
    is done cannot be printed.
    """
    options = _parser(prog).parse_args(arguments)
    try:
        claims = _known([name.replace("_", "-") for name in options.claim])
        folder = options.out or DEFAULT_FOLDER.joinpath(*(["+".join(claims)] if claims else []))
        outputs = [options.only] if options.only else OUTPUTS
        return build(folder, options.profile, outputs, claims=claims, fresh=options.fresh, mnist=options.mnist)
    except (OSError, ValueError, RuntimeError) as error:
        complain(f"error: {' '.join(str(error).split())}")
        return 2


def _known(claims: Sequence[str]) -> tuple[str, ...]:
    """The claims named, each once; raises ValueError for one that there is not."""
    unknown = [name for name in claims if name not in registry()]
    if unknown:
        raise ValueError(f"no claim is called {', '.join(unknown)}; there are {', '.join(registry().names)}")
    return tuple(sorted(set(claims)))


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = Parser(prog=prog, description="Run the checks and typeset what they found.")
    parser.add_argument(
        "--profile", choices=PROFILES, default="quick", help="effort of the checks and of the MNIST sweep"
    )
    parser.add_argument("--only", choices=OUTPUTS, help="make this output alone")
    parser.add_argument("--fresh", action="store_true", help="run all checks and draw all figures anew")
    parser.add_argument(
        "--claim", action="append", default=[], metavar="NAME", help="check and set this claim only; repeatable"
    )
    parser.add_argument(
        "--mnist", type=Path, metavar="DIR", help="train on MNIST's files in this folder, not on the digits carried"
    )
    parser.add_argument(
        "--out", type=Path, help="output folder (default: reports/out, or a folder in it for chosen claims)"
    )
    return parser


def build(
    folder: Path,
    profile: str,
    outputs: Sequence[str],
    *,
    claims: Sequence[str] = (),
    fresh: bool = False,
    mnist: Path | None = None,
) -> int:
    """Bring the evidence and the outputs in ``folder`` up to date; returns 0 if the report is clean, else 1.

    A report of some ``claims`` has no figures. Networks are trained on the files of MNIST in the folder ``mnist``, if
    one is given, in place of the digits that the project carries.

    Raises OSError if the folder cannot be written, the files of MNIST are missing or the checks leave no evidence,
    ValueError if files of MNIST or the evidence are malformed, RuntimeError if the PDF cannot be set.
    """
    images = Images(mnist, _digest(mnist, profile))
    require_output_folder(folder)
    folder = folder.resolve()
    # one after the other, lest one takes for its own what another one found of other claims
    with alone_in(folder, TEMPORARY, *LEFTOVERS, waiting=lambda: say(f"waiting: another build uses {folder}")):
        return _built(folder, profile, outputs, claims, fresh, images)


class Images(NamedTuple):
    """The folder of the MNIST files to train on, with the sha256 of what the sweep takes; None and "" for our own."""

    folder: Path | None
    digest: str


def _digest(mnist: Path | None, profile: str) -> str:
    if mnist is None:
        return ""
    # imported here, since it brings PyTorch with it
    from numerics.training import sweep

    return sweep.sweep_digest(sweep.profile("full" if profile == "full" else "quick"), mnist)


def _built(
    folder: Path, profile: str, outputs: Sequence[str], claims: Sequence[str], fresh: bool, images: Images
) -> int:
    digest = sources_digest(profile, mnist=images.digest)
    path = folder / EVIDENCE_NAME
    stamp = Stamp.read(folder)
    evidence = None if fresh else _reusable(path, digest, stamp, claims)
    further: list[Problem] = []
    if evidence is None:
        started = time.monotonic()
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        say(f"checks: started, profile {profile}")
        exit_code = run_checks(shown, profile, ROOT, claims, images.folder)
        evidence = read_evidence(path)
        further = _doubts(evidence, claims, exit_code, digest, sources_digest(profile, mnist=images.digest))
        # without the digest where the evidence is in doubt, so that it is never taken for good
        stamp = Stamp(sources="" if further else digest, evidence=sha256(path), checks_exit=exit_code)
        stamp.write(folder)
        say(f"checks: {evidence.outcome} after {time.monotonic() - started:.1f} s")
    else:
        say("checks: not repeated, nothing that decides them has changed since they passed")
        if (stamp.sources, stamp.evidence) != (digest, sha256(path)):
            stamp = Stamp(sources=digest, evidence=sha256(path))
    everything = sources_digest(profile, folders=FOLDERS, mnist=images.digest, told=True)
    if stamp.typeset != everything:
        stamp.typeset, stamp.clean, stamp.outputs = everything, False, {}

    stale = [kind for kind in outputs if fresh or not is_current(folder, kind, stamp)]
    if stale:
        wrong = _typeset(folder, stale, evidence, stamp, profile, further, images, fresh=fresh)
        for problem in wrong:
            complain(f"not clean: {_in_a_line(problem)}")
    for kind in set(OUTPUTS) - set(outputs):
        for name in DOCUMENTS:
            if (folder / f"{name}.{kind}").exists() and not is_current(folder, kind, stamp):
                say(f"of an earlier run, and left as it was: {folder / f'{name}.{kind}'}")
    for kind in outputs:
        for name in DOCUMENTS:
            say(f"{'made' if kind in stale else 'unchanged'}: {folder / f'{name}.{kind}'}")
    return 0 if stamp.clean else 1


def _in_a_line(problem: Problem) -> str:
    where = f"{problem.claim.name}: " if problem.claim else ""
    statements = f" [{', '.join(problem.statements)}]" if problem.statements else ""
    detail = f": {problem.detail.splitlines()[0]}" if problem.detail else ""
    return f"{where}{problem.text}{statements}{f' ({problem.node})' if problem.node else ''}{detail}"


def _reusable(path: Path, digest: str, stamp: Stamp, claims: Sequence[str]) -> Evidence | None:
    """The evidence of an earlier run, if it is beyond doubt that a new run would find the same.

    Evidence belongs to the sources that it names, or, where it names none, that its run was stamped with.
    """
    try:
        evidence = read_evidence(path)
    except (OSError, ValueError):
        return None
    ours = stamp.evidence == sha256(path)
    sources = evidence.sources_digest or (stamp.sources if ours else None)
    wrong = problems(evidence, standings(evidence.claims))
    clean = evidence.outcome == PASSED and not wrong and not (ours and stamp.checks_exit)
    return evidence if clean and sources == digest and tuple(claims) == evidence.selected else None


def _doubts(evidence: Evidence, claims: Sequence[str], exit_code: int, before: str, after: str) -> list[Problem]:
    """What is wrong with evidence just made, beyond what it says itself."""
    doubts = []
    if exit_code and evidence.outcome == PASSED:
        doubts.append(Problem(f"the run of the checks ended with exit code {exit_code}"))
    if evidence.selected != tuple(claims):
        doubts.append(Problem("the evidence is of other claims than those that were asked for"))
    if before != after:
        doubts.append(Problem("the sources changed while the checks ran; the evidence belongs to no one state of them"))
    elif evidence.sources_digest not in (before, None):
        doubts.append(Problem("the evidence names other sources than those that were checked"))
    return doubts


def _typeset(
    folder: Path,
    outputs: Sequence[str],
    evidence: Evidence,
    stamp: Stamp,
    profile: str,
    further: Sequence[Problem],
    images: Images,
    *,
    fresh: bool,
) -> Sequence[Problem]:
    """Make the outputs and stamp them; returns what is wrong with the report."""
    # imported here, since an unchanged report needs none of it
    from reports.document import compose
    from reports.typeset import Typesetter

    figures, missing = ({}, []) if evidence.selected else _figures(folder, profile, images, fresh=fresh)
    document: Document = compose(
        evidence,
        figures,
        profile=profile,
        mnist=images.folder,
        sources=stamp.sources or None,
        further=[*further, *missing],
    )
    typesetter = Typesetter(folder)
    (folder / BESIDE).mkdir(exist_ok=True)
    graph = typesetter.drawing(document.graph)
    for name, content in graph.items():
        write(folder / BESIDE / name, content)
    beside = [*graph, *(name for drawing in figures.values() for name in drawing.files)]
    stamp.outputs = {name: digest for name, digest in stamp.outputs.items() if not name.startswith(BESIDE)}
    stamp.outputs |= {f"{BESIDE}{name}": sha256(folder / BESIDE / name) for name in beside}
    stamp.clean = not document.problems
    for kind in outputs:
        report = document.screen if kind == "html" else document.printed
        for name, markdown in zip(DOCUMENTS, (report, document.supplement), strict=True):
            content = getattr(typesetter, kind)(markdown, name)
            write(folder / f"{name}.{kind}", content)
            stamp.outputs[f"{name}.{kind}"] = hashlib.sha256(content).hexdigest()
    stamp.write(folder)
    for warning in typesetter.warnings:
        complain(f"warning: {warning}")
    return document.problems


def _figures(folder: Path, profile: str, images: Images, *, fresh: bool) -> tuple[dict[str, Drawing], list[Problem]]:
    """All figures by name, and a problem for each group that could not be drawn: the report is built without it."""
    from reports.figures import GROUPS, drawings

    digest = sources_digest(profile, folders=FIGURE_SOURCES, mnist=images.digest)
    drawn: dict[str, Drawing] = {}
    missing = []
    for group in GROUPS:
        started = time.monotonic()
        try:
            found = drawings(group, profile, folder / "figures", digest, mnist=images.folder, fresh=fresh)
            say(f"figures: {group.title}, {time.monotonic() - started:.1f} s")
            drawn |= {drawing.name: drawing for drawing in found}
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            missing.append(Problem(f"the figures “{group.title}” could not be drawn: {reason}"))
    return drawn, missing
