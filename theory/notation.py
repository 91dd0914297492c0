"""How names of symbols are written, in LaTeX: shared by all that shows formulas, and by nothing that judges them."""

from __future__ import annotations

_names: dict[str, str] = {}


def named(name: str, latex: str) -> str:
    """Register how a symbol or an indexed base is written, and return its name, with primes if others write that name otherwise.

    A name stands for one notation: modules that use one word for two quantities get two symbols.

    >>> named("width_of_an_example", "k"), named("width_of_an_example", "m"), named("width_of_an_example", "k")
    ('width_of_an_example', "width_of_an_example'", 'width_of_an_example')
    """
    while _names.setdefault(name, latex) != latex:
        name += "'"
    return name


def notation(name: str) -> str | None:
    r"""How a name is written, or ``None`` if it is not registered.

    >>> print(notation(named("rate_of_an_example", r"\eta")))
    \eta
    """
    return _names.get(name)


def written(name: str) -> str:
    """How a name is written, the name itself if it is not registered.

    >>> written("of_no_derivation")
    'of_no_derivation'
    """
    return notation(name) or name
