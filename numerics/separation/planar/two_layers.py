"""Two hidden layers on finite rational data: the sharpness at an interpolating minimum, exactly.

The net is f(x) = w3 relu(<w2, relu(W1 x + b1)> + b2) + b3, all parameters trained. At an interpolating minimum that is
differentiable at the data the Hessian of (1/2) E (f - y)^2 has the non-zero eigenvalues of K = Phi Phi^T/n, Phi the
gradients of f at the data. K is rational, so that its characteristic polynomial is, and its top eigenvalue is the
largest root of a factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb, fmpq, fmpq_mat, fmpz_poly

from numerics.exact.root_sums import RootSum
from numerics.separation.planar.dichotomies import Point, Rational


@dataclass(frozen=True)
class RationalTwoLayers:
    """f(x) = w3 relu(<w2, relu(W1 x + b1)> + b2) + b3, exactly: W1 k rows, b1 and w2 k entries, the rest numbers."""

    W1: tuple[tuple[Fraction, ...], ...]
    b1: tuple[Fraction, ...]
    w2: tuple[Fraction, ...]
    b2: Fraction = Fraction(0)
    w3: Fraction = Fraction(1)
    b3: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Refuse layers that do not fit together."""
        if not len(self.W1) == len(self.b1) == len(self.w2):
            lengths = ", ".join(str(len(part)) for part in (self.W1, self.b1, self.w2))
            raise ValueError(f"W1, b1 and w2 must have one entry for each hidden neuron, not {lengths}")

    def _hidden(self, point: Sequence[Rational]) -> tuple[list[Fraction], Fraction]:
        before = [
            sum((w * x for w, x in zip(row, point, strict=True)), bias)
            for row, bias in zip(self.W1, self.b1, strict=True)
        ]
        inner = sum((w * max(t, Fraction(0)) for w, t in zip(self.w2, before, strict=True)), self.b2)
        return before, inner

    def __call__(self, point: Sequence[Rational]) -> Fraction:
        """The value f at a rational point."""
        return self.w3 * max(self._hidden(point)[1], Fraction(0)) + self.b3

    def gradient(self, point: Sequence[Rational]) -> list[Fraction]:
        """The gradient of f(x) in W1 (row by row), b1, w2, b2, w3, b3.

        Raises:
            ValueError: f is not differentiable there in some parameter, a pre-activation being 0.
        """
        before, inner = self._hidden(point)
        if 0 in (*before, inner):
            raise ValueError(f"the net has a kink at ({', '.join(map(str, point))})")
        outer = self.w3 if inner > 0 else Fraction(0)
        into = [outer * w if t > 0 else Fraction(0) for w, t in zip(self.w2, before, strict=True)]
        return [
            *(g * x for g in into for x in point),
            *into,
            *(outer * max(t, Fraction(0)) for t in before),
            outer,
            max(inner, Fraction(0)),
            Fraction(1),
        ]


@dataclass(frozen=True)
class ExactSharpness:
    """The top eigenvalue of a rational Gram matrix.

    factors: the irreducible factors of the characteristic polynomial over the integers, with multiplicities, each as
    coefficients from the constant upwards; factor: the one of which it is the largest root; enclosure: a ball that
    contains it; closed_form: itself as a sum of roots, where the factor has degree 1 or 2.
    """

    factors: tuple[tuple[tuple[int, ...], int], ...]
    factor: tuple[int, ...]
    enclosure: arb
    closed_form: RootSum | None

    @property
    def largest_stable_step(self) -> arb:
        """A ball that contains 2/lambda: gradient descent is linearly stable up to it, and not above."""
        return 2 / self.enclosure


def origin_bump() -> RationalTwoLayers:
    """relu(1 - 3 sum_i relu(+-x_i - 1/2)) on the plane: 1 at the origin and 0 where some |x_i| >= 5/6."""
    one, zero = Fraction(1), Fraction(0)
    return RationalTwoLayers(
        ((one, zero), (-one, zero), (zero, one), (zero, -one)), (Fraction(-1, 2),) * 4, (Fraction(-3),) * 4, one
    )


def exact_sharpness(network: RationalTwoLayers, points: Sequence[Point], labels: Sequence[Fraction]) -> ExactSharpness:
    """The sharpness of an interpolating minimum that is differentiable at the data, exactly.

    Raises:
        ValueError: no data, the net does not interpolate, or a datum lies on a kink.
        ArithmeticError: the largest root was not told from the others.
    """
    if len(points) != len(labels) or not len(points):
        raise ValueError(f"there must be one label for each point, and one at least: {len(points)}, {len(labels)}")
    for point, label in zip(points, labels, strict=True):
        if network(point) != label:
            raise ValueError(f"the net is {network(point)} at ({', '.join(map(str, point))}), the label {label}")
    return top_eigenvalue(gram_matrix(network, points))


def gram_matrix(network: RationalTwoLayers, points: Sequence[Point]) -> list[list[Fraction]]:
    """K = Phi Phi^T/n, [n, n]."""
    gradients = [network.gradient(point) for point in points]
    return [
        [sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) / len(points) for v in gradients]
        for u in gradients
    ]


def top_eigenvalue(matrix: Sequence[Sequence[Fraction]]) -> ExactSharpness:
    """The largest eigenvalue of a symmetric rational matrix [n, n].

    Raises:
        ValueError: the matrix is not symmetric.
        ArithmeticError: the largest root was not told from the others.

    >>> str(top_eigenvalue([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]]).closed_form)
    '3/2 + 1/2 sqrt(5)'
    """
    n = len(matrix)
    if any(len(row) != n for row in matrix) or any(matrix[i][j] != matrix[j][i] for i in range(n) for j in range(i)):
        raise ValueError("the matrix must be symmetric")
    flat = [fmpq(entry.numerator, entry.denominator) for row in matrix for entry in row]
    _, parts = fmpq_mat(n, n, flat).charpoly().numer().factor()
    ranked = [(_largest_root(part), part) for part, _ in parts]
    best, factor = max(ranked, key=lambda pair: float(pair[0].mid()))
    if not all(part == factor or root < best for root, part in ranked):
        raise ArithmeticError("the largest eigenvalue was not told from another one")
    factors = tuple((_coefficients(part), int(times)) for part, times in parts)
    return ExactSharpness(factors, _coefficients(factor), best, _closed_form(_coefficients(factor)))


def _largest_root(polynomial: fmpz_poly) -> arb:
    """Of an irreducible factor of a symmetric matrix' characteristic polynomial: all its roots are real."""
    found: list[tuple[acb, int]] = polynomial.complex_roots()  # type: ignore[assignment]
    roots = [acb(root).real for root, _ in found]
    best = max(roots, key=lambda root: float(root.mid()))
    if sum(not root < best for root in roots) != 1:
        raise ArithmeticError("two roots of the characteristic polynomial were not told apart")
    return best


def _coefficients(polynomial: fmpz_poly) -> tuple[int, ...]:
    return tuple(int(c) for c in polynomial.coeffs())


def _closed_form(c: tuple[int, ...]) -> RootSum | None:
    if len(c) == 2:
        return RootSum.of(Fraction(-c[0], c[1]))
    if len(c) == 3:
        half = Fraction(1, 2 * c[2])
        return RootSum.of(-c[1] * half) + RootSum.of(abs(half), c[1] ** 2 - 4 * c[2] * c[0])
    return None
