"""What an audit of a network with several outputs finds, as a table with sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from numerics.audit.methods.method import Method
from numerics.audit.methods.words import sentences_for_outputs, short
from numerics.audit.shown.table import laid_out
from numerics.exact.intervals import Interval, readable, reciprocal, texts
from numerics.wider.outputs.enclosure import MOST_INPUTS, MOST_PAIRS

OutputsVerdict: TypeAlias = Literal["stable", "unstable", "excluded", "undecided"]

_JSON_DIGITS = 15
_INTERVALS = (
    *("loss", "mean_gradients", "stability_norm", "sharpness", "gram_sharpness", "negative_curvature"),
    *("excluded_above", "largest_stable_step"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class OutputsAudit:
    """What the claim vector-outputs says of a network of k neurons with d inputs and m outputs on n data.

    An interval contains the true value if `enclosed`; otherwise it is a float with margins for rounding.

    in_balls: whether that is without trust in products of matrices of floats.
    step_size, method: eta, or None; the optimiser, and the loss that eta is of.
    loss: 1/(2n) sum |f(x_j) - y_j|^2.
    kinks: pairs of neuron and datum on a kink.
    mean_gradients: the largest eigenvalue of Q^T Q, Q = [E grad f_1 ... E grad f_m].
    stability_norm: from the sum of a state to the value of scales.
    sharpness: the largest eigenvalue of the Hessian H of the loss; on kinks only formal.
    gram_sharpness: that of its part without residuals, the same where the network interpolates.
    negative_curvature: nu = max(0, -lambda_min(H)), between 0 and the size of the residual part of H; None on kinks of
        a network that does not interpolate.
    verdict: "stable" where the sharpness is at most `limit`, and else "unstable", or "excluded" where `least_sharpness`
        is above it already; "undecided" on kinks, or where the interval reaches to both sides. None without a step
        size.
    remarks: what was read, and taken for granted in reading it, as sentences.
    notes: which claim was used, and what it does not cover, as sentences.
    """

    n: int
    d: int
    k: int
    outputs: int
    enclosed: bool
    in_balls: bool
    step_size: Fraction | None
    method: Method
    loss: Interval
    kinks: int
    mean_gradients: Interval
    stability_norm: Interval
    sharpness: Interval
    gram_sharpness: Interval
    negative_curvature: Interval | None
    verdict: OutputsVerdict | None = None
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def limit(self) -> Fraction | None:
        """What the sharpness may be: tau/(eta c), 2/eta for gradient descent on 1/(2n) sum |f(x_j) - y_j|^2."""
        return None if self.step_size is None else self._per_curvature() / self.step_size

    @property
    def bound(self) -> Fraction | None:
        """What the stability norm is at most where 0 <= H <= limit: (limit - 1)/2, there 1/eta - 1/2."""
        return None if self.limit is None else (self.limit - 1) / 2

    @property
    def least_sharpness(self) -> Interval | None:
        """What Q^T Q says that the sharpness is at least, lambda_max(Q^T Q) - rho or 1; None where rho is not known.

        The residual part of H moves no eigenvalue by more than rho, and without it H is at least Q^T Q in the
        directions of the means. Where the network interpolates rho is 0. The output biases alone make it at least 1.
        """
        if self.negative_curvature is None:
            return None
        rho = self.negative_curvature[1]
        (low, high), (least, most) = self.mean_gradients, self.sharpness
        return max(min(low - rho, least), Fraction(1)), max(min(high - rho, most), Fraction(1))

    @property
    def excluded_above(self) -> Interval | None:
        """The step size above which the sharpness is above the limit by Q^T Q alone; never below the largest stable."""
        return None if self.least_sharpness is None else self._steps(self.least_sharpness)

    @property
    def largest_stable_step(self) -> Interval:
        """The step size at which the limit is the sharpness."""
        return self._steps(self.sharpness)

    def _steps(self, curvature: Interval) -> Interval:
        # the output biases alone make both at least 1, whatever margins floats have
        low, high = (max(end, Fraction(1)) for end in curvature)
        first, last = reciprocal((low, high))
        return self._per_curvature() * first, self._per_curvature() * last

    def _per_curvature(self) -> Fraction:
        return self.method.factor / self.method.loss_factor(self.n, self.outputs)

    def __str__(self) -> str:
        rows = [
            ("network", f"{self.k} neurons, {self.d} inputs, {self.outputs} outputs, on {self.n} data"),
            ("loss", readable(self.loss, 4)),
            ("kinks", str(self.kinks)),
            ("sharpness", readable(self.sharpness)),
            ("gram sharpness", readable(self.gram_sharpness)),
            ("mean gradients", readable(self.mean_gradients)),
            ("stability norm", readable(self.stability_norm)),
            ("steps excluded above", self._shown(self.excluded_above)),
            ("largest stable step", self._shown(self.largest_stable_step)),
        ]
        if self.step_size is not None and self.limit is not None and self.bound is not None:
            at = f"at step size {short(self.step_size)}"
            rows += [(f"limit {at}", short(self.limit)), ("bound", short(self.bound)), ("verdict", str(self.verdict))]
        return laid_out(rows, self.notes, self.remarks)

    def _shown(self, steps: Interval | None) -> str:
        return "-" if self.kinks or steps is None else readable(steps)

    def as_json(self) -> str:
        """One JSON object with the same names; an interval as [lo, hi], decimal strings rounded outward."""
        fields: dict[str, object] = {
            name: getattr(self, name) for name in ("n", "d", "k", "outputs", "enclosed", "in_balls")
        }
        for name in _INTERVALS:
            value: Interval | None = getattr(self, name)
            hidden = value is None or (self.kinks > 0 and name in ("excluded_above", "largest_stable_step"))
            fields[name] = None if value is None or hidden else list(texts(value, _JSON_DIGITS))
        for name in ("step_size", "limit", "bound"):
            exact = getattr(self, name)
            fields[name] = None if exact is None else str(exact)
        fields["method"] = " ".join(["--loss", self.method.loss, *self._optimiser()])
        fields |= {name: getattr(self, name) for name in ("kinks", "verdict", "remarks", "notes")}
        return json.dumps(fields, indent=2, ensure_ascii=False)

    def _optimiser(self) -> list[str]:
        return [word for word in self.method.as_options() if word not in {"--loss", self.method.loss}]


def outputs_notes(found: OutputsAudit) -> tuple[str, ...]:
    """The sentences under the table."""
    said = [
        "Claim vector-outputs, statements bounded and flat-points: 0 <= H <= lambda for the Hessian H of "
        "1/(2n) sum |f(x_j) - y_j|^2, off the kinks, implies that the largest eigenvalue of Q^T Q is at most lambda, "
        "Q = [E grad f_1 ... E grad f_m], and the stability norm of all outputs at most (lambda - 1)/2."
    ]
    said += sentences_for_outputs(found.method, found.n, found.outputs)
    if found.kinks:
        said.append(
            f"Pairs of neuron and datum exactly on a kink: {found.kinks}. There the loss has no Hessian, and no claim "
            "speaks of the network; move weights or data off the kinks."
        )
    if found.negative_curvature is not None and not found.kinks:
        said.append(_of_negative(found.negative_curvature))
    if found.enclosed:
        said.append(
            "Every pair of numbers encloses the true value, of the parameters and data as they are stored, and the "
            "verdict follows from these: it is proved, in ball arithmetic. There is no certificate of it."
        )
        if not found.in_balls:
            said.append(
                "Matrices of this size are formed in floats whose rounding is bounded, for sums in any order: products "
                "of matrices on this machine are trusted to keep that bound. All else is exact."
            )
        if found.verdict == "undecided" and not found.kinks:
            said.append("The limit lies within the enclosure of the sharpness, which leaves the verdict open.")
    else:
        said.append(
            "All in floats, no proof: the intervals are margins for rounding, and there is no certificate. Everything "
            f"is enclosed for at most {MOST_PAIRS:,} pairs of datum and output, and 2^{MOST_INPUTS.bit_length() - 1} "
            "pairs of datum and neuron or input."
        )
    said.append("Stable says that the largest eigenvalue of H is at most the limit, at this point.")
    return tuple(said)


def _of_negative(nu: Interval) -> str:
    if nu[1] == 0:
        return "The network interpolates, so that H has no negative eigenvalue."
    most = texts(nu, 4)[1]
    return (
        f"The residuals curve the loss by at most nu = {most}: H >= -nu, and the sharpness is at least the largest "
        "eigenvalue of Q^T Q less nu, by which larger steps are excluded. If also H <= lambda, the stability norm is "
        "at most (1 + nu)(lambda - 1)/2, by statement every-state."
    )
