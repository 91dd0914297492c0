"""Small rational nets whose quantities were worked out by hand, to pin what inequalities leave open.

>>> from numerics.norm import stability_norm
>>> net = PINNED["merged amplitudes that cancel"]
>>> net.norm  # 3 sqrt(14) / 16, not 15 sqrt(14) / 16
((Fraction(3, 16), 14),)
>>> close(stability_norm(net.network, net.x), net.norm)
True

In a check: ``@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from numerics.network import Array, ShallowNetwork
from proofs_checks.instances.exact import NormalForm, RationalProblem, close

__all__ = ["PINNED", "Pinned", "close"]


@dataclass(frozen=True)
class Pinned:
    """A net on data, and what is true of it; sums of roots as ((q, r), ...) for q sqrt(r) + ..., r square-free.

    problem: the net, data and labels as rationals; all of them are floats, too.
    norm: |f|_S;  one_sided: sum_i |a_i| gt_i;  mean_gradient_square: |q|^2;  loss.
    gram: n K;  characteristic: det(t I - n K), leading coefficient first;
    sharpness: lambda_max(K), ``None`` where it is no such sum (then ``problem.sharpness()`` encloses it);
    largest_stable_step: 2 / sharpness, ``None`` likewise.
    hyperplanes: the neurons with w1 != 0 by hyperplane.
    hessian: entries (row, column), row <= column, of the Hessian of the loss with its residual part;
    hessian_complete: whether all entries above the diagonal that are not 0 are given.
    step_size, bound: eta and 1/eta - 1/2.
    """

    problem: RationalProblem
    norm: NormalForm
    one_sided: NormalForm
    mean_gradient_square: Fraction
    loss: Fraction
    gram: tuple[tuple[Fraction, ...], ...]
    characteristic: tuple[Fraction, ...]
    sharpness: NormalForm | None
    largest_stable_step: NormalForm | None
    hyperplanes: tuple[tuple[int, ...], ...]
    hessian: Mapping[tuple[int, int], Fraction]
    hessian_complete: bool
    step_size: Fraction
    bound: Fraction

    @property
    def network(self) -> ShallowNetwork:
        """The net in floats, without rounding."""
        net = self.problem
        W1, b1, w2 = (np.array(part, dtype=float) for part in (net.W1, net.b1, net.w2))
        return ShallowNetwork(W1, b1, w2, float(net.b2))

    @property
    def x(self) -> Array:
        """The data [n, d] in floats, without rounding."""
        return np.array(self.problem.x, dtype=float)

    @property
    def y(self) -> Array:
        """The labels [n] in floats, without rounding."""
        return np.array(self.problem.y, dtype=float)


def _f(text: str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, text.split()))


def _roots(text: str | None) -> NormalForm | None:
    """Read 1/2 + 3 sqrt(5) from 1/2*1 3*5."""
    if text is None:
        return None
    pairs = (term.split("*") for term in text.split())
    return tuple((Fraction(q), int(r)) for q, r in pairs)


def _net(
    *,
    W1: str,
    b1: str,
    w2: str,
    b2: str = "0",
    x: str,
    y: str,
    norm: str,
    one_sided: str,
    mean_gradient_square: str,
    loss: str,
    gram: str,
    characteristic: str,
    sharpness: str | None,
    largest_stable_step: str | None,
    hyperplanes: tuple[tuple[int, ...], ...],
    hessian: Mapping[tuple[int, int], str],
    complete: bool = False,
    step_size: str,
    bound: str,
) -> Pinned:
    """Rows are separated by commas, entries by spaces."""
    rows, points = (tuple(_f(row) for row in matrix.split(",")) for matrix in (W1, x))
    return Pinned(
        problem=RationalProblem.of(rows, _f(b1), _f(w2), Fraction(b2), points, _f(y)),
        norm=_roots(norm) or (),
        one_sided=_roots(one_sided) or (),
        mean_gradient_square=Fraction(mean_gradient_square),
        loss=Fraction(loss),
        gram=tuple(_f(row) for row in gram.split(",")),
        characteristic=_f(characteristic),
        sharpness=_roots(sharpness),
        largest_stable_step=_roots(largest_stable_step),
        hyperplanes=hyperplanes,
        hessian=MappingProxyType({place: Fraction(entry) for place, entry in hessian.items()}),
        hessian_complete=complete,
        step_size=Fraction(step_size),
        bound=Fraction(bound),
    )


PINNED: Mapping[str, Pinned] = MappingProxyType(
    {
        # 2 relu(x): above E t = 3/2, P = 1/2, E X 1 = 3/2; below 1/2, 1/2, -1/2. Residuals 1 and -1
        "one neuron": _net(
            W1="1", b1="0", w2="2", x="3, -1", y="5 1",
            norm="1/2*2", one_sided="3/2*10", mean_gradient_square="53/4", loss="1/2",
            gram="50 1, 1 1", characteristic="1 -51 49",
            sharpness="51/4*1 1/4*2405", largest_stable_step="102/49*1 -2/49*2405", hyperplanes=((0,),),
            hessian={(0, 0): "18", (0, 1): "6", (0, 2): "21/2", (0, 3): "3", (1, 1): "2", (1, 2): "7/2",
                     (1, 3): "1", (2, 2): "9/2", (2, 3): "3/2", (3, 3): "1"},
            complete=True, step_size="1/20", bound="39/2",
        ),
        # relu(x_1) + 2 relu(x_2) - relu(2 x_2): each lever is sqrt(7/8), each E relu(x_c) is 3/4
        "merged amplitudes that cancel": _net(
            W1="1 0, 0 1, 0 2", b1="0 0 0", w2="1 2 -1", x="1 2, -1 -2, 2 -1, -2 1", y="1 0 2 0",
            norm="3/16*14", one_sided="15/16*14", mean_gradient_square="77/8", loss="0",
            gram="58 1 4 16, 1 1 1 1, 4 1 11 1, 16 1 1 36", characteristic="1 -106 2951 -22327 17385",
            sharpness=None, largest_stable_step=None, hyperplanes=((0,), (1, 2)),
            hessian={(0, 0): "5/4", (0, 1): "0", (2, 2): "5", (2, 4): "-5/2", (0, 2): "1/2", (9, 9): "5/4",
                     (10, 10): "5/4", (11, 11): "5", (10, 11): "5/2", (12, 12): "1", (2, 12): "-1/2"},
            step_size="1/30", bound="59/2",
        ),
        # 3 relu(x + 1) + relu(-2 x - 2): merged 3 + 2; excess 1/2, lever 1/2 at 0 and 1, sqrt(5/2) at -3
        "both orientations of one hyperplane": _net(
            W1="1, -2", b1="1 -2", w2="3 1", x="0, -3", y="3 4",
            norm="5/4*1", one_sided="3/4*1 1*10", mean_gradient_square="10", loss="0",
            gram="11 1, 1 27", characteristic="1 -38 296",
            sharpness="19/2*1 1/2*65", largest_stable_step="19/74*1 -1/74*65", hyperplanes=((0, 1),),
            hessian={(1, 1): "9/2", (1, 3): "-3/2", (1, 5): "-6", (1, 6): "-3/2", (2, 2): "9/2", (2, 4): "3/2",
                     (2, 6): "3/2", (3, 3): "1/2", (3, 5): "2", (3, 6): "1/2", (4, 4): "1/2", (4, 6): "1/2",
                     (5, 5): "8", (5, 6): "2", (6, 6): "1"},
            complete=True, step_size="1/10", bound="19/2",
        ),
        # one datum is on one side of everything; t = 6, f = 13, residual 3
        "n = 1": _net(
            W1="3 4", b1="-5", w2="2", b2="1", x="1 2", y="10",
            norm="", one_sided="12*6", mean_gradient_square="61", loss="9/2",
            gram="61", characteristic="1 -61", sharpness="61*1", largest_stable_step="2/61*1", hyperplanes=((0,),),
            hessian={(0, 0): "4", (0, 1): "8", (0, 2): "4", (0, 3): "15", (0, 4): "2", (1, 1): "16", (1, 2): "8",
                     (1, 3): "30", (1, 4): "4", (2, 2): "4", (2, 3): "15", (2, 4): "2", (3, 3): "36", (3, 4): "6",
                     (4, 4): "1"},
            complete=True, step_size="1/61", bound="121/2",
        ),
        # 5 relu(2) + 7 relu(-1) + 4 relu(x): the constants weigh on |q|^2 by 4 + 25 and on no norm. Residuals 1 and 0
        "constant neurons": _net(
            W1="0, 0, 1", b1="2 -1 0", w2="5 7 4", x="1, -1", y="13 10",
            norm="1*2", one_sided="1*2", mean_gradient_square="153/4", loss="1/4",
            gram="88 5, 5 55", characteristic="1 -143 4815",
            sharpness="143/4*1 1/4*1189", largest_stable_step="286/4815*1 -2/4815*1189", hyperplanes=((2,),),
            hessian={(0, 0): "25", (0, 2): "10", (0, 3): "0", (0, 5): "10", (0, 6): "1/2", (0, 8): "5/2", (1, 1): "0",
                     (1, 7): "0", (2, 2): "8", (2, 8): "5/2", (3, 3): "25", (3, 6): "21/2", (4, 4): "0", (4, 7): "0",
                     (5, 8): "5/2", (6, 6): "4", (6, 9): "2", (7, 7): "0", (8, 8): "1/2", (9, 9): "1"},
            step_size="1/40", bound="79/2",
        ),
        # relu(x - 1) - relu(x): a datum on each kink, on neither side. With masks t >= 0 the norm is sqrt(5)/9.
        # Residuals -1, 0, -1; the second derivatives are formal
        "data on kinks": _net(
            W1="1, 1", b1="-1 0", w2="1 -1", x="1, 0, 2", y="0 0 0",
            norm="1/9*1", one_sided="1/9*5 1/3*13", mean_gradient_square="37/9", loss="1/3",
            gram="4 1 6, 1 1 1, 6 1 16", characteristic="1 -21 46 -20",
            sharpness=None, largest_stable_step=None, hyperplanes=((0,), (1,)),
            hessian={(0, 0): "4/3", (0, 1): "-4/3", (0, 4): "0", (1, 1): "5/3", (1, 5): "-8/3", (2, 4): "0",
                     (3, 5): "-5/3", (6, 6): "1"},
            step_size="1/7", bound="13/2",
        ),
        # 5 relu(x - 9) + 0 relu(x) + 1/2, the datum 1 twice: f is 1/2, q has E relu = 2/3. Residuals 1/2, 1/2, 0
        "a dead neuron and an output weight 0": _net(
            W1="1, 1", b1="-9 0", w2="5 0", b2="1/2", x="1, 1, -1", y="0 0 1/2",
            norm="", one_sided="", mean_gradient_square="13/9", loss="1/12",
            gram="2 2 1, 2 2 1, 1 1 1", characteristic="1 -5 2 0",
            sharpness="5/6*1 1/6*17", largest_stable_step="15/2*1 -3/2*17", hyperplanes=((0,), (1,)),
            hessian={(1, 5): "1/3", (3, 5): "1/3", (5, 5): "2/3", (5, 6): "2/3", (6, 6): "1"},
            complete=True, step_size="1", bound="1/2",
        ),
        # 15/4 |x| at -3/4 and 3/4: balanced, 15/16 = (3/2) (5/8), and even, so lambda_max = |q|^2 = 1 + 2 |f|_S
        "every inequality an equality": _net(
            W1="5/2, -5/2", b1="0 0", w2="3/2 3/2", x="3/4, -3/4", y="45/16 45/16",
            norm="225/128*1", one_sided="225/128*1", mean_gradient_square="289/64", loss="0",
            gram="257/32 1, 1 257/32", characteristic="1 -257/16 65025/1024",
            sharpness="289/64*1", largest_stable_step="128/289*1", hyperplanes=((0, 1),),
            hessian={(0, 0): "81/128", (0, 2): "27/32", (0, 4): "135/128", (0, 6): "9/16", (1, 1): "81/128",
                     (1, 3): "-27/32", (1, 5): "-135/128", (1, 6): "-9/16", (2, 2): "9/8", (2, 4): "45/32",
                     (2, 6): "3/4", (3, 3): "9/8", (3, 5): "45/32", (3, 6): "3/4", (4, 4): "225/128",
                     (4, 6): "15/16", (5, 5): "225/128", (5, 6): "15/16", (6, 6): "1"},
            complete=True, step_size="128/289", bound="225/128",
        ),
        # 2 relu(x_1 - 1) - 3 relu(2 - 2 x_1), one neuron written twice: merged 1 + 1 - 6. Residuals -6, 4, 2
        "duplicated neurons": _net(
            W1="1 0, 1 0, -2 0", b1="-1 -1 2", w2="1 1 -3", x="0 0, 3 4, 2 0", y="0 0 0",
            norm="4/9*1", one_sided="2/3*1 2*5", mean_gradient_square="130/9", loss="28/3",
            gram="14 1 1, 1 61 19, 1 19 13", characteristic="1 -88 1466 -6012",
            sharpness=None, largest_stable_step=None, hyperplanes=((0, 1, 2),),
            hessian={(0, 9): "8", (0, 10): "8/3", (1, 9): "8", (6, 9): "3", (8, 8): "3", (8, 11): "-4", (4, 4): "0",
                     (4, 11): "0", (11, 11): "4/3"},
            step_size="1/50", bound="99/2",
        ),
        # relu(x + 1) - 2 relu(x) + relu(x - 1); the middle: excess 1/2, lever sqrt(1/2), the ends: 1/8, sqrt(13)/8
        "a hat": _net(
            W1="1, 1, 1", b1="1 0 -1", w2="1 -2 1", x="-3/2, -1/2, 1/2, 3/2", y="0 1/2 1/2 0",
            norm="1/2*2 1/32*13", one_sided="1/2*2 27/64*5 1/64*13", mean_gradient_square="87/16", loss="0",
            gram="1 1 1 1, 1 5/2 5/2 5/2, 1 5/2 39/4 57/4, 1 5/2 57/4 117/4",
            characteristic="1 -85/2 1645/8 -4197/16 1341/16",
            sharpness=None, largest_stable_step=None, hyperplanes=((0,), (1,), (2,)),
            hessian={(0, 0): "11/16", (0, 1): "-5/4", (0, 2): "9/16", (0, 6): "17/16", (9, 9): "1", (3, 9): "3/4"},
            step_size="1/12", bound="23/2",
        ),
    }
)  # fmt: skip
"""The nets by name."""
