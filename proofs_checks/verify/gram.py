"""The Gram matrix of the gradients, n K = J J^T, in whole numbers, and ends of its largest eigenvalue.

n K_{jl} = 1 + sum_i z_ji z_li + (sum_i c_i m_ji m_li) <(x_j, 1), (x_l, 1)> with outputs z, masks m and levers c_i =
w2_i^2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from proofs_checks.verify.arithmetic import ZERO, Rows, dot, gram, root
from proofs_checks.verify.definite import is_semidefinite, require_eigenvalues_below
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.reading import NotProved, require

_OUTPUT_BITS = 58
_ENTRY_BITS = 102
MOST_EXACT, _EXACT_BITS = 100, 204
"""Rows, and bits of an entry of so many, that an elimination in whole numbers takes some seconds for."""
_LEVEL_BITS, _SLACK_BITS = 114, 41
"""Bits of a level, and the part of it that is left to the factorisation."""


@dataclass(frozen=True)
class Gram:
    """n K as a whole matrix: ``matrix`` is below unit J' J'^T by at most 1 an entry, and |J - J'| is at most
    ``error``; ``uncut`` finds c and c J J^T in whole numbers, where it can.
    """

    matrix: Rows
    unit: Fraction
    error: Fraction
    uncut: Callable[[], tuple[Fraction, Rows]] | None = None

    def require_largest_below(self, high: Fraction, drift: Fraction = ZERO) -> None:
        """Prove |J|^2 <= high for all derivatives within drift of J; of few data also where they are equal."""
        level = math.floor(max(root(high) - self.error - drift, ZERO) ** 2 * self.unit)
        # the factor has entries of half as many bits, also where the level is far above the matrix
        down = max(0, level.bit_length() - _LEVEL_BITS)
        level, matrix = level >> down, [[entry >> down for entry in row] for row in self.matrix]
        slack = level >> _SLACK_BITS
        try:
            require_eigenvalues_below(level - slack, matrix, slack, "the upper end of the sharpness")
        except NotProved:
            if self.uncut is None or drift or len(self.matrix) > MOST_EXACT or not is_at_most(*self.uncut(), high):
                raise

    def require_largest_above(self, low: Fraction, vector: Sequence[int], drift: Fraction = ZERO) -> None:
        """Prove |J|^2 >= low for all derivatives within drift of J, by the Rayleigh quotient of a vector."""
        square = dot(vector, vector)
        image = [dot(row, vector) for row in self.matrix]
        quotient = (Fraction(dot(vector, image), square) - len(vector)) / self.unit
        proved = max(root(quotient) - self.error - drift, ZERO) ** 2
        require(proved >= low, "the lower end of the sharpness")


def is_at_most(unit: Fraction, matrix: Rows, high: Fraction) -> bool:
    """Whether no eigenvalue of a whole matrix exceeds unit times high; False where that takes too long to decide."""
    common = math.gcd(*(entry for row in matrix for entry in row))
    level = high * unit / common
    rows = [[-entry // common * level.denominator for entry in row] for row in matrix]
    for place, row in enumerate(rows):
        row[place] += level.numerator
    bits = max(abs(entry) for row in rows for entry in row).bit_length()
    return len(rows) * bits <= MOST_EXACT * _EXACT_BITS and is_semidefinite(rows)


def gram_matrix(f: NetworkOnData) -> Gram:
    """N K of the network itself."""
    return gram_with(f, f.hidden, f.t_bits, [w * w for w in f.w2], 2 * f.w2_bits)


def gram_with(f: NetworkOnData, hidden: Rows, bits: int, levers: Sequence[int], lever_bits: int) -> Gram:
    """N K with outputs over 2^bits and levers over 2^lever_bits, of this network or of a rescaling.

    Outputs are cut to some 58 bits, which moves the derivative by at most sqrt(nk) times the last bit; entries are cut
    to some 102.
    """
    cut = max(0, max((max(row, default=0) for row in hidden), default=0).bit_length() - _OUTPUT_BITS)
    error = root(f.n * f.k * Fraction(4) ** (cut - bits), up=True) if cut else ZERO
    shortened = [[z >> cut for z in row] for row in hidden]
    scale, matrix = _products(f, shortened, bits - cut, levers, lever_bits)
    down = max(row[-1] for row in matrix).bit_length() - _ENTRY_BITS
    lower = [[entry << max(-down, 0) >> max(down, 0) for entry in row] for row in matrix]

    def uncut() -> tuple[Fraction, Rows]:
        scale, matrix = _products(f, hidden, bits, levers, lever_bits)
        return Fraction(2) ** scale, _both_halves(matrix)

    return Gram(_both_halves(lower), Fraction(2) ** (scale - down), error, uncut)


def _products(
    f: NetworkOnData, hidden: Rows, bits: int, levers: Sequence[int], lever_bits: int
) -> tuple[int, list[list[int]]]:
    """A number s and 2^s n K on and below the diagonal."""
    scales = lever_bits + 2 * f.x_bits, 2 * bits, 0
    by_lever, by_output, by_one = (max(scales) - scale for scale in scales)
    matrix = gram([list(map(mul, levers, row)) for row in f.masks], f.masks)
    for row, features, output in zip(matrix, f.features, gram(hidden), strict=True):
        row[:] = [
            (lever * feature << by_lever) + (product << by_output) + (1 << by_one)
            for lever, feature, product in zip(row, features, output, strict=True)
        ]
    return max(scales), matrix


def _both_halves(lower: Rows) -> list[list[int]]:
    """A symmetric matrix, from what is on and below its diagonal."""
    return [[*row, *(later[j] for later in lower[j + 1 :])] for j, row in enumerate(lower)]
