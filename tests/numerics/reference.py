"""Slow and obvious versions of what numerics computes fast: exact rationals until the last square root."""

import math
from fractions import Fraction

from numerics.network import Array, ShallowNetwork

Row = list[Fraction]


def exact(values: Array) -> Row:
    """The floats as the rational numbers they are."""
    return [Fraction(float(value)) for value in values]


def side_weight(w1: Row, b1: Fraction, x: list[Row]) -> float:
    """|w1| gt(w1/|w1|, -b1/|w1|) = E[relu(t)] sqrt(P(t > 0)^2 + |E X 1{t > 0}|^2), t = <w1, X> + b1."""
    n = len(x)
    t = [sum((w * entry for w, entry in zip(w1, point, strict=True)), b1) for point in x]
    active = [point for point, value in zip(x, t, strict=True) if value > 0]
    excess = sum((value for value in t if value > 0), Fraction(0)) / n
    probability = Fraction(len(active), n)
    moments = [sum((point[c] for point in active), Fraction(0)) / n for c in range(len(w1))]
    return float(excess) * math.sqrt(probability**2 + sum(moment**2 for moment in moments))


def same_hyperplane(first: Row, second: Row) -> bool:
    """Whether two nonzero rows (w1, b1) are proportional: all 2 x 2 minors vanish."""
    return all(
        first[i] * second[j] == first[j] * second[i] for i in range(len(first)) for j in range(i + 1, len(first))
    )


def hyperplanes(network: ShallowNetwork) -> list[list[int]]:
    """The neurons with w1 != 0 grouped by hyperplane, by comparing all pairs."""
    rows = [exact(w) + exact([b]) for w, b in zip(network.W1, network.b1, strict=True)]  # type: ignore[arg-type]
    groups: list[list[int]] = []
    for i, row in enumerate(rows):
        if not any(row[:-1]):
            continue
        for group in groups:
            if same_hyperplane(rows[group[0]], row):
                group.append(i)
                break
        else:
            groups.append([i])
    return groups


def norms(network: ShallowNetwork, data: Array) -> tuple[float, float]:
    """The stability norm and the one-sided norm."""
    x = [exact(point) for point in data]
    stability, one_sided = 0.0, 0.0
    for group in hyperplanes(network):
        first = exact(network.W1[group[0]])
        column = next(c for c, entry in enumerate(first) if entry)
        ratios = [abs(Fraction(float(network.W1[i, column])) / first[column]) for i in group]
        total = sum(
            (Fraction(float(network.w2[i])) * ratio for i, ratio in zip(group, ratios, strict=True)), Fraction(0)
        )
        bias = Fraction(float(network.b1[group[0]]))
        smaller = min(side_weight(first, bias, x), side_weight([-w for w in first], -bias, x))
        stability += abs(float(total)) * smaller
        for i in group:
            own = side_weight(exact(network.W1[i]), Fraction(float(network.b1[i])), x)
            one_sided += abs(float(network.w2[i])) * own
    return stability, one_sided
