"""What an audit of a network with several outputs finds, as a table with sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from numerics.audit.methods.method import Method
from numerics.audit.methods.words import sentences_for_outputs, short
from numerics.audit.shown.table import DIGITS, laid_out

OutputsVerdict: TypeAlias = Literal["stable", "unstable", "excluded", "undecided"]


@dataclass(frozen=True, kw_only=True, eq=False)
class OutputsAudit:
    """What the claim vector-outputs says of a network of k neurons with d inputs and m outputs on n data, in floats.

    step_size, method: eta, or None; the optimiser, and the loss that eta is of.
    loss: 1/(2n) sum |f(x_j) - y_j|^2.
    kinks: pairs of neuron and datum on a kink.
    mean_gradients: the largest eigenvalue of Q^T Q, Q = [E grad f_1 ... E grad f_m].
    stability_norm: its lower and its upper end.
    sharpness: the largest eigenvalue of the Hessian H of the loss; on kinks only formal.
    gram_sharpness: that of its part without residuals, the same where the network interpolates.
    verdict: "excluded" where Q^T Q is above `limit`, so that 0 <= H <= limit is impossible; else whether the sharpness
        is above it; "undecided" on kinks. None without a step size.
    notes: which claim was used, and what it does not cover, as sentences.
    """

    n: int
    d: int
    k: int
    outputs: int
    step_size: Fraction | None
    method: Method
    loss: float
    kinks: int
    mean_gradients: float
    stability_norm: tuple[float, float]
    sharpness: float
    gram_sharpness: float
    verdict: OutputsVerdict | None = None
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
    def excluded_above(self) -> float:
        """The step size above which 0 <= H <= limit is impossible here, by Q^T Q alone."""
        return float(self._per_curvature()) / self.mean_gradients

    @property
    def largest_stable_step(self) -> float:
        """The step size at which the limit is the sharpness."""
        return float(self._per_curvature()) / self.sharpness

    def _per_curvature(self) -> Fraction:
        return self.method.factor / self.method.loss_factor(self.n, self.outputs)

    def __str__(self) -> str:
        rows = [
            ("network", f"{self.k} neurons, {self.d} inputs, {self.outputs} outputs, on {self.n} data"),
            ("loss", f"{self.loss:.4g}"),
            ("kinks", str(self.kinks)),
            ("sharpness", f"{self.sharpness:.{DIGITS}g}"),
            ("gram sharpness", f"{self.gram_sharpness:.{DIGITS}g}"),
            ("mean gradients", f"{self.mean_gradients:.{DIGITS}g}"),
            ("stability norm", " to ".join(f"{end:.{DIGITS}g}" for end in self.stability_norm)),
            ("steps excluded above", "-" if self.kinks else f"{self.excluded_above:.{DIGITS}g}"),
            ("largest stable step", "-" if self.kinks else f"{self.largest_stable_step:.{DIGITS}g}"),
        ]
        if self.step_size is not None and self.limit is not None and self.bound is not None:
            at = f"at step size {short(self.step_size)}"
            rows += [(f"limit {at}", short(self.limit)), ("bound", short(self.bound)), ("verdict", str(self.verdict))]
        return laid_out(rows, self.notes)

    def as_json(self) -> str:
        """One JSON object with the same names; the stability norm as [lo, hi]."""
        names = (
            *("n", "d", "k", "outputs", "loss", "kinks", "mean_gradients", "stability_norm", "sharpness"),
            *("gram_sharpness", "excluded_above", "largest_stable_step", "verdict", "notes"),
        )
        step, bound = (None if value is None else str(value) for value in (self.step_size, self.bound))
        fields = {"step_size": step, "bound": bound, "method": " ".join(self.method.as_options())}
        return json.dumps({name: getattr(self, name) for name in names} | fields, indent=2, ensure_ascii=False)


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
    said.append(
        "All in floats, no proof, and there is no certificate of it. Stable says that the largest eigenvalue of H is "
        "at most the limit, at this point; negative ones were not sought."
    )
    return tuple(said)
