"""Bounds of a sum of rectifiers of two variables, proved box by box in whole numbers.

F(s, t) = constant + sum_j m_j relu(l_j), l_j = alpha_j + beta_j s + gamma_j t. On a box a rectifier whose argument does
not change sign is affine or 0. One whose argument does is at most the interpolant of its values at the corners, being
convex, and at least kappa l for each 0 <= kappa <= 1. So F is below a function that is affine in s and in t, and so is
-F: an affine limit that is not below these at the corners is not below |F| on the box. Where that is not so, the box is
cut into four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofs_checks.verify.arithmetic import ZERO
from proofs_checks.verify.reading import NotProved, Unreadable

Form = tuple[int, int, int]
"""alpha, beta, gamma, of the function alpha + beta s + gamma t."""
Term = tuple[int, Form]
"""m and l, of m relu(l)."""
Corners = tuple[int, int, int, int]
DEEPEST = 26
MOST_WORK = 1 << 23
"""Rectifiers on boxes: some minutes."""
_WORK_OF_A_BOX = 8


@dataclass(frozen=True)
class Box:
    """i <= 2^depth s <= i + 1 and j <= 2^depth t <= j + 1."""

    i: int
    j: int
    depth: int

    def parts(self) -> Iterable[Box]:
        """Its quarters."""
        return (Box(2 * self.i + e, 2 * self.j + f, self.depth + 1) for e in (0, 1) for f in (0, 1))

    def corners(self, form: Form) -> Corners:
        """2^depth times the function at the corners (0, 0), (0, 1), (1, 0), (1, 1)."""
        alpha, beta, gamma = form
        value = (alpha << self.depth) + beta * self.i + gamma * self.j
        return value, value + gamma, value + beta, value + beta + gamma


def require_within(
    terms: Sequence[Term],
    constant: int,
    start: Iterable[Box],
    limit: Callable[[Box], Form | None],
    said: Callable[[Box], str],
) -> None:
    """Refuse unless |F| is at most the limit on all boxes.

    The limit is an affine function for each box, and None where nothing is claimed; the true limit is not negative, so
    that boxes are passed on which F is 0. What is ``said`` of a box is what is not proved where the proof fails. The
    first box that cannot be decided ends the search, since parts come before other boxes.
    """
    work = 0
    left: list[tuple[Box, Form, Sequence[Term]]] = [(box, (constant, 0, 0), terms) for box in start]
    while left:
        box, settled, terms = left.pop()
        bound = limit(box)
        if bound is None:
            continue
        work += len(terms) + _WORK_OF_A_BOX
        if work > MOST_WORK:
            raise Unreadable("its boxes are too many for this checker")
        settled, terms, rising, falling = _sorted(box, settled, terms)
        if not terms and not any(settled):
            continue
        bounds, affine = box.corners(bound), box.corners(settled)
        above = [limit - value for limit, value in zip(bounds, affine, strict=True)]
        below = [limit + value for limit, value in zip(bounds, affine, strict=True)]
        if _enough(above, rising, falling) and _enough(below, falling, rising):
            continue
        if box.depth == DEEPEST:
            raise NotProved(said(box))
        left.extend((part, settled, terms) for part in box.parts())


def _sorted(
    box: Box, settled: Form, terms: Sequence[Term]
) -> tuple[Form, Sequence[Term], Sequence[Corners], Sequence[Corners]]:
    """What is affine on the box, those rectifiers added that are; the others but those that are 0; and of these |m| l
    at the corners, those with m > 0 and those with m < 0.
    """
    constant, slope, other = settled
    kept, rising, falling = [], [], []
    for term in terms:
        m, form = term
        a, b, c, d = corners = box.corners(form)
        if a <= 0 and b <= 0 and c <= 0 and d <= 0:
            continue
        if min(corners) >= 0:
            alpha, beta, gamma = form
            constant, slope, other = constant + m * alpha, slope + m * beta, other + m * gamma
            continue
        kept.append(term)
        if m > 0:
            rising.append((m * a, m * b, m * c, m * d))
        else:
            falling.append((-m * a, -m * b, -m * c, -m * d))
    return (constant, slope, other), kept, rising, falling


def _enough(room: Sequence[int], taking: Sequence[Corners], giving: Sequence[Corners]) -> bool:
    """Whether the room at the corners is proved to be enough for the rectifiers relu(l) that take of it, some being
    given back by others.

    Of those that give there are kappa l: of the one that may give most any kappa will do, of the others kappa is 0 or
    1, the larger in the middle of the box.
    """
    if taking:
        taken = [sum([value for value in column if value > 0]) for column in zip(*taking, strict=True)]
        room = [left - value for left, value in zip(room, taken, strict=True)]
    if not giving:
        return min(room) >= 0
    chosen = max(giving, key=lambda corners: min(max(corners), -min(corners)))
    given = [corners for corners in giving if corners is not chosen and sum(corners) > 0]
    if given:
        room = [left + sum(column) for left, column in zip(room, zip(*given, strict=True), strict=True)]
    if min(room) >= 0:
        return True
    least, most = ZERO, Fraction(1)
    for left, value in zip(room, chosen, strict=True):
        if value > 0:
            least = max(least, Fraction(-left, value))
        elif value < 0:
            most = min(most, Fraction(left, -value))
        elif left < 0:
            return False
    return least <= most
