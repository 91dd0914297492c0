"""`python -m proofs_checks.verify FILE...`: check certificates in exact arithmetic, with the standard library alone.

One line a file; exit status 0 all accepted, 1 one refused, 2 one unreadable. The format: see `numerics.certificate`.
"""

from __future__ import annotations

import itertools
import json
import math
import struct
import sys
from binascii import a2b_base64
from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import mul
from pathlib import Path
from typing import Any

ZERO = Fraction(0)
Rows = Sequence[Sequence[int]]


def require(holds: bool, what: str) -> None:
    if not holds:
        raise ArithmeticError(what)


def rational(value: Any) -> Fraction:
    text = str(value) if type(value) is int else value
    require(len(text) < 4000 and not set(text) - set("0123456789-./"), "an entry is no rational number")
    return Fraction(text)


def array(dimensions: int, shape: Any, dtype: Any, base64: Any, table: Any = ()) -> tuple[list[int], list[float]]:
    """Shape and entries: floats, or the places of floats in a table of at most 256."""
    content, (kind, size) = a2b_base64(base64, strict_mode=True), ("float64", 8) if table == () else ("uint8", 1)
    known = len(shape) == dimensions and all(type(length) is int and length >= 0 for length in shape)
    require(known and dtype == kind and len(content) == math.prod(shape) * size, "an array has no such shape or type")
    floats = array(1, **table)[1] if size == 1 else struct.unpack(f"<{len(content) // 8}d", content)
    entries = [floats[p] for p in content] if size == 1 else list(floats)
    require(all(map(math.isfinite, entries)), "an entry is not finite")
    return shape, entries


def integers(entries: Iterable[float]) -> tuple[list[int], int]:
    """Whole numbers, and the power of two that they are over."""
    pairs = {entry: entry.as_integer_ratio() for entry in set(entries)}
    bits = max((bottom.bit_length() for _, bottom in pairs.values()), default=1)
    table = {entry: top << bits - bottom.bit_length() for entry, (top, bottom) in pairs.items()}
    return [table[entry] for entry in entries], bits - 1


