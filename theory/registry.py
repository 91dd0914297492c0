"""The claims of the suite, each imported when it is asked for.

A claim is the ``CLAIM`` of a module ``theory/ROOM/its_name.py``, and is called like the module with hyphens for
underscores. A module that cannot be imported is the failure of its claim alone.
"""

from __future__ import annotations

import importlib
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.claim import Claim

_HOLDS_A_CLAIM = re.compile(r"^CLAIM\b[^=\n]*=", re.MULTILINE)


class BrokenClaimError(Exception):
    """A claim whose module cannot be imported, or whose references lead nowhere or in a circle.

    ``name`` is the claim, ``reason`` one line, ``culprit`` the claim in whose module the error is: another one, where
    that is imported.
    """

    def __init__(self, name: str, reason: str, culprit: str = "") -> None:
        self.name, self.reason, self.culprit = name, reason, culprit or name
        super().__init__(f"{name}: {reason}")


class Registry:
    """Claims by name, in an order in which each comes after what it rests on; imported when they are asked for."""

    def __init__(self, loaders: Mapping[str, Callable[[], Claim]]) -> None:
        """Take a function for every name that returns the claim; none is called yet."""
        self.names: tuple[str, ...] = tuple(sorted(loaders))
        """The names of all claims; to know them imports nothing."""
        self._loaders = dict(loaders)
        self._imported: dict[str, Claim] = {}
        self._broken: dict[str, BrokenClaimError] = {}
        self._order: tuple[str, ...] | None = None

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> Registry:
        """A registry of claims at hand; raises ``ValueError`` for names given twice."""
        loaders: dict[str, Callable[[], Claim]] = {}
        for claim in claims:
            if claim.name in loaders:
                raise ValueError(f"more than one claim is called {claim.name}")
            loaders[claim.name] = partial(_itself, claim)
        return cls(loaders)

    def __contains__(self, name: object) -> bool:
        return name in self._loaders

    def __getitem__(self, name: str) -> Claim:
        """The claim; what it rests on is imported too.

        Raises ``KeyError`` where no claim has the name, ``BrokenClaimError`` where its module cannot be imported or
        its references lead nowhere or in a circle. That a claim it rests on is broken does not break it.
        """
        if name not in self._loaders:
            raise KeyError(f"no claim is called {name!r}; there are {', '.join(self.names)}")
        self._import(name)
        if name in self._broken:
            raise self._broken[name]
        return self._imported[name]

    def __iter__(self) -> Iterator[Claim]:
        """All claims that are not broken, each after what it rests on; see ``broken`` for the others."""
        if self._order is None:
            for name in self.names:
                self._import(name)
            self._order = tuple(sorted(set(self._imported) - set(self._broken), key=self._place))
        return iter([self._imported[name] for name in self._order])

    @property
    def broken(self) -> Mapping[str, BrokenClaimError]:
        """What is wrong with the broken ones among the claims asked for so far, by name."""
        return dict(self._broken)

    def ancestors(self, name: str) -> frozenset[str]:
        """The names of all claims that a claim rests on, directly or not; what a broken one rests on is not known."""
        return self._ancestors(self[name])

    def _ancestors(self, claim: Claim) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(claim.grounds)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._imported[name].grounds if name in self._imported else ()
        return frozenset(found)

    def _place(self, name: str) -> tuple[bool, int, str]:
        """The paper's claims first, what most others rest on before what fewer do; so a claim follows its grounds."""
        from theory.claim import OURS

        descendants = [other for other in self._imported.values() if name in self._ancestors(other)]
        grounds_of_theirs = any(other.source.key != OURS for other in descendants)
        return self._imported[name].source.key == OURS and not grounds_of_theirs, -len(descendants), name

    def _import(self, name: str) -> None:
        """Import a claim and all that it rests on, then see what is wrong with any of them."""
        fresh: list[str] = []
        waiting = [name]
        while waiting:
            wanted = waiting.pop()
            if wanted in self._loaders and wanted not in self._imported and wanted not in self._broken:
                try:
                    self._imported[wanted] = self._loaders[wanted]()
                except BrokenClaimError as error:
                    self._broken[wanted] = error
                else:
                    fresh.append(wanted)
                    waiting += self._imported[wanted].grounds
        for each in fresh:
            fault = self._fault(self._imported[each])
            if fault:
                self._broken[each] = BrokenClaimError(each, fault)

    def _fault(self, claim: Claim) -> str:
        """What is wrong with the references of a claim, or nothing."""
        missing = [ground for ground in claim.grounds if ground not in self._loaders]
        if missing:
            return f"rests on {', '.join(missing)}, which no module of theory claims"
        above = self._ancestors(claim)
        if claim.name in above:
            circle = {o for o in above if o in self._imported and claim.name in self._ancestors(self._imported[o])}
            return f"claims rest on each other in a circle: {', '.join(sorted(circle))}"
        references = [*claim.rests_on, *(reference for each in claim.statements for reference in each.rests_on)]
        for reference in references:
            ground, dot, statement = reference.partition(".")
            target = claim if ground == claim.name else self._imported.get(ground)
            if dot and target is not None and statement not in {each.name for each in target.statements}:
                return f"rests on {reference}, but {ground} states no such thing"
        return _circle_of_statements(claim)


