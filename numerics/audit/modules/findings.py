"""What an audit of a torch module finds, as a table with sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from numerics.audit.methods.method import Method
from numerics.audit.methods.words import sentences_for_outputs, short
from numerics.audit.modules.eigenvalues import Ends
from numerics.audit.shown.table import DIGITS, between, laid_out

ModuleVerdict: TypeAlias = Literal["stable", "unstable", "excluded", "undecided"]


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
    penalised_sharpness: the largest eigenvalue with the penalty of the weight decay; None without one, or labels.
    verdict: "unstable" where the sharpness (with its penalty) is above the limit; "excluded" where |E grad f|^2 is, so
        that 0 <= H <= limit is impossible; "stable" where the sharpness is not above it, whatever the sign of the
        smallest eigenvalue; else "undecided". None without a step size.
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
    penalised_sharpness: Ends | None = None
    verdict: ModuleVerdict | None = None
    notes: tuple[str, ...] = ()

    @property
    def limit(self) -> Fraction | None:
        """What the largest eigenvalue may be at the step size, penalty included: tau/(eta c); None without one."""
        return None if self.step_size is None else self._per_curvature() / self.step_size

    @property
    def penalty(self) -> Fraction:
        """The mu of the penalty (mu/2)|theta|^2 beside 1/(2n) sum |f(x_j) - y_j|^2."""
        return self.method.weight_decay / self.method.loss_factor(self.n, self.outputs)

    @property
    def largest_gradient_square(self) -> Fraction | None:
        """What |E grad f|^2 is at most at a stable point: the limit s; s(1 + mu) - mu(2 + mu) if all is penalised."""
        mu = self._penalty_of_bias()
        return None if self.limit is None else self.limit * (1 + mu) - mu * (2 + mu)

    @property
    def deciding_sharpness(self) -> Ends | None:
        """The sharpness, with the penalty if there is one."""
        return self.penalised_sharpness if self.method.weight_decay else self.sharpness

    @property
    def excluded_above(self) -> float:
        """The step size, of the method's loss, above which none is stable: tau/(c |E grad f|^2) without a penalty."""
        mu = self._penalty_of_bias()
        return float(self._per_curvature() * (1 + mu)) / (self.mean_gradient_square + float(mu * (2 + mu)))

    @property
    def largest_stable_step(self) -> Ends | None:
        """The tau over c times the sharpness, with its penalty; None without labels."""
        if self.deciding_sharpness is None:
            return None
        # the output bias alone has the curvature 1
        least, most = (max(end, 1.0) for end in self.deciding_sharpness)
        return float(self._per_curvature()) / most, float(self._per_curvature()) / least

    def _per_curvature(self) -> Fraction:
        return self.method.factor / self.method.loss_factor(self.n, self.outputs)

    def _penalty_of_bias(self) -> Fraction:
        return Fraction(0) if self.method.decayed == "all-but-output-bias" else self.penalty

    def __str__(self) -> str:
        rows = [
            ("module", f"{self.parameters:,} trained parameters, {self.outputs} outputs, on {self.n:,} data"),
            ("output bias", self.bias),
            ("loss", "-" if self.loss is None else f"{self.loss:.4g}"),
            ("mean gradient square", f"{self.mean_gradient_square:.{DIGITS}g}"),
            ("steps excluded above", f"{self.excluded_above:.{DIGITS}g}"),
            ("gauss-newton sharpness", between(self.gauss_newton)),
            ("sharpness", between(self.sharpness)),
            *([("sharpness with penalty", between(self.penalised_sharpness))] if self.method.weight_decay else []),
            ("smallest eigenvalue", between(self.smallest)),
            ("largest stable step", between(self.largest_stable_step)),
        ]
        if self.limit is not None and self.step_size is not None:
            rows += [(f"limit at step {short(self.step_size)}", short(self.limit)), ("verdict", str(self.verdict))]
        return laid_out(rows, self.notes)

    def as_json(self) -> str:
        """One JSON object with the same names; an estimate from both sides as [lo, hi]."""
        names = (
            *("n", "outputs", "parameters", "bias", "loss", "mean_gradient_square", "excluded_above"),
            *(
                "gauss_newton",
                "sharpness",
                "penalised_sharpness",
                "smallest",
                "largest_stable_step",
                "verdict",
                "notes",
            ),
        )
        step = None if self.step_size is None else str(self.step_size)
        fields = {"step_size": step, "method": " ".join(self.method.as_options())}
        return json.dumps({name: getattr(self, name) for name in names} | fields, indent=2, ensure_ascii=False)


def module_notes(found: ModuleAudit) -> tuple[str, ...]:
    """The sentences under the table."""
    one = found.outputs == 1
    square = "|q|^2" if one else "the largest eigenvalue of Q^T Q"
    mean = "q = E grad f" if one else "Q = [E grad f_1 ... E grad f_m]"
    claim = "any-architecture, statement flat-points" if one else "vector-outputs, statement bounded"
    said = [
        f"Claim {claim}: with the output bias {found.bias} trained, 0 <= H <= s for the Hessian H of "
        f"1/(2n) sum |f(x_j) - y_j|^2 implies {square} <= s, {mean}."
    ]
    said += sentences_for_outputs(found.method, found.n, found.outputs)
    if found.method.weight_decay:
        said.append(_of_penalty(found))
    if found.smallest is not None and found.smallest[1] + float(found.penalty) < 0 and found.sharpness is not None:
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


def _of_penalty(found: ModuleAudit) -> str:
    if found.method.decayed == "all-but-output-bias":
        where, statement, bound = "all parameters but the output bias", "all-but-the-output-bias", "s"
    else:
        where, statement, bound = "all parameters", "all-parameters", "s(1 + mu) - mu(2 + mu)"
    decoupled = " Decoupled decay of gradient descent takes its steps." if found.method.decayed == "decoupled" else ""
    return (
        f"Claim weight-decay, statement {statement}: with the penalty (mu/2)|theta|^2 on {where}, mu = "
        f"{short(found.penalty)} beside 1/(2n) sum |f(x_j) - y_j|^2, the Hessian that counts is that of both; if it is "
        f"from 0 to s, |q|^2 is at most {bound}.{decoupled}"
    )
