"""A network on data in rational numbers, slow and by definition; it shares no code with ``numerics``.

Numbers are ``Fraction``, and numbers with square roots are sums q_1 sqrt(r_1) + ... + q_m sqrt(r_m), given as *terms*
((q_1, r_1), ..., (q_m, r_m)). Parameters are ordered as everywhere: W1 row by row, b1, w2, b2; relu'(0) = 0.

>>> net = RationalProblem.of(W1=[[1]], b1=[0], w2=[2], b2=0, x=[[3], [-1]])  # labels: the net's own values
>>> normal_form(net.stability_norm()), normal_form(net.one_sided_norm())  # sqrt(2)/2 and 3 sqrt(10)/2
(((Fraction(1, 2), 2),), ((Fraction(3, 2), 10),))
>>> close(0.7071067811865476, net.stability_norm()), close(0.70710678, net.stability_norm())
(True, False)
>>> value(net.stability_norm())  # an enclosure
[0.7071067811865... +/- ...]
>>> net.gram()  # K = Phi^T Phi / n
((Fraction(25, 1), Fraction(1, 2)), (Fraction(1, 2), Fraction(1, 2)))

Any network of floats is one of rationals: ``RationalProblem.of(net.W1, net.b1, net.w2, net.b2, x, y)``. Nets whose
quantities are known by hand are in ``proofs_checks.instances.pinned``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
Terms = tuple[tuple[Fraction, Fraction], ...]
NormalForm = tuple[tuple[Fraction, int], ...]

_BITS = 256


@dataclass(frozen=True)
class Side:
    """The data with sign t > 0: excess E |t| 1, probability P = E 1, moment E X 1 [d]."""

    excess: Fraction
    probability: Fraction
    moment: Vector

    @property
    def lever_square(self) -> Fraction:
        """P^2 + |E X 1|^2."""
        return self.probability**2 + dot(self.moment, self.moment)


@dataclass(frozen=True)
class RationalProblem:
    """f(x) = sum_i w2_i relu(<w1_i, x> + b1_i) + b2 on data x [n, d] with labels y [n], all rational."""

    W1: Matrix
    b1: Vector
    w2: Vector
    b2: Fraction
    x: Matrix
    y: Vector

    @classmethod
    def of(cls, W1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any = None) -> RationalProblem:
        """From nested sequences or arrays of whole numbers, fractions or floats; the labels default to f(x_j)."""
        rows, points = tuple(_vector(row) for row in W1), tuple(_vector(point) for point in x)
        net = cls(rows, _vector(b1), _vector(w2), _rational(b2), points, ())
        return cls(net.W1, net.b1, net.w2, net.b2, net.x, net.values() if y is None else _vector(y))

    @property
    def neurons(self) -> range:
        """The indices of the neurons."""
        return range(len(self.w2))

    def preactivations(self) -> Matrix:
        """<w1_i, x_j> + b1_i at [j][i]."""
        return tuple(tuple(dot(w, point) + b for w, b in zip(self.W1, self.b1, strict=True)) for point in self.x)

    def values(self) -> Vector:
        """f(x_j) [n]."""
        return tuple(dot(self.w2, [max(t, Fraction(0)) for t in row]) + self.b2 for row in self.preactivations())

    def residuals(self) -> Vector:
        """f(x_j) - y_j [n]."""
        return tuple(value - label for value, label in zip(self.values(), self.y, strict=True))

    def loss(self) -> Fraction:
        """1/(2n) sum_j (f(x_j) - y_j)^2."""
        return dot(self.residuals(), self.residuals()) / (2 * len(self.x))

    def kinks(self) -> int:
        """The number of pairs of neuron and datum with pre-activation 0."""
        return sum(t == 0 for row in self.preactivations() for t in row)

    def side(self, neuron: int, sign: int) -> Side:
        """The data with sign * (<w1, x_j> + b1) > 0."""
        chosen = [
            (sign * row[neuron], point)
            for row, point in zip(self.preactivations(), self.x, strict=True)
            if sign * row[neuron] > 0
        ]
        n = len(self.x)
        moment = tuple(sum((p[c] for _, p in chosen), Fraction(0)) / n for c in range(len(self.x[0])))
        return Side(sum((t for t, _ in chosen), Fraction(0)) / n, Fraction(len(chosen), n), moment)

    def hyperplanes(self) -> tuple[tuple[tuple[int, Fraction], ...], ...]:
        """The neurons with w1 != 0 by hyperplane: pairs (i, c_i) with (w1_i, b1_i) = c_i (w1_r, b1_r), r the first."""
        groups: list[list[tuple[int, Fraction]]] = []
        for i in self.neurons:
            if not any(self.W1[i]):
                continue
            for group in groups:
                factor = _factor((*self.W1[group[0][0]], self.b1[group[0][0]]), (*self.W1[i], self.b1[i]))
                if factor is not None:
                    group.append((i, factor))
                    break
            else:
                groups.append([(i, Fraction(1))])
        return tuple(map(tuple, groups))

    def stability_norm(self) -> Terms:
        r"""|f|_S = sum_H |sum_{i in H} a_i| min(gt(v, b), gt(-v, -b)); with r the first neuron on H, for either side,
        |sum a_i| gt = |sum w2_i |c_i|| E|t_r| 1 sqrt(P^2 + |E X 1|^2).
        """
        terms = []
        for group in self.hyperplanes():
            merged = abs(sum((self.w2[i] * abs(factor) for i, factor in group), Fraction(0)))
            sides = [self.side(group[0][0], sign) for sign in (1, -1)]
            least = min(sides, key=lambda side: side.excess**2 * side.lever_square)
            terms.append((merged * least.excess, least.lever_square))
        return tuple(terms)

    def one_sided_norm(self) -> Terms:
        """sum_i |a_i| gt(v_i, b_i) = sum_i |w2_i| E relu_i sqrt(P_i^2 + |E X 1_i|^2) over the i with w1_i != 0."""
        alive = [(i, self.side(i, 1)) for i in self.neurons if any(self.W1[i])]
        return tuple((abs(self.w2[i]) * side.excess, side.lever_square) for i, side in alive)

    def gradients(self) -> Matrix:
        """The gradients of f at x_j in all parameters, [n][D]."""
        rows = []
        for point, t in zip(self.x, self.preactivations(), strict=True):
            in_b1 = [w if s > 0 else Fraction(0) for w, s in zip(self.w2, t, strict=True)]
            in_W1 = [factor * entry for factor in in_b1 for entry in point]
            rows.append((*in_W1, *in_b1, *(max(s, Fraction(0)) for s in t), Fraction(1)))
        return tuple(rows)

    def gram(self) -> Matrix:
        """K [n][n], K_jl = <grad f(x_j), grad f(x_l)> / n."""
        rows = self.gradients()
        return tuple(tuple(dot(first, second) / len(rows) for second in rows) for first in rows)

    def mean_gradient_square(self) -> Fraction:
        """|q|^2, q = E grad f."""
        mean = [sum(column, Fraction(0)) / len(self.x) for column in zip(*self.gradients(), strict=True)]
        return dot(mean, mean)

    def hessian(self) -> Matrix:
        """The Hessian of the loss [D][D], E grad f grad f^T + E r Hess f, where it exists."""
        rows, n, k, d = self.gradients(), len(self.x), len(self.w2), len(self.x[0])
        size = len(rows[0])
        hessian = [[sum((row[a] * row[b] for row in rows), Fraction(0)) / n for b in range(size)] for a in range(size)]
        for residual, point, t in zip(self.residuals(), self.x, self.preactivations(), strict=True):
            for i in self.neurons:
                if t[i] > 0:
                    outer = k * d + k + i
                    # d^2 f / dw1_i dw2_i = x 1_i and d^2 f / db1_i dw2_i = 1_i
                    for place, slope in [*((i * d + c, point[c]) for c in range(d)), (k * d + i, Fraction(1))]:
                        hessian[place][outer] += residual * slope / n
                        hessian[outer][place] += residual * slope / n
        return tuple(map(tuple, hessian))

    def sharpness(self, bits: int = 128) -> arb:
        """lambda_max(K), enclosed to a relative 2^-bits by bisection; each comparison is exact."""
        gram = self.gram()
        low, high = Fraction(0), sum((gram[j][j] for j in range(len(gram))), Fraction(0))
        while high - low > high / 2**bits:
            middle = (low + high) / 2
            low, high = (low, middle) if top_at_most(gram, middle) else (middle, high)
        with ctx.workprec(_BITS):
            return _ball(low).union(_ball(high))


def dot(first: Iterable[Fraction], second: Iterable[Fraction]) -> Fraction:
    """sum_i a_i b_i."""
    return sum((a * b for a, b in zip(first, second, strict=True)), Fraction(0))


def top_at_most(matrix: Matrix, level: Fraction) -> bool:
    """Whether lambda_max(A) <= c for a symmetric A: elimination without pivots finds c I - A positive semidefinite."""
    size = len(matrix)
    rest = [[(level if a == b else Fraction(0)) - matrix[a][b] for b in range(size)] for a in range(size)]
    for p in range(size):
        if rest[p][p] < 0 or (rest[p][p] == 0 and any(rest[p][p:])):
            return False
        if rest[p][p] > 0:
            for a in range(p + 1, size):
                factor = rest[a][p] / rest[p][p]
                for b in range(p + 1, size):
                    rest[a][b] -= factor * rest[p][b]
    return True


def characteristic_polynomial(matrix: Matrix) -> Vector:
    """The coefficients of det(t I - A), leading first, by Faddeev and LeVerrier."""
    size = len(matrix)
    coefficients = [Fraction(1)]
    power = [[Fraction(0)] * size for _ in range(size)]
    for step in range(1, size + 1):
        for a in range(size):
            power[a][a] += coefficients[-1]
        power = [[dot(row, column) for column in zip(*power, strict=True)] for row in matrix]
        coefficients.append(-sum((power[a][a] for a in range(size)), Fraction(0)) / step)
    return tuple(coefficients)


def value(terms: Sequence[tuple[Fraction, Fraction | int]]) -> arb:
    """An enclosure of sum q sqrt(r), to 256 bits."""
    with ctx.workprec(_BITS):
        return sum((_ball(q) * _ball(Fraction(r)).sqrt() for q, r in terms), arb(0))


def close(
    found: float, terms: Sequence[tuple[Fraction, Fraction | int]], relative: Fraction | float = 2.0**-44
) -> bool:
    """Whether a float is within so much of sum q sqrt(r), relative to the sum of |q| sqrt(r)."""
    with ctx.workprec(_BITS):
        size = value([(abs(q), r) for q, r in terms])
        return bool(abs(_ball(Fraction(found)) - value(terms)) <= _ball(Fraction(relative)) * size)


def normal_form(terms: Sequence[tuple[Fraction, Fraction | int]]) -> NormalForm:
    """The same sum over distinct square-free whole radicands, ascending, no coefficient 0.

    Their roots are linearly independent over the rationals: two sums are equal iff their normal forms are.

    >>> normal_form([(Fraction(1), Fraction(1, 2)), (Fraction(3), 8)])  # sqrt(1/2) + 3 sqrt(8)
    ((Fraction(13, 2), 2),)
    """
    totals: dict[int, Fraction] = {}
    for q, r in terms:
        radicand = Fraction(r)
        square_free, root = radicand.numerator * radicand.denominator, 1
        divisor = 2
        while divisor * divisor <= square_free:
            while square_free % divisor**2 == 0:
                square_free, root = square_free // divisor**2, root * divisor
            divisor += 1
        if square_free:
            totals[square_free] = totals.get(square_free, Fraction(0)) + q * root / radicand.denominator
    return tuple((q, r) for r, q in sorted(totals.items()) if q)


def _factor(first: Vector, second: Vector) -> Fraction | None:
    """The c with second = c first, for a first that is not 0."""
    place = next(p for p, entry in enumerate(first) if entry)
    factor = second[place] / first[place]
    return factor if factor and all(b == factor * a for a, b in zip(first, second, strict=True)) else None


def _rational(entry: Any) -> Fraction:
    return Fraction(entry) if isinstance(entry, Fraction | int) else Fraction(float(entry))


def _vector(entries: Any) -> Vector:
    return tuple(_rational(entry) for entry in entries)


def _ball(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))