def _circle_of_statements(claim: Claim) -> str:
    inner = {
        each.name: [
            reference.partition(".")[2] if "." in reference else claim.name
            for reference in (*claim.rests_on, *each.rests_on)
            if reference.partition(".")[0] == claim.name
        ]
        for each in claim.statements
    }
    if any(claim.name in grounds for grounds in inner.values()):
        return "rests on itself as a whole"
    try:
        TopologicalSorter(inner).prepare()
    except CycleError as error:
        return f"statements rest on each other in a circle: {' -> '.join(error.args[1])}"
    return ""


def _itself(claim: Claim) -> Claim:
    return claim


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The claims of the suite: the ``CLAIM`` of every module of a room of ``theory`` that has one.

    Nothing is imported before it is asked for; a claim imports its own module and those of what it rests on.
    """
    import theory

    files = _files(theory.__path__)
    return Registry({name: partial(_from_file, name, candidates) for name, candidates in files.items()})


def _files(folders: Iterable[str]) -> dict[str, list[Path]]:
    """The file of every claim: read as text, since importing is what may fail."""
    found: dict[str, list[Path]] = {}
    for file in (file for folder in folders for file in sorted(Path(folder).glob("[a-z]*/[a-z]*.py"))):
        if _HOLDS_A_CLAIM.search(file.read_text("utf-8", errors="replace")):
            found.setdefault(file.stem.replace("_", "-"), []).append(file)
    return found


def _from_file(name: str, candidates: list[Path]) -> Claim:
    from theory.claim import Claim

    if len(candidates) > 1:
        raise BrokenClaimError(name, f"more than one module holds it: {', '.join(map(str, candidates))}")
    file = candidates[0]
    module = f"theory.{file.parent.name}.{file.stem}"
    try:
        claim = importlib.import_module(module).CLAIM
    except (Exception, SystemExit) as error:  # whatever a module raises is the failure of its claim
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise BrokenClaimError(name, f"{module} cannot be imported: {reason}", claim_at_fault(error)) from error
    if not isinstance(claim, Claim):
        raise BrokenClaimError(name, f"the CLAIM of {module} is {claim!r}, which is no Claim")
    if claim.name != name:
        raise BrokenClaimError(name, f"the claim in {module} is called {claim.name!r}, expected {name!r}")
    return claim


def claim_at_fault(error: BaseException) -> str:
    """The claim of the suite in whose module an error arose, or in which it was met last on its way; "" if in none."""
    import theory

    causes: list[BaseException] = []
    while error not in causes:
        causes.append(error)
        error = error.__cause__ or error
    homes = {str(file): name for name, files in _files(theory.__path__).items() for file in files}
    return next((homes[path] for each in reversed(causes) for path in reversed(_way(each)) if path in homes), "")


def _way(error: BaseException) -> list[str]:
    """The files that an error went through, from the outermost to the one in which it arose."""
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return [*files, error.filename] if isinstance(error, SyntaxError) and error.filename else files
