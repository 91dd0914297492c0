"""The changes that are made to a module, one at a time, each the smallest that could make it say something false.

Comparisons one off, constants one off, arithmetic turned, `and` for `or` or one of the two left out, `not` left out,
a returned value replaced, a branch always or never taken, a sign left out, smallest for largest, slices one off,
a refusal left out. Annotations, docstrings, decorators, messages and what is imported for types are left as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_OPPOSITE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_PAIRS = (("min", "max"), ("any", "all"), ("Min", "Max"), ("minimum", "maximum"), ("floor", "ceil"), ("lower", "upper"))
_TURNED = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


_LEFT = frozenset({"annotation", "returns", "decorator_list", "exc", "cause", "msg", "type_params", "pattern"})


@dataclass(frozen=True)
class Mutant:
    """One change of a file: what stands in a stretch of its lines, and what is put there."""

    file: str
    function: str
    line: int
    text: str
    """The line where the change begins, stripped."""
    before: str
    after: str
    number: int
    """Which of the changes of this function that read the same."""
    span: tuple[int, int]
    """First byte and the one after the last."""
    lines: range
    """Those of the statement, without what stands in its branches."""

    @property
    def name(self) -> str:
        """What a mutant is known by, wherever in the file its function stands."""
        return f"{self.file} {self.function}: {self.before} -> {self.after} in `{self.text}` #{self.number}"

    def applied(self, source: bytes) -> bytes:
        """The text of the file with the change."""
        start, end = self.span
        return source[:start] + self.after.encode() + source[end:]


def mutants(source: bytes, file: str) -> list[Mutant]:
    """All changes of a file, from its top to its end.

    >>> [m.after for m in mutants(b"def f(x, y) -> bool: return x < -y", "f.py")]
    ['return True', 'return False', '(x <= -y)', '(y)']
    """
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: list[Mutant] = []
    seen: dict[tuple[str, ...], int] = {}
    for function, statement, node, after in _changes(tree, "", tree, None):
        span = (
            starts[node.lineno - 1] + node.col_offset,
            starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0),
        )
        text, before = lines[node.lineno - 1].decode().strip(), source[slice(*span)].decode()
        if before == after:
            continue
        key = (function, text, before, after)
        seen[key] = seen.get(key, 0) + 1
        found.append(Mutant(file, function, node.lineno, text, before, after, seen[key], span, _lines(statement)))
    return found


Change = tuple[str, ast.AST, ast.stmt | ast.expr, str]


def _changes(node: ast.AST, function: str, statement: ast.AST, returns: ast.expr | None) -> Iterator[Change]:
    for field, value in ast.iter_fields(node):
        if field in _LEFT:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _untouched(child):
                continue
            inside, declared = function, returns
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inside = f"{function}.{child.name}".strip(".")
                declared = None if isinstance(child, ast.ClassDef) else child.returns
            within = child if isinstance(child, ast.stmt) else statement
            yield from ((inside, within, old, after) for old, after in _replacements(child, declared))
            yield from _changes(child, inside, within, declared)


def _lines(statement: ast.AST) -> range:
    first, last = getattr(statement, "lineno", 1), getattr(statement, "end_lineno", 1)
    body = getattr(statement, "body", None)
    return range(first, max(first, body[0].lineno - 1 if body else last) + 1)


def _untouched(node: ast.AST) -> bool:
    """Docstrings and messages, names of types, what is imported, and that sequences zipped are of one length."""
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)


def _replacements(node: ast.AST, returns: ast.expr | None) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """What is replaced, the node itself or a part of it, and by what."""
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Constant):
        yield from ((node.test, truth) for truth in (["False"] if isinstance(node, ast.While) else ["True", "False"]))
    if isinstance(node, ast.comprehension):
        yield from ((test, "True") for test in node.ifs)
    if isinstance(node, ast.Slice):
        # constants are moved by themselves
        for end in (node.lower, node.upper):
            if end is not None and not isinstance(end, ast.Constant):
                yield from ((end, f"({ast.unparse(end)} {sign} 1)") for sign in "+-")
    if isinstance(node, ast.stmt):
        yield from ((node, after) for after in _statements(node, returns))
    if isinstance(node, ast.expr):
        yield from ((node, after) for after in _expressions(node))


def _statements(node: ast.stmt, returns: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Raise() | ast.Assert() | ast.Expr(value=ast.Call()):
            yield "pass"
        case ast.Return(value=ast.expr() as value):
            is_truth = returns is not None and ast.unparse(returns) == "bool"
            if is_truth and not isinstance(value, ast.Constant):
                yield from ("return True", "return False")
            elif not is_truth and ast.unparse(value) != "None":
                yield "return None"


def _expressions(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                ops = [*node.ops[:at], _turned(operator), *node.ops[at + 1 :]]
                yield _written(ast.Compare(node.left, ops, node.comparators))
        case ast.Constant(value=bool() as truth):
            yield str(not truth)
        case ast.Constant(value=int() | float() as number):
            yield from (f"({number + 1})", f"({number - 1})")
        case ast.BinOp():
            if not isinstance(node.op, ast.MatMult) and not _is_text(node):
                yield _written(ast.BinOp(node.left, _turned(node.op), node.right))
        case ast.BoolOp():
            yield _written(ast.BoolOp(_turned(node.op), node.values))
            for at in range(len(node.values)):
                rest = [*node.values[:at], *node.values[at + 1 :]]
                yield _written(ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0])
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield _written(operand)
        case ast.Call(func=ast.Name(id=name)) if name in _TURNED:
            yield _written(ast.Call(ast.Name(_TURNED[name]), node.args, node.keywords))
        case ast.Attribute(attr=name) if name in _TURNED:
            yield _written(ast.Attribute(node.value, _TURNED[name]))


def _turned(operator: ast.AST) -> Any:
    return _OPPOSITE[type(operator)]()


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _written(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"
