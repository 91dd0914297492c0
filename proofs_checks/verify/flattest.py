"""Certificates of flattest rescalings: the infimum of lambda_max(K) over (c_i w1_i, c_i b1_i, w2_i / c_i), c_i > 0,
from both sides.

Above: the scales written down. Below: by duality, for any vectors u_r,
n lambda_max sum_r |u_r|^2 >= sum_r (1^T u_r)^2 + 2 sum_i |w2_i| sqrt(sum_r <u_r, z_i>^2 sum_r |sum_j u_rj m_ji (x_j,
1)|^2) at all scales.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from operator import mul

from proofs_checks.verify.arithmetic import dot, integers, products, root
from proofs_checks.verify.audit import shown
from proofs_checks.verify.gram import gram_with
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.reading import Entries, require

_LEVER_BITS = 64


def check_flattest(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where the claim is not."""
    f = NetworkOnData(certificate.object("network"), certificate.object("data"))
    scales, vectors = certificate.array("scales", 1), certificate.array("vectors", 2)
    claims = certificate.object("claims")
    certificate.close()
    low, high = claims.enclosure("flattest_sharpness")
    claims.close()

    fits = scales.shape == (f.k,) and vectors.shape[1] == f.n
    require(fits and min(scales.entries, default=1) > 0 and any(vectors.entries), "scales and vectors that fit")
    require_reached(f, scales.entries, high)
    entries, _ = integers(vectors.entries)
    rows = [entries[at : at + f.n] for at in range(0, len(entries), f.n)]
    require(dual_value(f, rows) >= low * f.n * dot(entries, entries), "the lower end of the flattest sharpness")
    return f"the flattest rescaling of the network has lambda_max(K) {shown((low, high))}"


def require_reached(f: NetworkOnData, scales: list[float], high: Fraction) -> None:
    """lambda_max(K) <= high at the scales written down; the levers (w2/c)^2 are rounded up."""
    factors, c_bits = integers(scales)
    ratios = [Fraction(w << c_bits, factor << f.w2_bits) ** 2 for w, factor in zip(f.w2, factors, strict=True)]
    sizes = [ratio.denominator.bit_length() - ratio.numerator.bit_length() for ratio in ratios if ratio]
    bits = _LEVER_BITS + max([0, *sizes])
    hidden = [list(map(mul, factors, row)) for row in f.hidden]
    levers = [ceil(ratio * 2**bits) for ratio in ratios]
    gram_with(f, hidden, f.t_bits + c_bits, levers, bits).require_largest_below(f.n * high)


def dual_value(f: NetworkOnData, rows: list[list[int]]) -> Fraction:
    """The right side of the duality, rounded down."""
    weighted = [list(map(mul, row, mask)) for mask in zip(*f.masks, strict=True) for row in rows]
    moments = [dot(moment, moment) for moment in products(weighted, list(zip(*f.x, strict=True)))]
    total = Fraction(sum(sum(row) ** 2 for row in rows))
    for i, w in enumerate(f.w2):
        outputs = sum(sum(u * z[i] for u, z in zip(row, f.hidden, strict=True)) ** 2 for row in rows)
        levers = sum(moments[i * len(rows) : (i + 1) * len(rows)])
        square = Fraction(outputs * levers, 4 ** (f.t_bits + f.x_bits))
        total += Fraction(2 * abs(w), 1 << f.w2_bits) * root(square)
    return total
