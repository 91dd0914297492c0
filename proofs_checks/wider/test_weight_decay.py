"""weight-decay: the mean gradient and the stability norm where the loss has an L2 penalty."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import Matrix, RationalProblem, dot, top_at_most, value
from proofs_checks.instances.penalised import (
    DIRECTIONS,
    gradient_of_penalised,
    labelled_nets,
    quarters,
    stationary_net,
)
from proofs_checks.instances.profiles import factor, generator, settings

CLAIM = "weight-decay"
ALL, OTHERS, STATIONARY = (
    ("all-parameters", "all-parameters-norm"),
    ("all-but-the-output-bias", "all-but-the-output-bias-norm"),
    ("stationary", "stationary-norm"),
)
ROUNDING = Fraction(1, 2**30)
"""What equality may be missed by: bounds of a spectrum are decided on either side of it."""
penalties = st.sampled_from((Fraction(1, 16), Fraction(1, 4), Fraction(1)))


def plus(matrix: Matrix, diagonal: Sequence[Fraction]) -> Matrix:
    """The matrix with these numbers added on its diagonal."""
    return tuple(
        tuple(entry + (diagonal[a] if a == b else 0) for b, entry in enumerate(row)) for a, row in enumerate(matrix)
    )


def negative(matrix: Matrix) -> Matrix:
    """Minus the matrix."""
    return tuple(tuple(-entry for entry in row) for row in matrix)


def least_level(matrix: Matrix, per: int = 64) -> Fraction:
    """The smallest multiple of 1/per that is at least 0 and lambda_max, by exact elimination."""
    low, high = -1, int(per * sum((abs(entry) for row in matrix for entry in row), Fraction(1))) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if top_at_most(matrix, Fraction(middle, per)) else (middle, high)
    return Fraction(high, per)


def within(net: RationalProblem, bound: Fraction) -> bool:
    """Whether 2 |f|_S is at most this, in balls of 256 bits."""
    return bool(value([(2 * q, r) for q, r in net.stability_norm()]) <= value([(bound, 1)]) + 2.0**-200)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


def test_any_architecture(evidence: Evidence) -> None:
    """Any symmetric matrix with 1 at e is the Hessian of some architecture: |q|^2 on thousands of them."""
    names = (ALL[0], OTHERS[0])
    with evidence.tested(CLAIM, names, "random symmetric matrices with <e, H e> = 1, in floats") as tally:
        rng = np.random.default_rng(generator().randrange(2**32))
        count = 1000 * factor()
        half = rng.standard_normal((count, 4, 4)) * rng.choice([0.1, 1.0, 3.0], (count, 1, 1))
        hessians = half + half.transpose(0, 2, 1)
        hessians[:, 0, 0] = 1
        square = (hessians[:, 0] ** 2).sum(1)
        others = np.eye(4) - np.outer(np.eye(4)[0], np.eye(4)[0])
        for penalised in (np.eye(4), others):
            # just enough of a penalty for a Hessian that is positive semidefinite, where there is such
            spectra = np.linalg.eigvalsh(hessians)
            schur = np.linalg.eigvalsh(hessians[:, 1:, 1:] - hessians[:, 1:, :1] * hessians[:, :1, 1:])
            lowest = spectra[:, 0] if penalised is not others else schur[:, 0]
            penalty = np.maximum(0, -lowest) * (1 + 1e-9) + 1e-9
            tops = np.linalg.eigvalsh(hessians + penalty[:, None, None] * penalised)
            assert (tops[:, 0] >= -1e-9 * tops[:, -1]).all()
            level = tops[:, -1]
            bound = level * (1 + penalty) - penalty * (2 + penalty) if penalised is not others else level
            for margin in (bound - square) / bound:
                assert margin > -1e-7
                tally.add(float(margin) if margin > 1e-7 else None)


def test_all_parameters(evidence: Evidence) -> None:
    """Nets with residuals and just enough of a penalty for 0 <= H + mu, in exact rationals."""
    with evidence.tested(CLAIM, ALL, "nets with a penalty on all parameters, exactly") as tally:

        @settings(max_examples=30)
        @given(labelled_nets())
        def holds(net: RationalProblem) -> None:
            hessian = net.hessian()
            penalty = least_level(negative(hessian)) + Fraction(1, 64)
            level = least_level(plus(hessian, [penalty] * len(hessian)))
            bound = level * (1 + penalty) - penalty * (2 + penalty)
            square = net.mean_gradient_square()
            assert square <= bound
            assert within(net, (1 + penalty) * (level - (1 + penalty)))
            tally.add(float((bound - square) / bound))

        holds()


def test_all_but_the_output_bias(evidence: Evidence) -> None:
    """Nets with residuals and a penalty on all but b2 that makes up for the residual part, in exact rationals."""
    with evidence.tested(
        CLAIM, (*OTHERS, "column"), "nets with a penalty on all but the output bias, exactly"
    ) as tally:

        @settings(max_examples=30)
        @given(labelled_nets())
        def holds(net: RationalProblem) -> None:
            hessian, penalty = net.hessian(), Fraction(1, 64)
            ones = [Fraction(1)] * (len(hessian) - 1)
            while not top_at_most(
                negative(penalised := plus(hessian, [*(penalty * one for one in ones), Fraction(0)])), Fraction(0)
            ):
                penalty *= 2
            mean = [sum(entries, Fraction(0)) / len(net.x) for entries in zip(*net.gradients(), strict=True)]
            assert [row[-1] for row in penalised] == mean
            level, square = least_level(penalised), net.mean_gradient_square()
            assert square <= level
            assert within(net, level - 1)
            tally.add(float((level - square) / level))

        holds()


def test_stationary_points(evidence: Evidence) -> None:
    """Exact stationary points of the penalised loss: balance, residual part, and |q|^2 + mu/|q|^2 <= 2/eta."""
    names = ("balanced", "residual-part", *STATIONARY)
    with evidence.tested(CLAIM, names, "exact stationary points with one or two neurons") as tally:

        @settings(max_examples=60)
        @given(st.data(), st.integers(1, 2), st.integers(1, 2), penalties)
        def holds(data: st.DataObject, d: int, k: int, penalty: Fraction) -> None:
            sizes = st.sampled_from((-3, -2, -1, 1, 2, 3))
            neurons = [data.draw(st.sampled_from(DIRECTIONS[d])) for _ in range(k)]
            outputs = [data.draw(sizes) for _ in range(k)]
            n = k * (d + 1) + data.draw(st.integers(0, 1))
            x = [[data.draw(quarters) for _ in range(d)] for _ in range(n)]
            net = stationary_net(neurons, outputs, x, penalty)
            assume(net is not None)
            assert net is not None
            assert not any(gradient_of_penalised(net, penalty))
            assert all(dot(w, w) + b * b == a * a != 0 for w, b, a in zip(net.W1, net.b1, net.w2, strict=True))
            hessian = net.hessian()
            rows = net.gradients()
            features = [
                [sum((g[a] * g[b] for g in rows), Fraction(0)) / n for b in range(len(hessian))]
                for a in range(len(hessian))
            ]
            apart = tuple(
                tuple(f - h for f, h in zip(u, v, strict=True)) for u, v in zip(features, hessian, strict=True)
            )
            assert not any(apart[-1])
            assert top_at_most(apart, penalty)
            penalised, square = plus(hessian, [penalty] * len(hessian)), net.mean_gradient_square()
            least = square + penalty / square
            assert not top_at_most(penalised, least - ROUNDING)
            level = Fraction(float(np.linalg.eigvalsh(np.array(penalised, dtype=float))[-1]))
            assert within(net, level + ROUNDING - 1)
            tally.add(float((level + ROUNDING - least) / level))

        holds()


def test_pinned(evidence: Evidence) -> None:
    """X = 1, mu = 1/10, w1 = b1 = sqrt 2, w2 = 2, b2 = 1/sqrt 2: exact in the basis in which (w1, b1) is an axis.

    There H + mu has the eigenvalues mu, 2 mu and those of ((16, 4), (4, 11/10)), and |q|^2 = 17.
    """
    with evidence.tested(
        CLAIM, ("stationary", "balanced"), "a strict penalised minimum whose spectrum is known"
    ) as tally:
        root = np.sqrt(2)
        residual = -0.1 / root
        mean = np.array([2, 2, 2 * root, 1])
        hessian = np.outer(mean, mean) + 0.1 * np.eye(4)
        hessian[:2, 2] += residual
        hessian[2, :2] += residual
        block = ((Fraction(16), Fraction(4)), (Fraction(4), Fraction(11, 10)))
        inner = np.linalg.eigvalsh(np.array(block, dtype=float))
        np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [inner[0], 0.1, 0.2, inner[1]], rtol=1e-12)
        assert inner[1] == pytest.approx(17.00591509, abs=5e-9)
        assert top_at_most(block, Fraction(17005916, 10**6))
        assert not top_at_most(block, Fraction(17) + Fraction(1, 170))  # |q|^2 + mu/|q|^2, short by some 3e-5
        assert top_at_most(block, Fraction(17) + Fraction(1, 169))
        tally.add(float(inner[1] / (17 + 1 / 170) - 1))


def test_control_of_stationary(evidence: Evidence) -> None:
    """|q|^2 <= 2/eta - mu: in rationals at x = 3/4, (w1, b1) = (3, 4), w2 = 5, mu = 1/10, a strict minimum."""
    penalty = Fraction(1, 10)
    net = stationary_net([(3, 4, 5)], [5], [[Fraction(3, 4)]], penalty)
    assert net is not None
    assert not any(gradient_of_penalised(net, penalty))
    penalised = plus(net.hessian(), [penalty] * 4)
    assert top_at_most(negative(penalised), -penalty / 2)  # a strict minimum
    square = net.mean_gradient_square()
    refuted = top_at_most(penalised, square + penalty - Fraction(1, 20))
    evidence.control(
        CLAIM,
        "|q|^2 <= 2/eta - mu at stationary points of the penalised loss",
        f"|q|^2 = {square} and H + 1/10 <= {square + penalty - Fraction(1, 20)} at a strict minimum"
        if refuted
        else None,
        because="the penalty makes up for the residual part, and is left over at the output bias alone",
        statement="stationary",
    )


def test_control_of_all_parameters(evidence: Evidence) -> None:
    """One datum, one parameter t with h' = 2, h'' = 1 and residual -3 besides the output bias: mu = 1, 2/eta = 4."""
    matrix: Matrix = ((Fraction(4 - 3), Fraction(2)), (Fraction(2), Fraction(1)))
    penalised = plus(matrix, [Fraction(1)] * 2)
    flat = top_at_most(penalised, Fraction(4)) and top_at_most(negative(penalised), Fraction(0))
    square = matrix[0][1] ** 2 + 1
    assert square == 4 * (1 + 1) - 1 * (2 + 1)  # attained
    evidence.control(
        CLAIM,
        "|q|^2 <= 2/eta at every flat point of the loss with a penalty on all parameters",
        f"|q|^2 = {square} and 0 <= H + 1 <= 4" if flat and square > 4 else None,
        because="the penalised Hessian maps e to q + mu e; away from stationary points the residual part may be large",
        statement="all-parameters",
    )


