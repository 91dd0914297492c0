"""What an audit says, by the definitions: in fractions up to the last root or eigenvalue, and slow.

Of f(x) = sum_i w2_i relu(<w1_i, x> + b1_i) + b2 and the loss 1/(2n) sum_j (f(x_j) - y_j)^2, with relu'(0) = 0. It
shares no code with the audit, its certificates or their checker.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import mpmath

Floats = Sequence[float]
Rows = Sequence[Floats]
Vector = list[Fraction]
Matrix = list[Vector]
DIGITS, ZERO = 60, Fraction(0)


class Reference:
    """The quantities of one network on data, W1 [k][d], b1 [k], w2 [k], b2, x [n][d], y [n]: plain floats.

    Roots and eigenvalues are rational numbers next to the true ones, by less than 1e-50 of the largest eigenvalue.

    >>> found = Reference([[1.0]], [0.0], [2.0], 0.0, [[3.0], [-1.0]], [6.0, 0.0])  # 2 relu(x)
    >>> found.loss, found.kinks, found.mean_gradient_square
    (Fraction(0, 1), 0, Fraction(53, 4))
    >>> round(float(found.sharpness), 7), round(float(found.stability_norm), 7)
    (25.0101998, 0.7071068)
    """

    def __init__(self, W1: Rows, b1: Floats, w2: Floats, b2: float, x: Rows, y: Floats) -> None:
        self.W1, self.x = ([list(map(Fraction, row)) for row in rows] for rows in (W1, x))
        self.b1, self.w2, self.y = (list(map(Fraction, values)) for values in (b1, w2, y))
        self.b2 = Fraction(b2)
        self.n, self.d, self.k = len(x), len(x[0]), len(W1)
        # t_ji = <w1_i, x_j> + b1_i
        self.t = [[dot(w, point) + b for w, b in zip(self.W1, self.b1, strict=True)] for point in self.x]
        self.hidden = [[max(t, ZERO) for t in row] for row in self.t]
        self.kinks = sum(row.count(ZERO) for row in self.t)
        self.residuals = [dot(self.w2, z) + self.b2 - label for z, label in zip(self.hidden, self.y, strict=True)]
        self.interpolating = not any(self.residuals)
        self.loss = dot(self.residuals, self.residuals) / (2 * self.n)
        self.gradients = [self._gradient(j) for j in range(self.n)]

    def _gradient(self, j: int) -> Vector:
        """The gradient of f(x_j) in W1 (row by row), b1, w2 and b2."""
        in_b1 = [w if t > 0 else ZERO for w, t in zip(self.w2, self.t[j], strict=True)]
        in_W1 = [slope * coordinate for slope in in_b1 for coordinate in self.x[j]]
        return [*in_W1, *in_b1, *self.hidden[j], Fraction(1)]

    @property
    def gram(self) -> Matrix:
        """K_jl = <grad f(x_j), grad f(x_l)> / n."""
        return [[dot(first, second) / self.n for second in self.gradients] for first in self.gradients]

    @property
    def hessian(self) -> Matrix:
        """H = E[grad f grad f^T] + E[(f - y) D^2 f]; D^2 f couples w2_i with (w1_i, b1_i), by 1_i (x, 1)."""
        columns = list(map(list, zip(*self.gradients, strict=True)))
        H = [[dot(first, second) / self.n for second in columns] for first in columns]
        for i in range(self.k):
            weights = [r / self.n if t[i] > 0 else ZERO for r, t in zip(self.residuals, self.t, strict=True)]
            output = self.k * self.d + self.k + i
            places = [*range(i * self.d, (i + 1) * self.d), self.k * self.d + i]
            for place, feature in zip(places, [*zip(*self.x, strict=True), [Fraction(1)] * self.n], strict=True):
                H[output][place] += dot(weights, feature)
                H[place][output] += dot(weights, feature)
        return H

    @cached_property
    def gram_sharpness(self) -> Fraction:
        """lambda_max(K)."""
        return eigenvalues(self.gram)[-1]

    @cached_property
    def hessian_eigenvalues(self) -> Vector:
        """Those of H, ascending: its sharpness is the last, and its negative curvature nu = max(0, -first)."""
        return eigenvalues(self.hessian)

    @property
    def sharpness(self) -> Fraction:
        """lambda_max(H), on kinks lambda_max(K)."""
        return self.gram_sharpness if self.kinks else self.hessian_eigenvalues[-1]

    @property
    def mean_gradient_square(self) -> Fraction:
        """|E grad f|^2."""
        means = [sum(column, ZERO) / self.n for column in zip(*self.gradients, strict=True)]
        return dot(means, means)

    @property
    def gradient_norm(self) -> Fraction:
        """|grad L| = |E[(f - y) grad f]|."""
        parts = [dot(self.residuals, column) / self.n for column in zip(*self.gradients, strict=True)]
        return root(dot(parts, parts))

    @property
    def one_sided_norm(self) -> Fraction:
        """sum_i |a_i| gt_i over the neurons with w1_i != 0."""
        neurons = zip(self.W1, self.b1, self.w2, strict=True)
        return sum((abs(out) * self._side(w, b) for w, b, out in neurons if any(w)), ZERO)

    @property
    def stability_norm(self) -> Fraction:
        """|f|_S: |sum of amplitudes| min(gt, gt reversed), for each hyperplane {<v, x> + b = 0} with the first entry
        of v that is not 0 equal to 1; the neuron is w2 |c| relu(+-(<v, x> + b)) for the first such entry c of w1.
        """
        amplitudes: dict[tuple[Fraction, ...], Fraction] = {}
        for w, b, out in zip(self.W1, self.b1, self.w2, strict=True):
            if any(w):
                first = next(entry for entry in w if entry)
                plane = tuple(entry / first for entry in [*w, b])
                amplitudes[plane] = amplitudes.get(plane, ZERO) + out * abs(first)
        weights = (min(self._side(v, b), self._side([-entry for entry in v], -b)) for *v, b in amplitudes)
        return dot([abs(amplitude) for amplitude in amplitudes.values()], list(weights))

    def _side(self, w: Vector, b: Fraction) -> Fraction:
        """|w| gt = E[t_+] sqrt(P(t > 0)^2 + |E[X 1(t > 0)]|^2) for t = <w, X> + b."""
        active = [point for point in self.x if dot(w, point) + b > 0]
        mean = sum((dot(w, point) + b for point in active), ZERO) / self.n
        moments = [Fraction(len(active), self.n), *(sum(column) / self.n for column in zip(*active, strict=True))]
        return mean * root(dot(moments, moments))

    def verdict(self, eta: Fraction) -> str:
        """Whether the sharpness is at most 2/eta; on kinks "unstable" if |E grad f|^2 excludes an interpolant."""
        if self.kinks:
            return "unstable" if self.interpolating and self.mean_gradient_square > 2 / eta else "undecided"
        # K has the eigenvalues of H but for 0 where the residuals vanish
        return "stable" if at_most(self.gram if self.interpolating else self.hessian, 2 / eta) else "unstable"


def dot(first: Sequence[Fraction], second: Sequence[Fraction]) -> Fraction:
    """The inner product."""
    return sum((a * b for a, b in zip(first, second, strict=True)), ZERO)


def root(square: Fraction) -> Fraction:
    """The square root to 60 digits."""
    with mpmath.workdps(DIGITS):
        return Fraction(mpmath.nstr(mpmath.sqrt(square), DIGITS))


def eigenvalues(matrix: Matrix) -> Vector:
    """All eigenvalues of a symmetric matrix, ascending, to some 60 digits of the largest."""
    with mpmath.workdps(DIGITS):
        found = mpmath.mp.eigsy(mpmath.matrix(matrix), eigvals_only=True)
        return sorted(Fraction(mpmath.nstr(value, DIGITS)) for value in found)


def at_most(matrix: Matrix, level: Fraction) -> bool:
    """Whether no eigenvalue of a symmetric matrix exceeds the level, by elimination in level I - A."""
    rest = [[level * (i == j) - entry for j, entry in enumerate(row)] for i, row in enumerate(matrix)]
    while rest:
        (pivot, *row), *others = rest
        if pivot < 0 or (pivot == 0 and any(row)):
            return False
        steps = [b / pivot if pivot else b for b in row]
        rest = [[a - first * step for a, step in zip(other, steps, strict=True)] for first, *other in others]
    return True
