"""The Hessian of the loss, n H = J^T J + n R, at a network with no datum on a kink; ends of its largest eigenvalue.

R has the block B_i = E[r 1_i (X, 1)] between w2_i and (w1_i, b1_i), r the residuals, and nothing else. Its eigenvalues
are 0 and +-|B_i|, so that rho = max |B_i| bounds what it moves, and the negative curvature.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from operator import mul

from proofs_checks.verify.arithmetic import ZERO, dot, products, root
from proofs_checks.verify.gram import MOST_EXACT, Gram, gram_with, is_at_most
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.reading import NotProved, require

_OUTPUT_BITS = 57


class ResidualPart:
    """The blocks n B_i as whole numbers over 2^bits: ``blocks`` [k][d + 1]."""

    def __init__(self, f: NetworkOnData) -> None:
        self.f = f
        residuals, r_bits = integers_of(f.residuals)
        weighted = [list(map(mul, residuals, mask)) for mask in zip(*f.masks, strict=True)]
        self.blocks = products(weighted, list(zip(*f.x, strict=True))) if f.k else []
        self.bits = r_bits + f.x_bits
        unit = f.n << self.bits
        self.squares = [Fraction(dot(block, block), unit**2) for block in self.blocks]

    @property
    def size(self) -> Fraction:
        """rho, rounded up."""
        return root(max(self.squares, default=ZERO), up=True)

    def require_largest_above(self, low: Fraction, vector: Sequence[int]) -> None:
        """Prove lambda_max(H) >= low: up to rho by R, since K has no negative eigenvalue; else by S(low)."""
        if low * abs(low) > max(self.squares, default=ZERO):
            self._schur(low).require_largest_above(self.f.n * low, vector)

    def require_largest_below(self, high: Fraction) -> None:
        """Prove lambda_max(H) <= high by S(high); of few parameters also where they are equal, by H itself."""
        try:
            self._schur(high).require_largest_below(self.f.n * high)
        except NotProved:
            parameters = self.f.k * (len(self.f.x[0]) + 1) + 1
            if parameters > MOST_EXACT or not is_at_most(*self._whole(), self.f.n * high):
                raise

    def _whole(self) -> tuple[Fraction, list[list[int]]]:
        """A unit and n H times that as whole numbers, in the order (w1_i, b1_i) one after the other, w2, b2."""
        f = self.f
        scales = f.w2_bits + f.x_bits, f.t_bits, 0
        bits = max(max(scales), -(-self.bits // 2))
        by_lever, by_output, by_one = (bits - scale for scale in scales)
        rows = [
            [
                *(w * m * entry << by_lever for w, m in zip(f.w2, mask, strict=True) for entry in point),
                *(z << by_output for z in hidden),
                1 << by_one,
            ]
            for point, mask, hidden in zip(f.x, f.masks, f.hidden, strict=True)
        ]
        columns = list(zip(*rows, strict=True))
        matrix = [[dot(one, other) for other in columns] for one in columns]
        at = 0
        for i, block in enumerate(self.blocks):
            output = f.k * len(f.x[0]) + i
            for place, entry in enumerate(block, at):
                matrix[output][place] += entry << 2 * bits - self.bits
                matrix[place][output] += entry << 2 * bits - self.bits
            at += len(block)
        return Fraction(1 << 2 * bits), matrix

    def _schur(self, c: Fraction) -> Gram:
        """The Schur complement n S(c), for c > rho: lambda_max(H) <= c if and only if lambda_max(S(c)) <= c.

        n S = n K - Z Z^T + sum_i v_i v_i^T / (c^2 - |B_i|^2),   v_i = c z_i + w2_i 1_i <(x_j, 1), B_i>,

        since c - R is positive and J (c - R)^-1 J^T = n S / c. It is the Gram matrix of a network with the outputs
        v_i / sqrt(c^2 - |B_i|^2) in the place of z_i.
        """
        f = self.f
        gaps = [c**2 - square for square in self.squares]
        require(c > 0 and all(gap > 0 for gap in gaps), "an end of the sharpness, above the residual part")
        slopes = products(f.x, self.blocks) if f.k else [[] for _ in f.x]
        unit = f.n << self.bits + f.x_bits + f.w2_bits
        # the roots are rounded up here, and by how much that may matter is added to the error
        factors = [1 / root(gap, up=True) for gap in gaps]
        outputs = [
            [
                (c * Fraction(z, 1 << f.t_bits) + Fraction(w * m * slope, unit)) * factor
                for z, w, m, slope, factor in zip(hidden, f.w2, mask, along, factors, strict=True)
            ]
            for hidden, mask, along in zip(f.hidden, f.masks, slopes, strict=True)
        ]
        largest = max((abs(entry) for row in outputs for entry in row), default=ZERO)
        bits = _OUTPUT_BITS - largest.numerator.bit_length() + largest.denominator.bit_length()
        unit_in_the_last_place = Fraction(2) ** -bits
        whole = [[floor(entry / unit_in_the_last_place) for entry in row] for row in outputs]
        rounding = max((1 / root(gap) / factor - 1 for gap, factor in zip(gaps, factors, strict=True)), default=ZERO)
        off = unit_in_the_last_place + largest * rounding
        found = gram_with(f, whole, bits, [w * w for w in f.w2], 2 * f.w2_bits)
        error = found.error + root(f.n * f.k * off**2, up=True)
        return Gram(found.matrix, found.unit, error)


def integers_of(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """Whole numbers m and a number of bits b with value = m / 2^b, of fractions with powers of two below."""
    bits = max((value.denominator.bit_length() - 1 for value in values), default=0)
    return [value.numerator << bits - (value.denominator.bit_length() - 1) for value in values], bits