def test_control_without_positivity(evidence: Evidence) -> None:
    """f(x) = relu(x) at x = 1 with residual -1 and a penalty of 1/10 on all but the output bias."""
    net = RationalProblem.of([[1]], [0], [1], 0, [[1]], [2])
    penalised = plus(net.hessian(), [*[Fraction(1, 10)] * 3, Fraction(0)])
    square = net.mean_gradient_square()
    refuted = top_at_most(penalised, Fraction(7, 2)) and square > Fraction(7, 2)
    evidence.control(
        CLAIM,
        "|q|^2 <= 2/eta without H >= 0, the output bias not penalised",
        f"|q|^2 = {square} and the penalised Hessian is at most 7/2" if refuted else None,
        because="a residual lowers the top eigenvalue where it makes another one negative",
        statement="all-but-the-output-bias",
    )


def test_control_of_balance(evidence: Evidence) -> None:
    """f(x) = relu(x + 1) at 1 and 2, residuals 1/5 and -1/5, mu = 1/10 on all but the input bias."""
    net, penalty = (
        RationalProblem.of([[1]], [1], [1], 0, [[1], [2]], [Fraction(9, 5), Fraction(16, 5)]),
        Fraction(1, 10),
    )
    stationary = not any(gradient_of_penalised(net, penalty, input_biases=False))
    evidence.control(
        CLAIM,
        "neurons are balanced although their input biases are not penalised",
        "it is stationary, with w1^2 + b1^2 = 2 and w2^2 = 1" if stationary else None,
        because="the gradient by an unpenalised bias vanishes by itself, so that its square is missing",
        statement="balanced",
    )
