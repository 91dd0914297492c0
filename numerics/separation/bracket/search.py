r"""The search for the two ends of the bracket: measures and nets, which the module ``table`` proves to be good.

    python -m numerics.separation.bracket.search [--only C ...] [--folder DIR] [--seconds N] [--again] [--scheduler URL]

Both ends solve one linear program: the least error of a combination of the functions relu_H, averaged over the square's
symmetries, with sum |a_H| g(H) <= C; its dual variables are a measure. Lines and points are generated where the
current measure or net violates its bound, found by branch and bound. First both sets grow together; then the measure's
points are fixed and only lines are added, and the other way round. Away from the best pair so far the program's
solution is erratic, so mixtures of the two are asked for violations as well.

Nothing found here is trusted: what is written has been proved, and the checks prove it again. One file for each C,
written when it is ready; a search that was interrupted goes on with the first C that has no file, and a worse end never
replaces a better one. Each starts from the nearest C that has a file; on a cluster, that had one when all began.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float64
from scipy.optimize import linprog
from tqdm import tqdm

from numerics.arrays.parallel import run_all
from numerics.network import Array
from numerics.separation.bracket.dihedral import mean_features
from numerics.separation.bracket.ends import Bracket, stability_bound
from numerics.separation.bracket.files import read_bracket, write_bracket
from numerics.separation.bracket.hyperplane_weight import line_weight
from numerics.separation.bracket.relu_sums import Mask
from numerics.separation.bracket.rounding import prove_measure, prove_net
from numerics.separation.bracket.table import STEP_SIZES, bracket_path, certificate_folder, nearest
from numerics.separation.bracket.violations import violated_lines, violated_points
from numerics.separation.pyramid import pyramid
from theory.terminal import complain

RIM = 3.75
"""Masses lie within this distance of the origin: further out the weight g is too small for them to help."""
_LARGE = 500_000
"""Entries of a program from which on the interior point method is the faster one."""


@dataclass(frozen=True, eq=False)
class Solution:
    """The optimum of one program: amplitudes [m] and constant, the dual masses [n], the error, the multiplier of C."""

    amplitudes: Float64[Array, " m"]
    constant: float
    masses: Float64[Array, " n"]
    error: float
    supremum: float


def solve(rows: Float64[Array, "n 3"], columns: Float64[Array, "m 3"], norm: float) -> Solution:
    """Minimise e subject to s_j (f - phi)(x_j) <= e, for rows (x_j, s_j) [n, 3] and f from columns (H_k, s_k) [m, 3].

    Each column has an amplitude of the sign s_k, and sum |a_k| g(H_k) <= norm. Raises ``ArithmeticError`` if the
    solver gives up.
    """
    weights = line_weight(columns[:, :2])
    features = mean_features(rows[:, :2], columns[:, :2]) / weights * columns[:, 2]
    signs = rows[:, 2:]
    matrix = np.concatenate([signs * features, signs, -np.ones_like(signs)], axis=1)
    matrix = np.concatenate([matrix, np.append(np.ones(len(columns)), [0, 0])[None]])
    right = np.append(rows[:, 2] * pyramid(rows[:, :2]), norm)
    cost = np.append(np.zeros(len(columns) + 1), 1)
    bounds = [(0, None)] * len(columns) + [(None, None), (0, None)]
    method = "highs-ipm" if matrix.size > _LARGE else "highs"
    result = linprog(cost, A_ub=matrix, b_ub=right, bounds=bounds, method=method)
    if result.status != 0:
        raise ArithmeticError(f"the linear program was not solved: {result.message}")
    dual = -result.ineqlin.marginals
    amplitudes = result.x[:-2] * columns[:, 2] / weights
    return Solution(amplitudes, float(result.x[-2]), -dual[:-1] * rows[:, 2], float(result.x[-1]), float(dual[-1]))


def _signed(places: Float64[Array, "n 2"]) -> Float64[Array, "2*n 3"]:
    return np.concatenate([np.insert(places, 2, sign, axis=1) for sign in (1.0, -1.0)])


def _distinct(*parts: Array) -> Array:
    return np.unique(np.concatenate(parts), axis=0)


def first_guess() -> tuple[Float64[Array, "n 3"], Float64[Array, "m 3"]]:
    """Signed points and lines to start from: grids, finer where phi has its kinks."""
    x, y = (grid.ravel() for grid in np.meshgrid(*[np.arange(0, 4.01, 0.125)] * 2, indexing="ij"))
    wanted = (y <= x) & (np.hypot(x, y) <= 3.9) & ((x + y <= 1.5) | ((x % 0.25 == 0) & (y % 0.25 == 0)))
    points = np.stack([x, y], axis=1)[wanted]
    tau, c = (grid.ravel() for grid in np.meshgrid(np.arange(0, 1.01, 0.25), np.arange(0, 5.4, 0.125), indexing="ij"))
    lines = np.stack([tau, c], axis=1)[c <= 3.8 * np.sqrt(1 + tau**2)]
    return _signed(points), _signed(lines)


def grow_together(norm: float, rounds: int) -> tuple[Float64[Array, "n 3"], Float64[Array, "m 3"]]:
    """Signed points and lines after so many rounds in which both sets grow where they are violated."""
    rows, columns = first_guess()
    for _ in range(rounds):
        found = solve(rows, columns, norm)
        used, massive = np.abs(found.amplitudes) > 1e-9, np.abs(found.masses) > 1e-10
        net, measure = (columns[used, :2], found.amplitudes[used]), (rows[massive, :2], found.masses[massive])
        points, _ = violated_points(*net, found.constant, found.error, cells=8)
        lines, _ = violated_lines(*measure, found.supremum, cells=8)
        errors = mean_features(rows[:, :2], net[0]) @ net[1] + found.constant - pyramid(rows[:, :2])
        paired = measure[1] @ mean_features(measure[0], columns[:, :2])
        close = np.abs(paired) > 0.8 * found.supremum * line_weight(columns[:, :2])
        rows = _distinct(rows[_worth_keeping(massive, rows[:, 2] * errors > 0.8 * found.error)], points)
        columns = _distinct(columns[_worth_keeping(used, close)], lines)
    return rows, columns


def _worth_keeping(used: Bool[Mask, " n"], close: Bool[Mask, " n"]) -> Bool[Mask, " n"]:
    """All, while few are idle; otherwise those in use or close to it."""
    if len(used) <= 3 * used.sum() + 300:
        return np.ones(len(used), bool)
    return np.asarray(used | close)


@dataclass(frozen=True)
class Effort:
    """When to stop: the relative gap that is good enough, and the time (s); and where to tell what is reached."""

    tolerance: float
    seconds: float
    report: Callable[[str], None]

    def enough(self, gap: float, start: float) -> bool:
        """Whether the relative gap is small enough, or the time since the start is up."""
        return gap <= self.tolerance or time.monotonic() > start + self.seconds


def _joined(
    places: Float64[Array, "n 2"], start: tuple[Float64[Array, "m 2"], Float64[Array, " m"]] | None
) -> tuple[Float64[Array, "joined 2"], Float64[Array, " joined"]]:
    """Places [n, 2] together with those of an earlier solution, and its values there (0 elsewhere)."""
    if start is None:
        return places, np.zeros(len(places))
    every, place = np.unique(np.concatenate([start[0], places]), axis=0, return_inverse=True)
    values = np.zeros(len(every))
    values[place.ravel()[: len(start[0])]] = start[1]
    return every, values


def search_measure(
    norm: float,
    points: Float64[Array, "n 2"],
    columns: Float64[Array, "m 3"],
    effort: Effort,
    start: tuple[Float64[Array, "former 2"], Float64[Array, " former"]] | None = None,
) -> tuple[Float64[Array, "found 2"], Float64[Array, " found"]]:
    """The best measure found on the given points, as (points [n, 2], masses [n] of whole orbits).

    ``start`` is an earlier solution, for this norm or another one.
    """
    points, best = _joined(_distinct(points[np.hypot(*points.T) <= RIM], np.zeros((1, 2))), start)
    origin = (points == 0).all(axis=1)
    best[origin] -= best.sum()
    rows, heights, best_value, began = _signed(points), pyramid(points), -np.inf, time.monotonic()
    if start is not None:
        supremum = 1e-12
        for depth in (4, 6, 7):
            lines, supremum = violated_lines(points, best, supremum, depth=depth)
        columns = _distinct(columns, lines)
        best_value = float((best @ heights - norm * supremum) / np.abs(best).sum())
    chosen = best
    while True:
        found = solve(rows, columns, norm)
        masses = found.masses[: len(points)] + found.masses[len(points) :]
        masses[origin] -= masses.sum()  # the solver annihilates constants to about 1e-8 only
        fresh = []
        for share in (1.0, 0.4) if np.isfinite(best_value) else (1.0,):
            trial = best + share * (masses - best)
            lines, supremum = violated_lines(points, trial, found.supremum)
            fresh.append(lines)
            value = float((trial @ heights - norm * supremum) / np.abs(trial).sum())
            if value > best_value:
                best_value, chosen = value, trial
        best = chosen
        effort.report(f"C = {norm:g}: lower {best_value:.6f} of at most {found.error:.6f}, {len(columns)} lines")
        if effort.enough(1 - best_value / found.error, began) or not sum(map(len, fresh)):
            return points, best
        close = np.zeros(len(columns), bool)
        for trial, level in ((masses, 0.7), (best, 0.9)):
            paired = np.abs(trial @ mean_features(points, columns[:, :2]))
            close |= paired > level * found.supremum * line_weight(columns[:, :2])
        columns = _distinct(columns[_worth_keeping(found.amplitudes != 0, close)], *fresh)


def search_net(
    norm: float,
    lines: Float64[Array, "m 2"],
    rows: Float64[Array, "n 3"],
    effort: Effort,
    start: tuple[Float64[Array, "former 2"], Float64[Array, " former"], float] | None = None,
) -> tuple[Float64[Array, "found 2"], Float64[Array, " found"], float]:
    """The best net found on the given lines, as (lines [m, 2], amplitudes [m], constant).

    ``start`` is an earlier solution; it counts only if its norm is small enough.
    """
    lines, amplitudes = _joined(lines, None if start is None else start[:2])
    columns, best_value, began = _signed(lines), np.inf, time.monotonic()
    best = np.append(amplitudes, 0.0 if start is None else start[2])
    if start is not None and np.abs(amplitudes) @ line_weight(lines) <= norm * (1 + 1e-6):
        best_value = 1e-12
        for depth in (4, 6, 7):
            points, best_value = violated_points(lines, amplitudes, start[2], best_value, depth=depth)
        rows = _distinct(rows, points)
    chosen = best
    while True:
        found = solve(rows, columns, norm)
        amplitudes = found.amplitudes[: len(lines)] + found.amplitudes[len(lines) :]
        net = np.append(amplitudes, found.constant)
        fresh = []
        for share in (1.0, 0.4) if np.isfinite(best_value) else (1.0,):
            trial = best + share * (net - best)
            points, value = violated_points(lines, trial[:-1], trial[-1], found.error)
            fresh.append(points)
            if value < best_value:
                best_value, chosen = value, trial
        best = chosen
        effort.report(f"C = {norm:g}: upper {best_value:.6f} of at least {found.error:.6f}, {len(rows)} points")
        if effort.enough(best_value / found.error - 1, began) or not sum(map(len, fresh)):
            return lines, best[:-1], float(best[-1])
        errors = rows[:, 2] * (mean_features(rows[:, :2], lines) @ net[:-1] + net[-1] - pyramid(rows[:, :2]))
        rows = _distinct(rows[_worth_keeping(found.masses != 0, errors > 0.7 * found.error)], *fresh)


def search(step_size: Fraction, effort: Effort, earlier: Bracket | None = None) -> Bracket:
    """Search both ends for one step size, and prove them; ``earlier`` is a bracket to start from, of any step size.

    Raises:
        ArithmeticError: an end could not be proved, or the linear program could not be solved.
    """
    bound = stability_bound(step_size)
    norm = float(bound)
    rows, columns = grow_together(norm, 4 if norm < 2 else 6 if norm < 12 else 7)
    points, lines = _distinct(rows[:, :2]), _distinct(columns[:, :2])
    orbits = None if earlier is None else earlier.measure.orbits()
    measure, supremum = prove_measure(*search_measure(norm, points, columns, effort, orbits))
    former = None if earlier is None else earlier.net.parts()
    # a little below C, so that rounding leaves the net within C
    net, error = prove_net(*search_net(norm * (1 - 1e-7), lines, rows, effort, former), bound)
    return Bracket(step_size, measure, supremum, net, error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Search the step sizes of the table, see the module; returns the exit status, 2 where one fails."""
    parser = argparse.ArgumentParser(
        prog="python -m numerics.separation.bracket.search", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--only", nargs="+", type=Fraction, metavar="C", help="only these bounds C = 1/eta - 1/2")
    parser.add_argument("--folder", type=Path, default=certificate_folder(), help="where the certificates are kept")
    parser.add_argument("--seconds", type=float, default=120, help="time for each end, about (default: 120)")
    parser.add_argument("--again", action="store_true", help="search again where there is a certificate already")
    parser.add_argument("--scheduler", metavar="tcp://HOST:PORT", help="search on this dask.distributed cluster")
    options = parser.parse_args(arguments)
    if any(bound <= 0 for bound in options.only or ()):
        parser.error("the bounds C must be positive")
    steps = [1 / (bound + Fraction(1, 2)) for bound in options.only] if options.only else list(STEP_SIZES)
    if not options.folder.is_dir():
        parser.error(f"there is no folder {options.folder}")
    steps = [step for step in steps if options.again or not bracket_path(step, options.folder).exists()]
    try:
        with tqdm(total=len(steps), disable=None) as progress:

            def keep(_: int, found: Bracket) -> None:
                path = bracket_path(found.step_size, options.folder)
                best = found.better_ends(read_bracket(path)) if path.exists() else found
                write_bracket(path, best)
                progress.write(f"{path.name}: C = {best.norm}, {float(best.lower):.6f} to {float(best.upper):.6f}")

            starts = ((step, nearest(step, options.folder)) for step in steps)
            # a worker of a cluster has no bar to write to
            shared = (options.seconds, progress.set_postfix_str if options.scheduler is None else logging.info)
            for _ in run_all(_searched, starts, shared, scheduler=options.scheduler, keep=keep):
                progress.update()
    except (ArithmeticError, OSError, ValueError) as error:
        complain(f"error: {error}")
        return 2
    return 0


def _searched(shared: tuple[float, Callable[[str], None]], argument: tuple[Fraction, Bracket | None]) -> Bracket:
    (seconds, report), (step_size, earlier) = shared, argument
    tolerance = 3e-4 if stability_bound(step_size) < 4 else 2e-3
    return search(step_size, Effort(tolerance, seconds, report), earlier)


if __name__ == "__main__":
    sys.exit(main())
