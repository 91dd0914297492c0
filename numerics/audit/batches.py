"""The threshold of SGD in mean square beside an audit, for batch sizes, or in words why there is none."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numerics.arrays.checks import row_norms
from numerics.audit.findings import Audit
from numerics.enclosure import enclosed_gram
from numerics.exact.intervals import Interval, interval, readable, reciprocal, texts
from numerics.gram import LARGEST_DENSE, gram_matrix
from numerics.mean_square.bounds import gain
from numerics.mean_square.enclosure import enclosed_gain, enclosed_threshold
from numerics.mean_square.lyapunov import Lyapunov, batch_share
from numerics.mean_square.threshold import thresholds
from numerics.problem import Problem

MOST_ENCLOSED = 256
"""Data up to which thresholds are enclosed."""
NEARLY = Fraction(1, 100)
"""The part of the sharpness by which residuals may change the Hessian of a datum where a net nearly interpolates."""
_DIGITS, _JSON_DIGITS = 6, 15
_COARSE = 1e-3


@dataclass(frozen=True)
class BatchThreshold:
    """SGD with batches of `batch` data, all as intervals.

    step: the largest step size at which it is linearly stable in mean square.
    gain: 1 + p (kappa - 1) of the claim mean-square-stability.
    limit: 2/(gain (1 + 2|f|_S)), which the step does not exceed.
    """

    batch: int
    step: Interval
    gain: Interval
    limit: Interval


@dataclass(frozen=True)
class BatchThresholds:
    """Thresholds of SGD for batches of some sizes, of one datum and of all; or a refusal.

    enclosed: whether the intervals are proofs; else floats, the step between the bounds of the iteration.
    note: what they are of, as a sentence.
    refusal: why there are none; else "".
    """

    found: tuple[BatchThreshold, ...] = ()
    enclosed: bool = False
    note: str = ""
    refusal: str = ""


def batch_thresholds(problem: Problem, audited: Audit, batches: Sequence[int]) -> BatchThresholds:
    """Thresholds for the batch sizes, for 1 and for n, in ascending order, of a network that was audited.

    They are of a minimum off kinks that interpolates. A network that nearly does, where the residuals r_j change the
    Hessian of no single datum by more than a hundredth of the sharpness (|r_j| |(x_j, 1)| is a bound), is taken as if
    it did, and the note says so, with its loss. Of others there are none, and none where floats do not find them.

    Raises:
        TypeError, ValueError: a batch size is not a whole number from 1 to n.
    """
    for batch in batches:
        batch_share(problem.n, batch)
    if refusal := _refusal(problem, audited):
        return BatchThresholds(refusal=refusal)
    sizes = sorted({1, problem.n, *batches})
    try:
        proved = _enclosed(problem, sizes) if audited.enclosed and problem.n <= MOST_ENCLOSED else None
        steps, gains = proved or _in_floats(problem, sizes)
    except ArithmeticError as error:
        return BatchThresholds(refusal=str(error))
    low, high = audited.stability_norm
    norms = 1 + 2 * low, 1 + 2 * high
    found = [
        BatchThreshold(batch, step, factor, reciprocal((factor[0] * norms[0], factor[1] * norms[1]), 2))
        for batch, step, factor in zip(sizes, steps, gains, strict=True)
    ]
    return BatchThresholds(tuple(found), proved is not None, _note(audited, proved is not None))


def batch_table(found: BatchThresholds, width: int = 100) -> str:
    """A line for each batch size and the note, or the refusal."""
    if found.refusal:
        return textwrap.fill(f"No largest stable step of SGD: {found.refusal}.", width)
    cells = [
        ("batch size", "largest stable step of SGD", "gain", "limit by the gain"),
        *(
            (str(one.batch), *(readable(value, _DIGITS) for value in (one.step, one.gain, one.limit)))
            for one in found.found
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(f"{cell:<{w}}" for cell, w in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, "", textwrap.fill(found.note, width)])


def batch_fields(found: BatchThresholds) -> dict[str, object]:
    """The same for JSON: `batches`, each with intervals as [lo, hi], decimal strings rounded outward."""
    batches = [
        {
            "batch_size": one.batch,
            **{name: list(texts(getattr(one, name), _JSON_DIGITS)) for name in ("step", "gain", "limit")},
        }
        for one in found.found
    ]
    return {
        "batches": batches or None,
        "batches_enclosed": found.enclosed,
        "batches_note": found.refusal or found.note,
    }


def _refusal(problem: Problem, audited: Audit) -> str:
    if audited.kinks:
        return f"on kinks, {audited.kinks} here, there is no such threshold: the loss has no Hessian"
    if audited.zero_biases:
        return "the threshold is of networks whose biases are all trained"
    if problem.n > LARGEST_DENSE:
        return f"the threshold takes all of the Gram matrix, which is formed for at most {LARGEST_DENSE:,} data"
    change = _change(problem)
    if not audited.interpolating and not Fraction(change) <= NEARLY * audited.gram_sharpness[0]:
        return (
            f"the threshold is of minima that interpolate, and the residuals may change the Hessian of a datum by "
            f"{change:.2g}, more than a hundredth of the sharpness; train on until the loss is smaller"
        )
    return ""


def _change(problem: Problem) -> float:
    """max_j |r_j| |(x_j, 1)|, which the part of a datum's Hessian that its residual makes does not exceed."""
    return float(np.max(np.abs(problem.residuals) * np.hypot(row_norms(problem.x), 1.0)))


def _enclosed(problem: Problem, sizes: Sequence[int]) -> tuple[list[Interval], list[Interval]] | None:
    """None where the Gram matrix is singular, or so nearly that nothing is proved."""
    if len(Lyapunov(gram_matrix(problem)).values) < problem.n:
        return None
    gram = enclosed_gram(problem)
    try:
        steps = [interval(enclosed_threshold(gram, batch)) for batch in sizes]
    except (ArithmeticError, ValueError):
        # next to a singular matrix floats and balls may differ on the rank
        return None
    return steps, [interval(enclosed_gain(gram, batch)) for batch in sizes]


def _in_floats(problem: Problem, sizes: Sequence[int]) -> tuple[list[Interval], list[Interval]]:
    gram = gram_matrix(problem)
    try:
        found = thresholds(gram, sizes)
    except ArithmeticError:
        # fewer digits where data hardly touch each other; the bounds say how few
        found = thresholds(gram, sizes, tolerance=_COARSE)
    steps = [(Fraction(one.lower), Fraction(one.upper)) for one in found]
    return steps, [(Fraction(gain(gram, batch)),) * 2 for batch in sizes]


def _note(audited: Audit, enclosed: bool) -> str:
    said = [
        "SGD is linearised, stable means bounded in mean square, and batches are drawn without replacement: claims "
        "mean-square-threshold and, for the gain, mean-square-stability."
    ]
    if not audited.interpolating:
        said.append(
            "The thresholds are of minima that interpolate: this is as if the network did, with a loss of "
            f"{readable(audited.loss, 4)}."
        )
    if not enclosed:
        said.append("The steps and gains are computed in floats, not enclosed.")
    return " ".join(said)
