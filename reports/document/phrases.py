"""What the templates say in a few words of their own: a claim's evidence in one line, a control's example cut short."""

from __future__ import annotations

import re
from fractions import Fraction

from proofs_checks.evidence.record import INSTANCES, PASSED, Check, Claim, Control, Figure
from reports.document.instances import instance
from reports.document.readable import readable
from reports.document.shown import ShownClaim
from reports.latex import Markdown, escape
from reports.markup import listed, number, separated

NAMED = 2
"""So many of the weakest statements are called by name."""
EXAMPLE = 150
"""Characters of an example in a table."""
_INSTANCE = re.compile(r"\bat (?=\w+ ?= ?[\[(]|[A-Z]\w+\()")
"""Where an example goes on to say in full at which arrays, or at which object, it is."""
_COUNTED = (INSTANCES, "steps", "theorems", "lines", "expansions")
"""What is counted in the plural, and how names of such counts end."""
_RADIUS = re.compile(r" \+/- [^]]+]")
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_AGAINST = re.compile(rf"^(.+?) against (.+): ({_NUMBER}) >= ({_NUMBER}) is false(?: (for .+))?$")
"""How a comparison is written that does not hold: what is claimed to be larger, and what to be smaller."""
_FRACTION = re.compile(r"(?<![\w./])-?\d+/\d+(?![\w./])")
_LONG = re.compile(r"\d{4,}/\d|\d/\d{4,}")
_DECIMAL = re.compile(r"(?<![\w.])-?\d+\.\d+(?:e[-+]?\d+)?")
_WHOLE = re.compile(r"(?<![\w.])-?\d+(?![\w.])")


def total(claim: Claim, label: str) -> int:
    """The sum of a count over the checks of a claim that passed."""
    return int(sum(check.number(label) or 0 for check in claim.checks if check.outcome == PASSED))


def weakest(shown: ShownClaim) -> str:
    """Which statements make the claim weaker than those that its page shows first; "" where none does."""
    if not shown.weakest:
        return ""
    named = [f"{each.number} {each.statement.name.replace('-', ' ')}" for each in shown.weakest[:NAMED]]
    more = [f"{len(shown.weakest) - NAMED} more"] if len(shown.weakest) > NAMED else []
    word = "statements" if named[1:] else "statement"
    return f"{shown.standing.word} because of its weakest {word}, outside the box: {', '.join([*named, *more])}"


def strip(claim: Claim, remark: str = "") -> Markdown:
    """What stands behind a claim in one line: theorems, steps, instances, controls; nothing that there is none of.

    The ``remark`` comes last.
    """
    closed = {found.name for each in claim.statements for found in each.theorems if found.closed}
    parts = [
        _counted(len(closed), "theorem of Coq without axioms", "theorems of Coq without axioms"),
        _counted(total(claim, "steps"), "step proved by the kernel", "steps proved by the kernel"),
        _counted(claim.instances, "instance tried", "instances tried"),
        f"{claim.controls_refuted} of {len(claim.controls)} false variants refuted" if claim.controls else "",
        remark,
    ]
    return escape(" · ".join(part for part in parts if part) or "nothing that checks this claim has run")


def _counted(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}" if count else ""


def counted(check: Check) -> Markdown:
    """The figures of a check: counts before their names, other values after them; those in `listed` are left out."""
    apart = {name for name, _ in listed(check)}
    return separated([_figure(name, value) for name, value in check.figures.items() if name not in apart], "; ")


def _figure(name: str, value: Figure) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{readable(name)} {valued(value)}"
    return f"{number(value)} {readable(name.removesuffix('s') if value == 1 and name.endswith(_COUNTED) else name)}"


def valued(value: Figure) -> Markdown:
    """A figure as readers want it, text with its mathematics set."""
    return readable(value) if isinstance(value, str) else number(value)


def example(control: Control) -> Markdown:
    """The instance that refutes a control in formulas and words, or the theorem that does.

    Decimals have as few digits, from three, as keep them different; a small net is written out.
    """
    if control.theorem is not None:
        return escape(f"refuted in Coq: {control.theorem.name.rpartition('.')[2]}")
    text = " ".join(control.counterexample.split())
    found, *rest = _INSTANCE.split(text, maxsplit=1)
    shortened = _AGAINST.sub(_compared, found.rstrip(" ,;:") or text)
    if _LONG.search(shortened):
        shortened = _FRACTION.sub(lambda each: repr(float(Fraction(each[0]))), shortened)
    shortened = _rounded(_RADIUS.sub("]", shortened))
    if len(shortened) > EXAMPLE:
        shortened = shortened[:EXAMPLE].rsplit(" ", 1)[0] + " …"
    net = instance(rest[0]) if rest else ""
    return readable(f"{shortened}{', for ' if found.strip() else ''}{net}" if net else shortened)


def _compared(found: re.Match[str]) -> str:
    """A comparison that does not hold as what is true: what was to be larger is smaller."""
    what, other, large, small, where = found.groups()
    named = "" if re.fullmatch(_NUMBER, other) else f", {other}"
    return f"{what} is {large} < {small}{named}{f', {where}' if where else ''}"


def _rounded(text: str) -> str:
    """The decimals of a text to three significant digits, or to more where numbers would become equal, or whole."""
    written = set(_DECIMAL.findall(text))
    whole = set(map(float, _WHOLE.findall(text)))
    for digits in range(3, 17):
        short = {each: f"{float(each):.{digits}g}" for each in written}
        distinct = len(whole | set(map(float, short.values()))) == len(whole | set(map(float, written)))
        if distinct and all(float(each).is_integer() or not float(short[each]).is_integer() for each in written):
            return _DECIMAL.sub(lambda found: short[found[0]], text)  # noqa: B023 - used before the loop goes on
    return text


def others_word(shown: ShownClaim) -> str:
    """The title of the fold that holds the statements besides the headline."""
    count = len(shown.others)
    return "One more statement" if count == 1 else f"{count} more statements"
