"""What stands in an expression for a subexpression: its name, with derivatives of it that are not carried out.

A derivative of a name is not 0, as SymPy would have it: the variables are those of its value.
"""

from __future__ import annotations

import sympy as sp
from sympy.printing.precedence import PRECEDENCE


class Name(sp.Expr):  # type: ignore[misc]
    """A name, as written, of an expression with these indices."""

    is_commutative = True
    is_number = False
    precedence = PRECEDENCE["Atom"]

    @property
    def label(self) -> sp.Symbol:
        """The symbol under which its notation is registered."""
        return self.args[0]

    @property
    def indices(self) -> tuple[sp.Expr, ...]:
        """What it depends on."""
        return tuple(self.args[1:])


class DerivativeOfName(sp.Expr):  # type: ignore[misc]
    """The derivative of what has a name, by variables (variable, how often) that its value depends on."""

    is_commutative = True
    is_number = False
    precedence = PRECEDENCE["Mul"]

    @property
    def name(self) -> Name:
        """What is differentiated."""
        name: Name = self.args[0]
        return name

    @property
    def variables(self) -> tuple[sp.Tuple, ...]:
        """The variables, each with the number of times."""
        return tuple(self.args[1:])


class Gradient(sp.Expr):  # type: ignore[misc]
    """The vector of the derivatives of what has a name, by the entries of a vector: the name and the vector."""

    is_commutative = True
    is_number = False
    precedence = PRECEDENCE["Mul"]
