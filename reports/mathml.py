"""Small repairs to pandoc's MathML, for what browsers make of it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_APPLICATION = "\u2061"
_NORM = "\u2016"
"""The bars of \\lVert, which in TeX do not grow with their content; those of \\left\\lVert are another character."""
_BRACKETS = "()[]{}⟨⟩⌊⌋⌈⌉"
"""What opens or closes by itself, wherever it stands."""
_SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
_OVER_A_LETTER = {
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "¯",
    "\u0307": "˙",
    "\u0308": "¨",
    "\u030c": "ˇ",
    "\u203e": "¯",
}
"""Combining accents have no width, so that a browser centres them in the wrong place; these stand by themselves."""
_ROWS = ("math", "mrow")
_NARROW = 16
"""So many characters of a formula within a line fit on a phone; a longer one is marked, so that it can scroll."""
_OVER_MORE = {"¯": "\u203e"}
"""An overline that grows."""


def mended(page: str) -> str:
    r"""The HTML ``page`` with its formulas mended: accents sit over their letters, functions apart from arguments.

    >>> start = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mover><mi>g</mi><mo accent="true">'
    >>> print(mended(start + "\u0303</mo></mover></math>"))
    <math><mover><mi>g</mi><mo accent="true" stretchy="false">~</mo></mover></math>
    """
    return re.sub(r"<math\b.*?</math>", lambda found: _mended(found[0]), page, flags=re.DOTALL)


def _with_source_aside(root: ElementTree.Element) -> None:
    """The TeX that a formula was made from as an attribute, unless the formula reads the same; no row of one row."""
    for semantics in root.findall(f"{{{_NAMESPACE}}}semantics"):
        root.remove(semantics)
        root.extend(element for element in semantics if _name(element) != "annotation")
        tex = " ".join((semantics.findtext(f"{{{_NAMESPACE}}}annotation") or "").split())
        if tex != "".join(root.itertext()):
            root.set("alttext", tex)
    if len(root) == 1 and _name(root[0]) == "mrow" and not root[0].attrib:
        root[:] = list(root[0])


def _mended(formula: str) -> str:
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.fromstring(formula)
    _with_source_aside(root)
    for element in list(root.iter()):
        if _name(element) == "mover":
            _mend_accent(*element)
        if _name(element) == "mo" and element.text == _NORM and "minsize" not in element.attrib:
            element.set("stretchy", "false")
        if _name(element) == "mo" and (element.text or "-") in _BRACKETS:
            element.attrib.pop("form", None)
        if _name(element) in _SCRIPTED:
            _close_up_scripts(element)
        else:
            _space_functions(element)
        if not (element.text or "").isascii() and element.get("mathvariant") != "normal":
            element.attrib.pop("mathvariant", None)  # the letter itself is bold, script or double-struck
        if _name(element) in _ROWS:
            _leave_out_forms(element)
    inline = root.get("display") != "block"
    if inline:
        root.attrib.pop("display", None)  # the default
    written = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
    written = written.replace("></mspace>", "/>")
    # HTML knows the element without its namespace
    written = written.replace(f' xmlns="{_NAMESPACE}"', "", 1)
    wide = inline and len("".join(root.itertext())) > _NARROW
    return f'<span class="wide">{written}</span>' if wide else written


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _mend_accent(base: ElementTree.Element, accent: ElementTree.Element) -> None:
    if accent.get("accent") != "true":
        return
    over_a_letter = _name(base) in ("mi", "mn")
    better = _OVER_A_LETTER if over_a_letter else _OVER_MORE
    accent.text = better.get(accent.text or "", accent.text)
    if over_a_letter:
        accent.set("stretchy", "false")


def _close_up_scripts(scripted: ElementTree.Element) -> None:
    """A lone operator in a script, as in the positive part, is no relation and needs no space around it."""
    for script in list(scripted)[1:]:
        if _name(script) == "mo" and script.get("accent") is None:
            script.attrib |= {"lspace": "0", "rspace": "0"}


def _leave_out_forms(row: ElementTree.Element) -> None:
    """No attribute says what a browser does anyway: the first in a row is a prefix, the last one a postfix."""
    children = list(row)
    if len(children) > 1:
        for child, form in ((children[0], "prefix"), (children[-1], "postfix")):
            if child.get("form") == form:
                del child.attrib["form"]


def _space_functions(row: ElementTree.Element) -> None:
    """A thin space between a function and its argument, unless the argument is in parentheses."""
    children = list(row)
    for place in reversed(range(len(children) - 1)):
        if _is_function(children[place]) and _name(children[place + 1]) not in ("mo", "mspace", "annotation"):
            row.insert(place + 1, ElementTree.Element(f"{{{_NAMESPACE}}}mspace", {"width": "0.167em"}))


def _is_function(element: ElementTree.Element) -> bool:
    children = list(element)
    if not children:
        return False
    if _name(element) in _SCRIPTED:
        base = children[0]
        return _is_function(base) or (_name(base) == "mi" and len(base.text or "") > 1)
    return _name(element) == "mrow" and (children[-1].text or "") == _APPLICATION
