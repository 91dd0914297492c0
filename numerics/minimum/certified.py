"""From a trained float network to an exact interpolating minimum, by Newton and Kantorovich, every step proved."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy.typing as npt
from flint import arb, ctx

from numerics.enclosure import Enclosure, Verdict, enclose, enclosed_loss, exact_step_size, stability_verdict
from numerics.exact.balls import ball, lower, outward
from numerics.minimum.newton import (
    NotCertified,
    activation_margin,
    certified_radius,
    distance_between,
    mean_gradient_square_near,
    neuron_sizes,
    newton_constants,
    pairs_within,
    polished,
    require_distinct_hyperplanes,
    sharpness_near,
    stability_norm_near,
)
from numerics.network import ShallowNetwork
from numerics.problem import Problem

__all__ = ["POLISHING_LOSS", "CertifiedMinimum", "KinkedNetwork", "NotCertified", "certify_minimum"]

POLISHING_LOSS = 1e-13
"""Polishing starts at no larger loss: from further away it is destructive."""
ROUNDING_MARGIN = 1e-9
"""A margin below this part of the largest |(w1_i, b1_i)| is near rounding."""
_MARGIN_PER_RADIUS = 1000
_PRECISION = 192


@dataclass(frozen=True, eq=False)
class CertifiedMinimum:
    """A proof that an exact interpolating minimum lies within `radius` of `centre`, and what is true of it.

    Distances are Euclidean in the space of all parameters. Balls enclose the values at the exact minimum, which is
    in the activation cell of the centre.

    centre: the network after polishing; its parameters are floats.
    radius: r, exactly.
    margin: min_ij |<w1_i, x_j> + b1_i| / |(x_j, 1)| at the centre: how far the walls of its cell are, at least.
    inverse_bound: an upper bound of beta = 1/sigma_min(J), J the derivative of theta -> f(x_j) at the centre.
    lipschitz: M = sqrt(sum_j 1 + |x_j|^2), of that derivative inside the cell.
    newton_step: an upper bound of |J^+ F|, F the residuals at the centre.
    distance, start_margin: from the network given to the centre, and the margin of the network given.
    sharpness, mean_gradient_square, stability_norm: at the exact minimum.
    bound: 1/eta - 1/2.
    """

    n: int
    step_size: Fraction
    centre: ShallowNetwork
    radius: Fraction
    margin: arb
    inverse_bound: arb
    lipschitz: arb
    newton_step: arb
    distance: arb
    start_margin: arb
    sharpness: arb
    mean_gradient_square: arb
    stability_norm: arb
    bound: arb

    @property
    def verdict(self) -> Verdict:
        """Linear stability of the exact minimum at the step size."""
        return stability_verdict(self.sharpness, self.step_size)

    @property
    def tightness(self) -> arb:
        """|f|_S over the bound 1/eta - 1/2."""
        return self.stability_norm / self.bound

    @property
    def cell_chosen_by(self) -> Literal["training", "polishing"]:
        """Training, if the network given, the centre and the exact minimum lie in one cell, well inside.

        That is proved if the margin of the network given exceeds the distance of the exact minimum from it, and
        if the margin is neither near rounding nor near the radius. Else polishing merely chose among the cells that
        meet at kinks on which the network ends, and the minimum should not be counted as found by training.
        """
        largest = max(neuron_sizes(self.centre), default=arb(0))
        inside = self.start_margin > self.distance + ball(self.radius)
        genuine = self.margin > ROUNDING_MARGIN * largest and self.margin > _MARGIN_PER_RADIUS * ball(self.radius)
        return "training" if inside and genuine else "polishing"

    @property
    def counted(self) -> bool:
        """Whether this is a stable minimum in a cell that training chose."""
        return self.verdict == "stable" and self.cell_chosen_by == "training"

    def theorem(self, data: str = "") -> str:
        """What is proved, in words and LaTeX; `data` names the data, such as "these 256 MNIST digits"."""
        network = self.centre
        sharpness, norm = outward(self.sharpness, 9), outward(self.stability_norm, 9)
        parts = [
            f"On {data or f'these {self.n} data'}, at step size $\\eta = {decimal_text(self.step_size)}$, there is an"
            f" interpolating minimum of {network.k} neurons within ${power_text(self.radius)}$ of the network given"
            " (after polishing). No datum is on a kink: the walls of the activation cell are at least"
            f" ${power_text(lower(self.margin), up=False)}$ away."
        ]
        if self.cell_chosen_by == "polishing":
            parts.append(
                "The network given ends on kinks, to within its own distance from the minimum: polishing merely"
                " chose one of the cells that meet there, so this minimum is not counted."
            )
        verdict = {
            "stable": "is linearly stable",
            "unstable": "is not linearly stable",
            "undecided": "may or may not be linearly stable",
        }[self.verdict]
        limit = outward(ball(2 / self.step_size), 6)[0]
        parts.append(
            f"Its sharpness lies in $[{sharpness[0]}, {sharpness[1]}]$, against $2/\\eta \\ge {limit}$: it {verdict}."
            f" Its stability norm lies in $[{norm[0]}, {norm[1]}]$."
        )
        if self.bound > 0 and self.verdict == "stable":
            missing = outward((1 - self.tightness) * 100, 2)[1]
            attained = f"The bound $1/\\eta - 1/2 = {decimal_text(1 / self.step_size - Fraction(1, 2))}$"
            parts.append(f"{attained} holds, and is attained within {missing} percent.")
        return " ".join(parts)


@dataclass(frozen=True, eq=False)
class KinkedNetwork:
    """A network that ends on kinks: no cell, hence no differentiable minimum, is certified; what is true is.

    kinks: pairs of neuron and datum that the exact minimum, if there is one nearby, may have on either side.
    enclosure: of the float network itself, with the masks that its exact pre-activations have.
    """

    step_size: Fraction
    kinks: int
    enclosure: Enclosure

    @property
    def strongly_stable_possible(self) -> bool | None:
        """Whether |q_m|^2 <= 2/eta, which strong stability needs in every mode m; None where a ball leaves it open."""
        verdict = stability_verdict(self.enclosure.mean_gradient_square, self.step_size)
        return None if verdict == "undecided" else verdict == "stable"

    def theorem(self, data: str = "") -> str:
        """What is proved, in words and LaTeX."""
        found, eta = self.enclosure, decimal_text(self.step_size)
        gradient, norm = outward(found.mean_gradient_square, 9), outward(found.stability_norm, 9)
        pairs = "1 pair" if self.kinks == 1 else f"{self.kinks} pairs"
        necessary = {True: "holds", False: "is violated", None: "is left open"}[self.strongly_stable_possible]
        return (
            f"On {data or f'these {found.n} data'} the network ends on kinks ({pairs} of neuron and datum),"
            " so no differentiable minimum is certified. In the mode of the network itself"
            f" $|q_m|^2 \\in [{gradient[0]}, {gradient[1]}]$ and $|f|_S \\in [{norm[0]}, {norm[1]}]$; the condition"
            f" $|q_m|^2 \\le 2/\\eta$, necessary for strong stability at $\\eta = {eta}$, {necessary}."
        )


def certify_minimum(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    *,
    step_size: Fraction | float,
) -> CertifiedMinimum | KinkedNetwork:
    """Prove that an exact interpolating minimum lies near `network`, and enclose its sharpness and stability norm.

    The network is polished by Gauss-Newton steps (in floats, with exact residuals); the proof does not depend on
    how its centre was found. See the claim certified-minimum for the theorem used.

    Args:
        network: trained on the data to a loss of at most 1e-13; or a `Problem` with labels.
        x: the data [n, d]; None beside a Problem.
        y: the labels [n]; likewise.
        step_size: eta; a float stands for its exact value, Fraction("0.45") for the decimal.

    Returns:
        A `CertifiedMinimum`, or a `KinkedNetwork` where the walls of the activation cell are too near.

    Raises:
        TypeError, ValueError: data, labels or step size are not finite real numbers of the right shape.
        NotCertified: the loss is above 1e-13; the data cannot be fitted independently near the network (the
            derivative is not onto, as for equal data); the Newton step is too long; or hyperplanes of the minimum
            may coincide, so that its stability norm is not determined.
    """
    problem = Problem.of(network, x, y)
    labels = problem.labels
    eta = exact_step_size(step_size)
    with ctx.workprec(_PRECISION):
        start = problem.exact
        loss = enclosed_loss(problem)
        if not loss <= POLISHING_LOSS:
            raise NotCertified(
                f"the loss is {float(loss):.1e}, above {POLISHING_LOSS}: train the network further first"
            )
        centre = polished(start, labels)
        distance = distance_between(start, centre)
        start_margin = activation_margin(start)
        inverse_bound, lipschitz, newton_step = newton_constants(centre, labels)
        radius = certified_radius(inverse_bound, lipschitz, newton_step)
        margin = activation_margin(centre)
        if not margin > ball(radius):
            return KinkedNetwork(eta, pairs_within(start, distance + ball(radius)), enclose(problem, step_size=eta))
        require_distinct_hyperplanes(centre, radius)
        return CertifiedMinimum(
            n=problem.n,
            step_size=eta,
            centre=centre.network,
            radius=radius,
            margin=margin,
            inverse_bound=inverse_bound,
            lipschitz=lipschitz,
            newton_step=newton_step,
            distance=distance,
            start_margin=start_margin,
            sharpness=sharpness_near(centre, lipschitz * ball(radius)),
            mean_gradient_square=mean_gradient_square_near(centre, lipschitz * ball(radius)),
            stability_norm=stability_norm_near(centre, radius),
            bound=ball(1 / eta - Fraction(1, 2)),
        )


def decimal_text(value: Fraction) -> str:
    """The number as a finite decimal if it is one of at most nine places, else as a fraction."""
    scaled = value * 10**9
    if scaled.denominator > 1:
        return f"{value.numerator}/{value.denominator}"
    text = outward((value, value), 9)[0].rstrip("0")
    return text.removesuffix(".")


def power_text(value: Fraction, *, up: bool = True) -> str:
    """A positive number as LaTeX with three digits and a power of ten, rounded up or down."""
    exponent = len(str(value.numerator)) - len(str(value.denominator))
    exponent -= value < Fraction(10) ** exponent
    digits = outward((value / Fraction(10) ** exponent,) * 2, 2)[up]
    return f"{digits} \\cdot 10^{{{exponent}}}"
