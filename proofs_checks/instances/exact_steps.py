"""One step of descent in rational numbers, by definition."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from proofs_checks.instances.exact import RationalProblem, Vector, dot


def mean_gradient(net: RationalProblem) -> Vector:
    """The mean gradient q = E grad f(X) [D]."""
    rows = net.gradients()
    return tuple(sum(column, Fraction(0)) / len(rows) for column in zip(*rows, strict=True))


def row_sums(net: RationalProblem) -> Vector:
    """The row sums s = K 1 [n]."""
    return tuple(sum(row, Fraction(0)) for row in net.gram())


def gain(net: RationalProblem) -> Fraction:
    """The gain kappa = n sum_j s_j^4 / (sum_j s_j^2)^2."""
    s = row_sums(net)
    square = dot(s, s)
    return len(s) * sum((entry**4 for entry in s), Fraction(0)) / square**2


def batch_share(n: int, batch: int) -> Fraction:
    """The share p = (n - B)/(B (n - 1)); 0 for n = 1, where every batch is the datum."""
    return Fraction(n - batch, batch * (n - 1)) if n > 1 else Fraction(0)


def mean_over_batches(net: RationalProblem, batch: int, step_size: Fraction) -> Fraction:
    """E <q, delta_1>^2 of linearised SGD from delta_0 = q, the mean over all batches without replacement."""
    rows, q = net.gradients(), mean_gradient(net)
    batches = list(combinations(range(len(rows)), batch))
    along = [dot(row, q) for row in rows]
    after = [dot(q, q) - step_size * sum((along[j] ** 2 for j in chosen), Fraction(0)) / batch for chosen in batches]
    return sum((value**2 for value in after), Fraction(0)) / len(batches)


def shifted_step(net: RationalProblem, shift: Fraction, step_size: Fraction, data: tuple[int, ...] = ()) -> Fraction:
    """|delta_1|^2 after one true step of gradient descent from theta + shift e on the data chosen, or on all."""
    moved = RationalProblem(net.W1, net.b1, net.w2, net.b2 + shift, net.x, net.y)
    rows, residuals = moved.gradients(), moved.residuals()
    chosen = data or tuple(range(len(rows)))
    slopes = [sum((residuals[j] * rows[j][p] for j in chosen), Fraction(0)) / len(chosen) for p in range(len(rows[0]))]
    start = [Fraction(0)] * (len(slopes) - 1) + [shift]
    after = [a - step_size * b for a, b in zip(start, slopes, strict=True)]
    return dot(after, after)


def true_step(net: RationalProblem, start: Vector, step_size: Fraction) -> Vector:
    """delta_1 after one true step of gradient descent from theta + start [D], in the order of the gradients."""
    k, d = len(net.w2), len(net.x[0])
    moved = RationalProblem(
        tuple(tuple(w + start[i * d + c] for c, w in enumerate(row)) for i, row in enumerate(net.W1)),
        tuple(b + start[k * d + i] for i, b in enumerate(net.b1)),
        tuple(w + start[k * d + k + i] for i, w in enumerate(net.w2)),
        net.b2 + start[-1],
        net.x,
        net.y,
    )
    residuals, columns = moved.residuals(), zip(*moved.gradients(), strict=True)
    slopes = [dot(residuals, column) / len(net.x) for column in columns]
    return tuple(a - step_size * b for a, b in zip(start, slopes, strict=True))


def interpolating(net: RationalProblem) -> RationalProblem:
    """The net with its own values as labels."""
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, net.x)
