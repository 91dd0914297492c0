"""What an audit of a torch module finds, as a table with sentences."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from numerics.audit.methods.method import LOSSES, Method
from numerics.audit.methods.words import short

Ends: TypeAlias = tuple[float, float]
ModuleVerdict: TypeAlias = Literal["stable", "unstable", "excluded", "undecided"]

_DIGITS = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class ModuleAudit:
    """What the claim any-architecture, and the Hessian in floats, say of a module with m outputs on n data.

    n, outputs, parameters: n, m, and the number of trained parameters.
    bias: the name of the output bias.
    step_size, method: eta, or None; the optimiser, and the loss that eta is of.
    loss: 1/(2n) sum |f(x_j) - y_j|^2; None without labels.
    mean_gradient_square: |E grad f|^2; for several outputs the largest eigenvalue of Q^T Q.
    gauss_newton: the largest eigenvalue of Phi Phi^T/n, from both sides, as `top_eigenvalue` says.
    sharpness: that of the Hessian H of the loss; None without labels.
    smallest: the smallest eigenvalue of H, likewise; None if it was not sought.
    limit: what the largest eigenvalue may be at the step size, 2/eta for gradient descent; None without one.
    verdict: "unstable" where the sharpness is above the limit; "excluded" where |E grad f|^2 is, so that
        0 <= H <= limit is impossible; "stable" where the sharpness is not above it, whatever the
        sign of the smallest eigenvalue; else "undecided". None without a step size.
    notes: which claim was used, and what it does not cover, as sentences.
    """

    n: int
    outputs: int
    parameters: int
    bias: str
    step_size: Fraction | None
    method: Method
    loss: float | None
    mean_gradient_square: float
    gauss_newton: Ends
    sharpness: Ends | None
    smallest: Ends | None
    limit: Fraction | None
    verdict: ModuleVerdict | None
    notes: tuple[str, ...] = ()

    @property
    def excluded_above(self) -> float:
        """The step size, of the method's loss, above which no step is stable: tau/(c |E grad f|^2)."""
        return self._per_curvature() / self.mean_gradient_square

    @property
    def largest_stable_step(self) -> Ends | None:
        """The tau over c times the sharpness; None without labels."""
        if self.sharpness is None:
            return None
        least, most = (max(end, 1.0) for end in self.sharpness)
        return self._per_curvature() / most, self._per_curvature() / least

    def _per_curvature(self) -> float:
        return float(self.method.factor / self.method.loss_factor(self.n, self.outputs))

    def with_notes(self, notes: tuple[str, ...]) -> ModuleAudit:
        """The same with these sentences."""
        return replace(self, notes=notes)

    def __str__(self) -> str:
        rows = [
            ("module", f"{self.parameters:,} trained parameters, {self.outputs} outputs, on {self.n:,} data"),
            ("output bias", self.bias),
            ("loss", "-" if self.loss is None else f"{self.loss:.4g}"),
            ("mean gradient square", f"{self.mean_gradient_square:.{_DIGITS}g}"),
            ("steps excluded above", f"{self.excluded_above:.{_DIGITS}g}"),
            ("gauss-newton sharpness", _shown(self.gauss_newton)),
            ("sharpness", _shown(self.sharpness)),
            ("smallest eigenvalue", _shown(self.smallest)),
            ("largest stable step", _shown(self.largest_stable_step)),
        ]
        if self.limit is not None and self.step_size is not None:
            rows += [(f"limit at step {short(self.step_size)}", short(self.limit)), ("verdict", str(self.verdict))]
        width = max(len(name) for name, _ in rows) + 2
        lines = [f"{name:<{width}}{value}" for name, value in rows]
        return "\n".join([*lines, "", *(textwrap.fill(note, 100, break_on_hyphens=False) for note in self.notes)])

    def as_json(self) -> str:
        """One JSON object with the same names; an estimate from both sides as [lo, hi]."""
        names = (
            *("n", "outputs", "parameters", "bias", "loss", "mean_gradient_square", "excluded_above"),
            *("gauss_newton", "sharpness", "smallest", "largest_stable_step", "verdict", "notes"),
        )
        step = None if self.step_size is None else str(self.step_size)
        fields = {"step_size": step, "method": " ".join(self.method.as_options())}
        return json.dumps({name: getattr(self, name) for name in names} | fields, indent=2, ensure_ascii=False)


def module_notes(found: ModuleAudit) -> tuple[str, ...]:
    """The sentences under the table."""
    one = found.outputs == 1
    square = "|q|^2" if one else "the largest eigenvalue of Q^T Q"
    mean = "q = E grad f" if one else "Q = [E grad f_1 ... E grad f_m]"
    said = [
        f"Claim any-architecture, statement flat-points: with the output bias {found.bias} trained, 0 <= H <= s for "
        f"the Hessian H of 1/(2n) sum |f(x_j) - y_j|^2 implies {square} <= s, {mean}."
        + ("" if one else " The claim is of one output; of several it is the same proof for each combination of them.")
    ]
    if found.method.loss != "half-mse":
        c = found.method.loss_factor(found.n, found.outputs)
        said.append(
            f"Step sizes are of the loss {LOSSES[found.method.loss].formula}, for {found.outputs} outputs {short(c)} "
            "times 1/(2n) sum |f(x_j) - y_j|^2, of which loss and sharpness are."
        )
    if found.method.optimizer != "gradient-descent":
        said.append(
            f"Claim momentum, statement {found.method.optimizer}: eta times the Hessian may be up to "
            f"{short(found.method.factor)}, where gradient descent has 2."
        )
    if found.smallest is not None and found.smallest[1] < 0 and found.sharpness is not None:
        said.append(
            f"H has negative eigenvalues, down to {found.smallest[0]:.3g}: linearised, no step size is stable in those "
            "directions, and the verdict is of the largest eigenvalue alone. Then |q|^2 may exceed the sharpness: by "
            "statement sharpness that is at least (|q|^2 + nu)/(1 + nu), -nu the smallest."
        )
    said.append(
        "All in floats, no proof: an eigenvalue is the largest that Lanczos found, with its residual. Not checked: "
        "that no datum is on a kink, where the Hessian that autograd has is that of one side."
    )
    return tuple(said)


def _shown(ends: Ends | None) -> str:
    if ends is None:
        return "-"
    low, high = (f"{end:.{_DIGITS}g}" for end in ends)
    return low if low == high else f"{low} to {high}"
