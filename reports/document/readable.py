"""What checks write in plain letters, such as ``1/eta >= |w2|``, as mathematics for readers."""

from __future__ import annotations

import re
from collections.abc import Callable

from reports.latex import Markdown, escape, with_formulas

_LETTER = "alpha|beta|gamma|delta|epsilon|eps|eta|theta|kappa|lambda|mu|nu|pi|rho|tau|phi|psi"
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_FALSE = re.compile(rf"({_NUMBER}) (>=|<=|>|<) ({_NUMBER}) is false")
_OPPOSITE = {">=": "<", "<=": ">", ">": "<=", "<": ">="}
_ONE = re.compile(r"(?<![\w.*/^])1 (?=x_[12]\b)")
"""A coefficient that need not be written."""
_SINGLE = re.compile(r"\((-?[\d./]+),\)")
"""A tuple of one number as Python writes it."""
_QUOTED = re.compile(r"'(-?\d[\d./]*)'")
"""An exact number as Python writes it in a list."""
_FRACTION = re.compile(r"Fraction\((-?\d+), (\d+)\)")
"""A fraction as Python writes it."""
_TRAINED = re.compile(r"\b(\d+)-(raw|standardised)-(\d+\.\d+|\d+)(?:-(kinks|moved))?\b")
"""What a network trained on MNIST is called: digits, pixels, step size, and where it ended."""
_ENDED = {"": "", "kinks": ", on kinks", "moved": ", moved off kinks"}
_BALL = re.compile(rf"\[({_NUMBER})(?: \+/- {_NUMBER})?\](?!\])")
_GREEK = re.compile(rf"(?<![A-Za-z])(?:{_LETTER})(?![A-Za-z])(?:_\w\b)?")
_TOKEN = re.compile(
    rf"(?P<greek>{_GREEK.pattern})"
    rf"|(?P<differential>\bd(?:{_LETTER})\b)"
    r"|(?P<power>(?<![\w.])-?\d+(?:\.\d+)?e[+-]?\d+)"
    r"|(?P<weight>\b[wWb][12](?:_i)?(?![\w.]))"
    r"|(?P<coordinate>\bx_?[12]\b)"
    r"|(?P<root>sqrt\([\w. +*/-]+\)|sqrt ?[\d.]*\d)"
    r"|(?P<exponent>\^\((?:-?\d+|T)\)|\^(?:-?\d+|T)(?![\w.]))"
    r"|(?P<minus>(?:^|(?<=[\s(,/=]))-(?:\d+|(?=[( ]|[a-z]\b)))"
    r"|(?P<word>\bH\b|\bg[ht]\b|\brelu\b|<t, Ht>|<q, S q>|\|f\|_S|>=|<=|\+-|\bint (?=\S+ d\w)|\bsum (?=\|)"
    r"|\bE(?= ?[\[|XZz])"
    r"|\bR(?= ?(?:psi|rho)\b)|(?<=\))_\+)"
    r"|(?P<size>\|[a-z]\|(?:_\d)?)"
)
_WORDS = {
    "H": r"$\hessian$",
    "<t, Ht>": r"$\langle t, \hessian t\rangle$",
    "<q, S q>": r"$\langle q, \Sigma q\rangle$",
    "|f|_S": r"$\stabilitynorm{f}$",
    "gt": r"$\tilde g$",
    "gh": r"$\hat g$",
    "relu": "ReLU",
    "int ": r"$\int$ ",
    "sum ": r"$\sum$ ",
    "E": r"$\mathbb{E}$",
    "R": r"$\mathcal{R}$",
    "_+": "$_+$",
    "+-": r"$\pm$",
    ">=": r"$\ge$",
    "<=": r"$\le$",
}


def readable(text: str) -> Markdown:
    r"""``text`` with Greek letters, indices, powers, roots and signs set; formulas in dollars stay.

    What is false is said as what is true instead, and a ball by its centre.

    >>> print(readable("1/eta >= w2_i^2 at 1e-06"))
    1\/$\eta$ $\ge$ $w^{(2)}_i{}^{2}$ at $10^{-6}$
    >>> print(readable("4 >= [5.5 +/- 1e-9] is false"))
    4 \< 5\.5
    """
    text = " ".join(text.split())
    if text.count("$") % 2:
        return escape(text)
    parts = re.split(r"(\$[^$]+\$)", text)
    return Markdown("".join(with_formulas(part) if at % 2 else _set(part) for at, part in enumerate(parts)))


def _set(plain: str) -> str:
    plain = _QUOTED.sub(r"\1", _ONE.sub("", plain.replace("+ -", "- ")))
    plain = _FRACTION.sub(lambda found: found[1] if found[2] == "1" else f"{found[1]}/{found[2]}", plain)
    plain = _SINGLE.sub(r"(\1)", plain)
    plain = _TRAINED.sub(lambda found: f"{found[1]} {found[2]} digits, eta = {found[3]}{_ENDED[found[4] or '']}", plain)
    plain = _FALSE.sub(lambda found: f"{found[1]} {_OPPOSITE[found[2]]} {found[3]}", _BALL.sub(r"\1", plain))
    written, end = "", 0
    for token in _TOKEN.finditer(plain):
        written += _escaped(plain[end : token.start()]) + _SET[token.lastgroup or "word"](token[0])
        end = token.end()
        if plain[end : end + 1].isdigit():
            written += " "  # no digit may follow the end of a formula
    # two formulas side by side are one
    return (written + _escaped(plain[end:])).replace("$$", "{}")


def _greek(token: str) -> str:
    letter, *index = token.split("_")
    return f"$\\{'epsilon' if letter == 'eps' else letter}{'_' + index[0] if index else ''}$"


def _root(token: str) -> str:
    inside = token.removeprefix("sqrt").strip(" ()")
    return rf"$\sqrt{{{_GREEK.sub(lambda found: _greek(found[0]).strip('$'), inside)}}}$"


def _power(token: str) -> str:
    digits, _, exponent = token.partition("e")
    factor = "" if digits == "1" else rf"{digits}\cdot "
    return f"${factor}10^{{{int(exponent)}}}$"


_SET: dict[str, Callable[[str], str]] = {
    "greek": _greek,
    "power": _power,
    "weight": lambda token: f"${token[0]}^{{({token[1]})}}{token[2:]}$",
    "coordinate": lambda token: f"$x_{token[-1]}$",
    "differential": lambda token: rf"$d\{token[1:]}$",
    "root": _root,
    "size": lambda token: rf"$\lvert {token[1]}\rvert{token[3:]}$",
    "exponent": lambda token: "$^{" + token.strip("^()").replace("T", r"\mathsf T") + "}$",
    "minus": lambda token: f"${token}$",
    "word": _WORDS.__getitem__,
}


def _escaped(text: str) -> str:
    """Escape, keeping the blanks at both ends."""
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{escape(text)}{trail}" if text.strip() else text
