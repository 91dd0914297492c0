"""False neighbours of what is claimed of several outputs, each with an instance in rational numbers that refutes it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from proofs_checks.instances.exact import Matrix, RationalProblem, dot, top_at_most

# f = (c t |x_1|, c t |x_2|) on the corners of a square: output r is c relu(+-t x_r), balanced for c = t
CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
LEVEL = Fraction(3, 2)


def corner_net(level: Fraction) -> RationalProblem:
    """The first output of that net; the second one is its mirror image, and shares its first layer."""
    W1 = [[level, 0], [-level, 0], [0, level], [0, -level]]
    return RationalProblem.of(W1, [0] * 4, [level, level, 0, 0], 0, CORNERS)


def corner_gram(level: Fraction) -> Matrix:
    """K [8, 8] of both outputs, rows by output: the outputs of this net have no neuron in common."""
    first = corner_net(level)
    second = RationalProblem.of(first.W1, first.b1, first.w2[::-1], 0, CORNERS)
    rows = []
    for r, s in itertools.product((first, second), range(4)):
        across = [
            dot(r.gradients()[s][:-5], q.gradients()[j][:-5]) / 4  # W1 and b1 are shared, w2 and b2 are not
            + (dot(r.gradients()[s][-5:], q.gradients()[j][-5:]) / 4 if q is r else 0)
            for q, j in itertools.product((first, second), range(4))
        ]
        rows.append(tuple(across))
    # the first layer has 4 x 2 weights and 4 biases, the second 4 weights and one bias
    return tuple(rows)


def sums() -> str | None:
    """Both are sqrt(2) times the bound for the net on the corners, K <= 11/2 and (11/2 - 1)/2 = 9/4."""
    top = 1 + 2 * LEVEL**2
    ((size, lever),) = {terms for terms in corner_net(LEVEL).stability_norm() if terms[0]}
    # each output: size sqrt(lever), and two outputs; squared
    square = (2 * size) ** 2 * lever
    bound = ((top - 1) / 2) ** 2
    stable = top_at_most(corner_gram(LEVEL), top)
    return f"its square is {square} > {bound}, and K <= {top}" if stable and square > bound else None


def trace() -> str | None:
    """The sum of the squares of the mean gradients in place of the top eigenvalue: dead neurons, two outputs."""
    trace, top = 2 * corner_net(Fraction(0)).mean_gradient_square(), Fraction(1)
    stable = top_at_most(corner_gram(Fraction(0)), top)
    return (
        f"{trace} > {top}, and K <= {top}, for two output biases and nothing else" if stable and trace > top else None
    )


def shared_layer() -> str | None:
    """Mean outputs of neurons counted for the outputs that they feed alone: 1 + t^2/2 + c^2, not 1 + t^2 + c^2."""
    net = corner_net(LEVEL)
    fed = sum((net.side(i, 1).excess ** 2 for i in net.neurons if net.w2[i]), Fraction(0))
    levers = sum((net.w2[i] ** 2 * net.side(i, 1).lever_square for i in net.neurons), Fraction(0))
    claimed, exact = 1 + fed + levers, net.mean_gradient_square()
    return f"{exact} is not {claimed}, with two neurons that feed the other output alone" if exact != claimed else None


def directions() -> str | None:
    """e_1, e_2, (3, 4)/5, (4, -3)/5: rho = I/2 gives 4/sqrt 2, all signs give sums of squared length at most 36/5."""
    unit = Fraction(1, 5)
    vectors = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (3 * unit, 4 * unit), (4 * unit, -3 * unit)]
    assert all(dot(v, v) == 1 for v in vectors)
    best = max(
        dot(total, total)
        for signs in itertools.product((1, -1), repeat=4)
        for total in [[dot(map(Fraction, signs), column) for column in zip(*vectors, strict=True)]]
    )
    mixed = Fraction(4) ** 2 / 2
    return f"the square of the sum is {mixed} for rho = I/2 and at most {best} for all u" if mixed > best else None


def upper_end() -> str | None:
    """The mean of the eigenvalues in place of the top one: one amplitude e_1 of two outputs, g = s = 1."""
    exact, claimed = Fraction(1), (Fraction(1, 2) + 1) / 2
    return f"the norm is {exact} and the end {claimed} for one amplitude of length 1" if exact > claimed else None


def curvature() -> str | None:
    """relu(x) at x = 1 with residual -1, and a second output that is 0: H <= 10/3 there, and |q_1|^2 = 4."""
    net, level = RationalProblem.of([[1]], [0], [1], 0, [[1]], [2]), Fraction(10, 3)
    # the second output adds its weight and its bias, of which z = 1 and 1 are the gradients at residual 0
    hessian = [[*row, Fraction(0), Fraction(0)] for row in net.hessian()]
    hessian += [[Fraction(0)] * 4 + [Fraction(1), Fraction(1)]] * 2
    bounded, square = top_at_most(tuple(map(tuple, hessian)), level), net.mean_gradient_square()
    return f"|q_1|^2 = {square} > {level} >= H" if bounded and square > level else None


def merging() -> str | None:
    """Any loss, merged over both orientations: output 2 has labels where x > 0 only, output 1 where x < 0 only.

    On x = 1 and -1 the neuron relu(x) feeds output 1 and relu(-x) output 2, neither of which has a label there, so that
    the loss does not see their output weights. With u = (1, 1) it is c = e_2 and c = e_1.
    """
    x, weight, zero = [[1], [-1]], Fraction(4), Fraction(0)
    first, second = (RationalProblem.of([[1], [-1]], [0, 0], w2, 0, x) for w2 in ([weight, zero], [zero, weight]))
    # of either datum the output that has a label there; four parameters of the first layer are shared
    rows = second.gradients()[0], first.gradients()[1]
    across = dot(rows[0][:4], rows[1][:4]) / 2
    gram = ((dot(rows[0], rows[0]) / 2, across), (across, dot(rows[1], rows[1]) / 2))
    top, curvature, mean_square = Fraction(1), Fraction(1), Fraction(1, 2)
    # c has length 1 and <c, a> = 4 on either side
    squares = [(side.excess * weight) ** 2 * side.lever_square for side in (first.side(0, 1), first.side(0, -1))]
    # 1/2 + 2 sqrt(square) > top * curvature
    refuted = top_at_most(gram, top) and 4 * min(squares) > (top * curvature - mean_square) ** 2
    return f"1/2 + 2 sqrt({min(squares)}) > 1 = lambda <u, E[S] u>" if refuted else None


class Control(NamedTuple):
    """A variant of a statement, why it is false, and what finds a counterexample."""

    variant: str
    statement: str
    because: str
    counterexample: Callable[[], str | None]


CONTROLS = (
    Control(
        "the sum of the norms of the outputs is at most 1/eta - 1/2",
        "lengths",
        "no one state is best for two hyperplanes whose amplitudes are orthogonal",
        sums,
    ),
    Control(
        "the sum of the lengths of the amplitudes is at most 1/eta - 1/2",
        "lengths",
        "no one state is best for two hyperplanes whose amplitudes are orthogonal",
        sums,
    ),
    Control(
        "|Q|^2 in the Frobenius norm is at most 2/eta",
        "bounded",
        "each output bias alone has a mean gradient of length 1",
        trace,
    ),
    Control(
        "<q_r, q_r> counts (E z_i)^2 only where neuron i feeds output r",
        "mean-gradients",
        "an output weight that is 0 is trained too",
        shared_layer,
    ),
    Control(
        "the norm is the largest norm of a combination <u, f>",
        "mixed-states",
        "a mixed state is not an average of directions for a concave sum",
        directions,
    ),
    Control(
        "tr(sum s g a a^T)/m in place of its top eigenvalue", "upper-end", "the best state need not be I/m", upper_end
    ),
    Control(
        "Q^T Q <= lambda at any point",
        "bounded",
        "a residual can lower the largest eigenvalue where it makes another one negative",
        curvature,
    ),
    Control(
        "any loss: the neurons of both orientations merged, the smaller side of each hyperplane",
        "any-loss",
        "the two sides may see different outputs, and either may see nothing of its own neurons",
        merging,
    ),
)
