"""Deep ReLU networks by the definitions, in fractions up to the last eigenvalue; it shares no code with the audit.

With the activation pattern fixed, f is affine in each parameter alone, since each occurs once. So first derivatives and
mixed second ones are differences over any step that crosses no kink, and the second one by one parameter is 0.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import mpmath

Matrix = list[list[Fraction]]

STEP = Fraction(1, 2**60)
DIGITS = 60


class Deep:
    """An MLP of the widths [d, k_1, ..., 1], parameters theta in the order of torch, on data x with labels y."""

    def __init__(self, widths: list[int], theta: list[Fraction], x: Matrix, y: list[Fraction]) -> None:
        self.widths, self.theta, self.x, self.y = widths, theta, x, y
        self.pattern = [self._run(theta, point)[1] for point in x]

    def _run(self, theta: list[Fraction], point: list[Fraction]) -> tuple[Fraction, list[bool]]:
        values, place, signs = point, 0, list[bool]()
        for layer, (inputs, outputs) in enumerate(pairwise(self.widths)):
            biases = place + inputs * outputs
            rows = [theta[place + i * inputs : place + (i + 1) * inputs] for i in range(outputs)]
            before = [
                sum((w * v for w, v in zip(row, values, strict=True)), theta[biases + i]) for i, row in enumerate(rows)
            ]
            place = biases + outputs
            if layer < len(self.widths) - 2:
                signs += [value > 0 for value in before]
                assert all(before), "a datum on a kink"
                before = [max(value, Fraction(0)) for value in before]
            values = before
        return values[0], signs

    def value(self, j: int, *moved: int) -> Fraction:
        """f(x_j), some parameters moved by the step."""
        theta = [entry + STEP if place in moved else entry for place, entry in enumerate(self.theta)]
        found, signs = self._run(theta, self.x[j])
        assert signs == self.pattern[j], "a kink was crossed"
        return found

    def curvature(self) -> tuple[Fraction, list[Fraction]]:
        """|E grad f|^2, and the eigenvalues of the Hessian of 1/(2n) sum (f(x_j) - y_j)^2, ascending, to 50 digits."""
        n, size = len(self.x), len(self.theta)
        hessian = [[Fraction(0)] * size for _ in range(size)]
        mean = [Fraction(0)] * size
        for j, label in enumerate(self.y):
            own = self.value(j)
            alone = [self.value(j, a) for a in range(size)]
            slopes = [(value - own) / STEP for value in alone]
            mean = [before + slope / n for before, slope in zip(mean, slopes, strict=True)]
            for a in range(size):
                for b in range(a + 1):
                    mixed = (self.value(j, a, b) - alone[a] - alone[b] + own) / STEP**2 if a != b else Fraction(0)
                    entry = (slopes[a] * slopes[b] + (own - label) * mixed) / n
                    hessian[a][b] += entry
                    hessian[b][a] = hessian[a][b]
        with mpmath.workdps(DIGITS):
            found = mpmath.mp.eigsy(mpmath.matrix(hessian), eigvals_only=True)
            values = sorted(Fraction(mpmath.nstr(value, DIGITS)) for value in found)
        return sum((entry * entry for entry in mean), Fraction(0)), values
