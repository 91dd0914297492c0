"""Certificates that the independent checker accepts, and what it says to those that were changed."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from numerics.certificate.disc import write_disc_measure, write_disc_net
from numerics.separation.bracket.table import Bracket, bracket_table
from proofs_checks.verify import __main__ as verify

Document = dict[str, Any]
Writer = Callable[[Path], None]


def accepted(write: Writer) -> dict[str, Any]:
    """The claims of a certificate, written and accepted.

    Raises ``AssertionError`` with what the checker says if it does not accept it.
    """
    status, said, document = _outcome(write, lambda _: None)
    if status != verify.ACCEPTED:
        raise AssertionError(f"the certificate is not accepted: {said}")
    claims: dict[str, Any] = document["claims"]
    return claims


def refused(write: Writer, change: Callable[[Document], object]) -> str | None:
    """What the checker says to a certificate that was changed; None if it does not refuse it."""
    status, said, _ = _outcome(write, change)
    return said if status == verify.REFUSED else None


def lower_end(bracket: Bracket) -> Writer:
    """The certificate of the lower end."""
    return lambda path: write_disc_measure(path, bracket.measure, bracket.supremum, bracket.norm)


def upper_end(bracket: Bracket) -> Writer:
    """The certificate of the upper end."""
    return lambda path: write_disc_net(path, bracket.net, bracket.error, bracket.norm)


@cache
def proved_ends(step_size: Fraction) -> tuple[Fraction, Fraction]:
    """Both ends at a step size, as the independent checker accepts them: from the exact certificates, in fractions."""
    (bracket,) = bracket_table(step_sizes=[step_size])
    low, high = accepted(lower_end(bracket))["least_error"], accepted(upper_end(bracket))["largest_error"]
    return Fraction(low), Fraction(high)


def _outcome(write: Writer, change: Callable[[Document], object]) -> tuple[int, str, Document]:
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as said:
        path = Path(folder) / "certificate.json"
        write(path)
        document: Document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document), encoding="utf-8")
        status = verify.main([str(path)])
    return status, said.getvalue().strip().removeprefix(f"{path}: "), document
