"""Nets whose loss has an L2 penalty: exact stationary points, and nets with any labels, in rational numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import assume
from hypothesis import strategies as st

from proofs_checks.instances.exact import RationalProblem, dot

DIRECTIONS: Mapping[int, Sequence[tuple[int, ...]]] = {
    1: [(3, 4, 5), (5, -12, 13), (-8, 15, 17), (-4, -3, 5)],
    2: [(1, 2, 2, 3), (-2, 3, 6, 7), (4, -4, 7, 9)],
}
"""(w1, b1) of whole length, the length last, by the dimension of the data."""
quarters = st.integers(-8, 8).map(lambda entry: Fraction(entry, 4))


def solution(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """Some solution of linear equations, by elimination; None where there is none."""
    table = [[*row, entry] for row, entry in zip(rows, right, strict=True)]
    size = len(rows[0])
    pivots: list[int] = []
    for column in range(size):
        here = len(pivots)
        usable = next((r for r in range(here, len(table)) if table[r][column]), None)
        if usable is None:
            continue
        table[here], table[usable] = table[usable], table[here]
        table[here] = [entry / table[here][column] for entry in table[here]]
        for other in range(len(table)):
            if other != here and table[other][column]:
                scale = table[other][column]
                table[other] = [a - scale * b for a, b in zip(table[other], table[here], strict=True)]
        pivots.append(column)
    if any(row[-1] for row in table[len(pivots) :]):
        return None
    found = [Fraction(0)] * size
    for row, column in zip(table, pivots, strict=False):
        found[column] = row[-1]
    return found


def stationary_net(
    neurons: Sequence[tuple[int, ...]], outputs: Sequence[int], x: Sequence[Sequence[Fraction]], penalty: Fraction
) -> RationalProblem | None:
    """A stationary point of the penalised loss with these directions of (w1, b1) and signed sizes of w2; None if none.

    The residuals solve E[r 1_i (X, 1)] = -(penalty/w2_i) (w1_i, b1_i), and b2 = -E r / penalty.
    """
    n = len(x)
    W1, b1, w2 = [], [], []
    for (*inputs, constant, length), output in zip(neurons, outputs, strict=True):
        W1.append([Fraction(abs(output) * w, length) for w in inputs])
        b1.append(Fraction(abs(output) * constant, length))
        w2.append(Fraction(output))
    bare = RationalProblem.of(W1, b1, w2, 0, x)
    if bare.kinks():
        return None
    rows, right = [], []
    for i, size in enumerate(w2):
        active = [Fraction(t[i] > 0) for t in bare.preactivations()]
        for column in range(len(x[0])):
            rows.append([a * point[column] / n for a, point in zip(active, x, strict=True)])
            right.append(-penalty / size * W1[i][column])
        rows.append([a / n for a in active])
        right.append(-penalty / size * b1[i])
    residuals = solution(rows, right)
    if residuals is None:
        return None
    bias = -sum(residuals, Fraction(0)) / n / penalty
    labels = [found + bias - r for found, r in zip(bare.values(), residuals, strict=True)]
    return RationalProblem.of(W1, b1, w2, bias, x, labels)


def gradient_of_penalised(net: RationalProblem, penalty: Fraction, *, input_biases: bool = True) -> list[Fraction]:
    """The gradient of the loss and the penalty on all parameters, or on all but the input biases."""
    parameters = [*(w for row in net.W1 for w in row), *(input_biases * b for b in net.b1), *net.w2, net.b2]
    columns = zip(*net.gradients(), strict=True)
    return [
        dot(net.residuals(), column) / len(net.x) + penalty * p for column, p in zip(columns, parameters, strict=True)
    ]


@st.composite
def labelled_nets(draw: st.DrawFn) -> RationalProblem:
    """Small nets with labels of their own, off all kinks."""
    d, n, k = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 2))

    def matrix(rows: int, columns: int) -> list[list[Fraction]]:
        return [[draw(quarters) for _ in range(columns)] for _ in range(rows)]

    net = RationalProblem.of(
        matrix(k, d), matrix(1, k)[0], matrix(1, k)[0], draw(quarters), matrix(n, d), matrix(1, n)[0]
    )
    assume(not net.kinks())
    return net