def root(square: Fraction, up: bool = False) -> Fraction:
    """A square root, rounded down or up, at least 128 bits of it; exact where that many do. 0 of a negative number."""
    bits = max(0, 128 + (square.denominator.bit_length() - square.numerator.bit_length()) // 2)
    scaled, rest = divmod(max(square.numerator, 0) << 2 * bits, square.denominator)
    value = math.isqrt(scaled)
    return Fraction(value + (up and (rest > 0 or value * value < scaled)), 1 << bits)


def dot(left: Iterable[Any], right: Iterable[Any]) -> Any:
    return sum(map(mul, left, right))


def offset(count: int, width: int) -> int:
    return int.from_bytes((1 << 8 * width - 1).to_bytes(width, "little") * count, "little")


def packed(values: Sequence[int], width: int) -> int:
    """All values in one integer, at a distance of `width` bytes, to be multiplied and added in one go."""
    content = b"".join([(value + (1 << 8 * width - 1)).to_bytes(width, "little") for value in values])
    return int.from_bytes(content, "little") - offset(len(values), width)


def unpacked(number: int, count: int, width: int) -> list[int]:
    half, low = 1 << 8 * width - 1, number + offset(count, width) & (1 << 8 * count * width) - 1
    content = low.to_bytes(count * width, "little")
    return [int.from_bytes(content[i : i + width], "little") - half for i in range(0, len(content), width)]


def products(left: Rows, right: Rows, symmetric: bool = False) -> list[list[int]]:
    """[[<a, b> for b in right] for a in left]; if symmetric, only on and below the diagonal."""
    sizes = [max((max(map(abs, row), default=0) for row in rows), default=0) for rows in (left, right)]
    width = (sizes[1] * max(1, sizes[0] * max(map(len, left), default=0))).bit_length() // 8 + 1
    columns, found = [packed(column, width) for column in zip(*right, strict=True)], []
    for j, row in reversed([*enumerate(left)]):
        if symmetric and j % 64 == 63:  # later places are no longer needed
            columns = [column & (1 << 8 * width * (j + 1)) - 1 for column in columns]
        total = sum([entry * column for entry, column in zip(row, columns, strict=False) if entry])
        found.append(unpacked(total, j + 1 if symmetric else len(right), width))
    return found[::-1]


def require_definite(level: int, matrix: Rows, slack: int, what: str) -> None:
    """Level I - matrix + slack I is positive semidefinite, as L L^T is for any L, even if entries change by up to 1."""
    limit, square, factor, columns = 1 << 58, 0, list[list[int]](), list[int]()
    width = (len(matrix) * limit * limit).bit_length() // 8 + 1
    for j in reversed(range(len(matrix))):
        if j % 64 == 63:
            columns = [column & (1 << 8 * width * (j + 1)) - 1 for column in columns]
        known = unpacked(dot([column[j] for column in factor], columns), j + 1, width)
        *rest, pivot = [-entry - value for entry, value in zip(matrix[j][: j + 1], known, strict=True)]
        diagonal = math.isqrt(max(pivot + level, 0))
        require(diagonal > 0, f"{what} (no Cholesky factor)")
        pairs = [divmod(entry, diagonal) for entry in rest]
        square += (pivot + level - diagonal**2) ** 2 + 2 * sum(remainder * remainder for _, remainder in pairs)
        factor.append([*(quotient for quotient, _ in pairs), diagonal])
        require(max(map(abs, factor[-1])) < limit, f"{what} (the Cholesky factor is too large)")
        columns.append(packed(factor[-1], width))
    require(math.isqrt(square) + 1 + len(matrix) <= slack, what)


class Instance:
    """A network on data in whole numbers: (x, 1), (w1, b1), w2, pre-activations t, and 1 + <x_j, x_l> in `features`."""

    def __init__(self, W1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any = None) -> None:
        ((self.n, d), data), ((self.k, width), weights) = (array(2, **part) for part in (x, W1))
        (size, biases), (sizes, outputs), (_, last) = array(1, **b1), array(1, **w2), array(0, **b2)
        require(size == sizes == [self.k] and width == d and self.n > 0 < d, "network and data that fit together")
        (entries, self.x_bits), (rows, self.w_bits) = integers(data), integers(weights + biases)
        (*self.w2, bias), self.w2_bits = integers(outputs + last)
        usual, one, self.t_bits = entries[0], 1 << self.x_bits, self.x_bits + self.w_bits
        self.x = [[*entries[j : j + d], one] for j in range(0, self.n * d, d)]
        self.rows = [[*rows[i * d : i * d + d], b] for i, b in enumerate(rows[self.k * d :])]
        # less the first entry, since images begin with background: most differences are zero
        less = [[entry - usual for entry in row[:d]] for row in self.x]
        self.t = products([[*row, usual, one] for row in less], [[*w, sum(w), b] for *w, b in self.rows])
        sums, self.features = [usual * sum(row) for row in less], products(less, less, symmetric=True)
        for row, own in zip(self.features, sums, strict=True):
            row[:] = [v + own + other + d * usual**2 + one**2 for v, other in zip(row, sums, strict=False)]
        self.hidden = [[max(t, 0) for t in row] for row in self.t]
        self.masks = [[int(t > 0) for t in row] for row in self.t]
        if y is not None:
            labels, unit = array(1, **y)[1], 1 << self.w2_bits + self.t_bits
            values = [dot(self.w2, row) + (bias << self.t_bits) for row in self.hidden]
            self.residuals = [Fraction(v, unit) - Fraction(label) for v, label in zip(values, labels, strict=True)]

    def norms(self, r: Fraction) -> list[Fraction]:
        """Ends of |f|_S and of sum |a| gt, for parameters within r in the same cell; r > 0 asks for lone neurons."""
        columns = [[sign * row[i] for row in self.t] for sign in (1, -1) for i in range(self.k)]
        masks, terms, found = [[int(t > 0) for t in column] for column in columns], [], [ZERO] * 4
        for mask, column, moment in zip(masks, columns, products(masks, list(zip(*self.x, strict=True))), strict=True):
            mean = Fraction(dot(mask, column), self.n << self.t_bits)
            square = Fraction(dot(moment, moment), self.n**2 << 2 * self.x_bits)
            low, high = root(square), root(square, up=True)
            terms.append((max(mean - r * high, ZERO) * low, (mean + r * high) * high))
        groups: dict[tuple[int, ...], list[int]] = {}
        for i, row in enumerate(self.rows):
            if any(row[:-1]):  # (w1, b1) is a multiple of coprime integers, the first of them positive
                multiple = math.gcd(*row) * (1 if next(filter(None, row)) > 0 else -1)
                group = groups.setdefault(tuple(entry // multiple for entry in row), [0, i, abs(multiple)])
                group[0] += self.w2[i] * abs(multiple)
                size = Fraction(abs(self.w2[i]), 1 << self.w2_bits)
                found[2:] = [end + size * term for end, term in zip(found[2:], terms[i], strict=True)]
        for amplitude, i, multiple in groups.values():
            weight = Fraction(abs(amplitude), multiple << self.w2_bits)
            found[0] += max(weight - r, ZERO) * min(terms[i][0], terms[i + self.k][0])
            found[1] += (weight + r) * min(terms[i][1], terms[i + self.k][1])
        return found

    def gram(self, hidden: Rows, bits: int, levers: list[int], lever_bits: int) -> tuple[Rows, Fraction, Fraction]:
        """Matrix, unit, error: unit J J^T is above it by at most 1, |J - derivative| <= error; levers [k] for w2^2."""
        cut = max(0, max((max(row, default=0) for row in hidden), default=0).bit_length() - 58)
        error = root(self.n * self.k * Fraction(4) ** (cut - bits), up=True) if cut else ZERO
        powers = lever_bits + 2 * self.x_bits, 2 * (bits - cut), 0
        a, b, c = (max(powers) - power for power in powers)
        hidden = [[z >> cut for z in row] for row in hidden]
        matrix = products([list(map(mul, levers, row)) for row in self.masks], self.masks, symmetric=True)
        for row, features, output in zip(matrix, self.features, products(hidden, hidden, symmetric=True), strict=True):
            row[:] = [(u * v << a) + (w << b) + (1 << c) for u, v, w in zip(row, features, output, strict=True)]
        down = max(row[-1] for row in matrix).bit_length() - 102
        lower = [[entry << max(-down, 0) >> max(down, 0) for entry in row] for row in matrix]
        full = [row + [later[j] for later in lower[j + 1 :]] for j, row in enumerate(lower)]
        return full, Fraction(2) ** (max(powers) - down), error


def require_below(gram: tuple[Rows, Fraction, Fraction], high: Fraction, drift: Fraction = ZERO) -> None:
    level = math.floor(max(root(high) - gram[2] - drift, ZERO) ** 2 * gram[1])
    require_definite(level - (level >> 41), gram[0], level >> 41, "the upper end of the sharpness")


def require_within(claim: Any, ends: Sequence[Fraction], what: str) -> None:
    low, high = map(rational, claim)
    require(low <= min(ends) and max(ends) <= high, what)


def check_network(kind: str, network: Any, data: Any, step_size: Any, vector: Any, claims: Any, **proof: Any) -> str:
    """An audit of the network; or a minimum within a radius of it, in the same cell, after Newton and Kantorovich."""
    f, r, u = Instance(**network, **data), rational(proof.get("radius", 0)), integers(array(1, **vector)[1])[0]
    names = ("margin " if proof else "one_sided loss kinks ") + "bound verdict " * (step_size is not None)
    fits = {*claims} == {"sharpness", "stability_norm", *names.split()} and len(u) == f.n and any(u)
    require(fits and (r > 0) == (kind == "minimum") == bool(proof), "claims, radius and vector that fit")
    (low, high), n, found = map(rational, claims["sharpness"]), f.n, f.norms(r)
    matrix, unit, error = gram = f.gram(f.hidden, f.t_bits, [w * w for w in f.w2], 2 * f.w2_bits)
    lipschitz = root(Fraction(sum(dot(row, row) for row in f.x), 4**f.x_bits), up=True)
    quotient = (Fraction(dot(u, [dot(row, u) for row in matrix]), dot(u, u)) - n) / unit
    require(max(root(quotient) - error - lipschitz * r, ZERO) ** 2 >= n * low, "the lower end of the sharpness")
    require_below(gram, n * high, lipschitz * r)
    require_within(claims["stability_norm"], found[:2], "the stability norm")
    for limit in [] if step_size is None else [2 / rational(step_size)]:
        require_within(claims["bound"], [(limit - 1) / 2], "the bound")
        verdict = "stable" if high <= limit else "unstable" if low > limit else "undecided"
        require(limit > 0 and claims["verdict"] == verdict, "the verdict")
    if kind == "audit":
        require_within(claims["one_sided"], found[2:], "the one-sided norm")
        require_within(claims["loss"], [dot(f.residuals, f.residuals) / (2 * n)], "the loss")
        require(claims["kinks"] == sum(row.count(0) for row in f.t), "the number of kinks")
        return f"the network has {claims}"
    require_minimum(f, gram, (lipschitz, n * high, rational(claims["margin"])), **proof)
    return f"an interpolating minimum within {proof['radius']} of the network has {claims}"


def require_minimum(f: Instance, gram: Any, known: Any, radius: Any, newton: Any, floor: Any) -> None:
    (matrix, unit, error), (lipschitz, top, margin), r, bottom, n = gram, known, rational(radius), rational(floor), f.n
    walls = [math.ceil(margin**2 * dot(x, x) * 4**f.w_bits) for x in f.x]
    require(margin > r and all(t * t >= wall for row, wall in zip(f.t, walls, strict=True) for t in row), "the margin")
    g = products(f.rows, f.rows, symmetric=True)
    reach, sizes = r * 2**f.w_bits, [math.isqrt(row[-1]) + 1 for row in g]
    for j, i in itertools.combinations(range(f.k), 2):
        wedge = reach * (sizes[i] + sizes[j]) + reach**2
        require(g[i][i] * g[j][j] - g[i][j] ** 2 > wedge**2, f"neurons {j} and {i} have different hyperplanes")
    level, negative = math.ceil(bottom * unit), [[-entry for entry in row] for row in matrix]
    require_definite(-level - (level >> 3), negative, level >> 3, "the floor under the eigenvalues of n K")
    require(root(bottom) > error, "the derivative is onto")
    inverse, (z, bits) = 1 / (root(bottom) - error), integers(array(1, **newton)[1])
    image = [Fraction(dot(row, z), 1 << bits) / unit for row in matrix]
    size = root(Fraction(dot(z, z), 4**bits), up=True)
    rest = root(sum(((a - b) ** 2 for a, b in zip(f.residuals, image, strict=True)), ZERO), up=True)
    rest += (n / unit + 2 * error * root(top, up=True)) * size
    step = root(dot(z, image) / 2**bits + n / unit * size**2, up=True) + error * size + inverse * rest
    require(step + inverse * lipschitz * r * r / 2 < r, "the Newton map sends the ball into itself")


def check_flattest(kind: str, network: Any, data: Any, scales: Any, vectors: Any, claims: Any) -> str:
    f, (shape, c), (sizes, u) = Instance(**network, **data), array(1, **scales), array(2, **vectors)
    require(shape == [f.k] and sizes[1] == f.n and min(c, default=1) > 0 and any(u), "scales and vectors that fit")
    (factors, c_bits), (entries, _), (low, high) = integers(c), integers(u), map(rational, claims["flattest_sharpness"])
    ratios = [Fraction(w << c_bits, factor << f.w2_bits) ** 2 for w, factor in zip(f.w2, factors, strict=True)]
    bits = 64 + max([0, *(ratio.denominator.bit_length() - ratio.numerator.bit_length() for ratio in ratios if ratio)])
    hidden = [list(map(mul, factors, row)) for row in f.hidden]
    gram = f.gram(hidden, f.t_bits + c_bits, [math.ceil(ratio * 2**bits) for ratio in ratios], bits)
    require_below(gram, f.n * high)
    rows = [entries[start : start + f.n] for start in range(0, len(entries), f.n)]
    weighted = [list(map(mul, row, mask)) for mask in zip(*f.masks, strict=True) for row in rows]
    moments = [dot(moment, moment) for moment in products(weighted, list(zip(*f.x, strict=True)))]
    total = Fraction(sum(sum(row) ** 2 for row in rows))
    for i, w in enumerate(f.w2):
        square = sum(sum(u * z[i] for u, z in zip(row, f.hidden, strict=True)) ** 2 for row in rows)
        square *= sum(moments[i * len(rows) : (i + 1) * len(rows)])
        total += Fraction(2 * abs(w), 1 << f.w2_bits) * root(Fraction(square, 4 ** (f.t_bits + f.x_bits)))
    require(len(claims) == 1 and total >= low * f.n * dot(entries, entries), "the lower end of the flattest sharpness")
    return f"the {kind} rescaling of the network has {claims}"


def check_points(
    kind: str, points: Any, scale: int, multiplicities: Any, labels: Any, measure: Any, denominator: int, claims: Any
) -> str:
    """A measure that no neuron on a line through two of the points sees too well; points over `scale`."""
    whole, y, least = [(a, b, scale) for a, b in points], [*map(rational, labels)], rational(claims["least_norm"])
    numbers, n = [*itertools.chain(*whole), *multiplicities, *measure, denominator], sum(multiplicities)
    known = all(type(number) is int for number in numbers) and min(scale, denominator, *multiplicities) > 0
    known = known and len(set(whole)) == len(whole) == len(multiplicities) == len(y) == len(measure)
    require(known and len(claims) == 1, f"distinct points, labels and whole numbers that make a {kind}")
    require(not any(dot(measure, column) for column in zip(*whole, strict=True)), "no affine function is seen")
    for (a, b, _), (c, d, _) in itertools.combinations(whole, 2):
        p, q, t = d - b, a - c, [(d - b) * (x - a) + (a - c) * (z - b) for x, z, _ in whole]
        require(any(t), "points that are not on a line")
        on = sorted((j for j, side in enumerate(t) if side == 0), key=lambda j: p * whole[j][1] - q * whole[j][0])
        moment = sum(m * max(side, 0) for m, side in zip(measure, t, strict=True))
        for sign, end in itertools.product((1, -1), range(-len(on), len(on) + 1)):
            active = [j for j, side in enumerate(t) if sign * side > 0]
            excess = sum(multiplicities[j] * abs(t[j]) for j in active)
            active += on[end:] if end < 0 else on[:end]
            sums = [sum(multiplicities[j] * whole[j][i] for j in active) for i in range(3)]
            small = (moment * n * n * scale) ** 2 <= (denominator * excess) ** 2 * dot(sums, sums)
            require(small, f"the measure at the line through ({a}, {b}) and ({c}, {d}), over {scale}")
    require(dot(measure, y) >= least * denominator, "the least norm")
    return f"every shallow network that interpolates has a stability norm of at least {claims['least_norm']}"


def main(paths: list[str]) -> int:
    kinds = {"audit": check_network, "minimum": check_network, "flattest": check_flattest, "separation": check_points}
    status = 0 if paths else 2
    for path in paths:
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
            check: Any = {"stable-minima certificate 1": kinds}[document.pop("format")][document["kind"]]
            print(f"{path}: accepted: {check(**document)}")
        except ArithmeticError as error:
            print(f"{path}: refused, not proved: {error}")
            status = max(status, 1)
        except Exception as error:  # whatever is wrong with a file, the others are read
            print(f"{path}: unreadable, or not a certificate of this version: {error}")
            status = 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
