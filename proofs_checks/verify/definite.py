"""Eigenvalues below a level, proved by a factorisation that need not be exact.

L L^T is positive semidefinite whatever L is. So if c I - A - L L^T has a Frobenius norm of at most s, then every
eigenvalue of A is at most c + s.
"""

from __future__ import annotations

import math

from proofs_checks.verify.arithmetic import Rows, dot, packed, shortened, unpacked, width_for
from proofs_checks.verify.reading import require

_LARGEST = 1 << 58
"""Entries of the factor stay below this."""
_BLOCK = 64


def require_eigenvalues_below(level: int, matrix: Rows, slack: int, what: str) -> None:
    """Prove that no eigenvalue of a symmetric matrix of whole numbers is above level + slack, even if entries change
    by up to 1.

    The factor is that of Cholesky, from the last row up, rounded to whole numbers; what it misses is added up exactly.
    """
    n, missed = len(matrix), 0
    width = width_for(n * _LARGEST * _LARGEST)
    rows: list[list[int]] = []
    columns: list[int] = []
    for j in reversed(range(n)):
        if j % _BLOCK == _BLOCK - 1:
            columns = shortened(columns, j + 1, width)
        known = unpacked(dot([row[j] for row in rows], columns), j + 1, width)
        *rest, pivot = [-entry - value for entry, value in zip(matrix[j][: j + 1], known, strict=True)]
        pivot += level
        diagonal = math.isqrt(max(pivot, 0))
        require(diagonal > 0, f"{what} (no Cholesky factor)")
        divided = [divmod(entry, diagonal) for entry in rest]
        missed += (pivot - diagonal**2) ** 2 + 2 * sum(remainder * remainder for _, remainder in divided)
        row = [*(quotient for quotient, _ in divided), diagonal]
        require(max(map(abs, row)) < _LARGEST, f"{what} (the Cholesky factor is too large)")
        rows.append(row)
        columns.append(packed(row, width))
    require(math.isqrt(missed) + 1 + n <= slack, what)


def is_semidefinite(rows: list[list[int]]) -> bool:
    """Whether a symmetric matrix of whole numbers has no negative eigenvalue, by elimination without fractions
    (Bareiss): what remains, divided by the pivot before, is a matrix of minors.
    """
    before = 1
    while rows:
        place = max(range(len(rows)), key=lambda i: rows[i][i])
        pivot = rows[place][place]
        if pivot <= 0:
            return pivot == 0 and not any(map(any, rows))
        others = [i for i in range(len(rows)) if i != place]
        rows = [[(pivot * rows[i][j] - rows[i][place] * rows[place][j]) // before for j in others] for i in others]
        before = pivot
    return True
