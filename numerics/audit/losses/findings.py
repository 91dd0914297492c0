"""What an audit of a network trained on a loss that is no square finds, as a table with sentences."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from numerics.arrays.checks import Array
from numerics.audit.methods.method import Method
from numerics.audit.methods.words import short
from numerics.audit.modules.eigenvalues import Ends
from numerics.audit.shown.table import DIGITS, between, laid_out

LossVerdict: TypeAlias = Literal["excluded", "not excluded", "stable", "unstable", "undecided"]

_FORMULAS = {
    "logistic": "torch.nn.BCEWithLogitsLoss(), the mean of log(1 + e^f) - y f",
    "poisson": "torch.nn.PoissonNLLLoss(), the mean of e^f - y f",
    "exponential": "the mean of e^(-y f)",
    "huber": "torch.nn.HuberLoss(), the mean of (f - y)^2/2 where |f - y| < 1, |f - y| - 1/2 elsewhere",
}
_ABOUT = {"logistic", "exponential"}


@dataclass(frozen=True, kw_only=True, eq=False)
class LossAudit:
    """What the claim other-losses says of a network of k neurons and d inputs on n data, and its Hessian; in floats.

    loss, value: the name of the loss l, and the mean L = (1/n) sum_j l(f(x_j), y_j).
    step_size, method: eta, or None; the optimiser, without the scale of a loss.
    gradient_norm: |grad L| in all parameters.
    kinks: pairs of neuron and datum on a kink, where no claim speaks and no Hessian exists.
    mean_second: sbar, the mean of the second derivatives s_j of l by the output.
    law: the tilted law u_j = s_j/(n sbar) [n].
    stability_norm: |f|_(S,u), the stability norm under the tilted law.
    gradient_square: |q_u|^2, q_u = sum_j u_j grad f(x_j).
    sharpness, smallest: the extreme eigenvalues of the Hessian H of L, from both sides as
        `numerics.audit.modules.eigenvalues.top_eigenvalue` says; None on kinks, or where Lanczos does not find them.
    separated: whether the signs of f are those of the labels at all data, so that the logistic or the exponential loss
        has no stationary point here.
    verdict: "excluded" where |q_u|^2 is above lambda/sbar, lambda = `limit`, so that 0 <= H <= lambda is impossible;
        else "unstable" where the sharpness is above lambda, "stable" where it is not, whatever the sign of the
        smallest eigenvalue; "not excluded" where it is not known, "undecided" on kinks. None without a step size.
    remarks, notes: what was read, and which claim was used and what it does not cover, as sentences.
    """

    n: int
    d: int
    k: int
    loss: str
    value: float
    step_size: Fraction | None
    method: Method
    gradient_norm: float
    kinks: int
    mean_second: float
    law: Array = field(repr=False)
    stability_norm: float
    gradient_square: float
    sharpness: Ends | None
    smallest: Ends | None
    separated: bool
    verdict: LossVerdict | None = None
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def limit(self) -> Fraction | None:
        """The lambda = tau/eta that the largest eigenvalue of H may be at most, 2/eta for gradient descent."""
        return None if self.step_size is None else self.method.factor / self.step_size

    @property
    def largest_gradient_square(self) -> float | None:
        """The lambda/sbar that |q_u|^2 is at most where 0 <= H <= lambda; infinite beyond the range of floats."""
        return None if self.limit is None else _quotient(self.limit, self.mean_second)

    @property
    def bound(self) -> float | None:
        """The lambda/(2 sbar) - 1/2 that |f|_(S,u) is at most there; 1/(eta sbar) - 1/2 for gradient descent."""
        return None if self.limit is None else _quotient(self.limit / 2, self.mean_second) - 0.5

    @property
    def excluded_above(self) -> float:
        """The step size tau/(sbar |q_u|^2), above which 0 <= H <= tau/eta is impossible."""
        return _quotient(self.method.factor, self.mean_second * self.gradient_square)

    @property
    def largest_stable_step(self) -> Ends | None:
        """The tau over the sharpness; None where that is not known."""
        if self.sharpness is None:
            return None
        # the output bias alone has the curvature sbar
        least, most = (max(end, self.mean_second) for end in self.sharpness)
        return _quotient(self.method.factor, most), _quotient(self.method.factor, least)

    def __str__(self) -> str:
        rows = [
            ("network", f"{self.k} neurons, {self.d} inputs, on {self.n} data"),
            (f"{self.loss} loss", f"{self.value:.4g}"),
            ("gradient norm", f"{self.gradient_norm:.4g}"),
            ("kinks", str(self.kinks)),
            ("mean second derivative", f"{self.mean_second:.{DIGITS}g}"),
            ("largest weight of a datum", f"{self.law.max():.4g}"),
            ("tilted gradient square", f"{self.gradient_square:.{DIGITS}g}"),
            ("tilted stability norm", f"{self.stability_norm:.{DIGITS}g}"),
            ("steps excluded above", "-" if self.kinks else f"{self.excluded_above:.{DIGITS}g}"),
            ("sharpness", between(self.sharpness)),
            ("smallest eigenvalue", between(self.smallest)),
            ("largest stable step", between(self.largest_stable_step)),
        ]
        if self.step_size is not None and self.limit is not None:
            at = f"at step size {short(self.step_size)}"
            rows += [
                (f"limit {at}", short(self.limit)),
                ("gradient square at most", f"{self.largest_gradient_square:.{DIGITS}g}"),
                ("norm at most", f"{self.bound:.{DIGITS}g}"),
                ("verdict", str(self.verdict)),
            ]
        return laid_out(rows, self.notes, self.remarks)

    def as_json(self) -> str:
        """One JSON object with the same names, an estimate from both sides as [lo, hi], what is infinite as null."""
        names = (
            *("n", "d", "k", "loss", "value", "gradient_norm", "kinks", "mean_second", "stability_norm"),
            *("gradient_square", "largest_gradient_square", "bound", "excluded_above", "sharpness", "smallest"),
            *("largest_stable_step", "separated", "verdict", "remarks", "notes"),
        )
        fields = {name: _finite(getattr(self, name)) for name in names}
        step = None if self.step_size is None else str(self.step_size)
        optimiser = [word for word in self.method.as_options() if word not in {"--loss", self.method.loss}]
        fields |= {"step_size": step, "method": " ".join(["--loss", self.loss, *optimiser])}
        return json.dumps(fields, indent=2, ensure_ascii=False)


def loss_notes(found: LossAudit) -> tuple[str, ...]:
    """The sentences under the table."""
    descent = found.method.optimizer == "gradient-descent"
    said = [
        f"The loss L is {_FORMULAS[found.loss]}, over the data.",
        "Claim other-losses, statements flat-points and stable-points: with the second derivatives s_j of the loss by "
        "the output, their mean sbar and the law u_j = s_j/(n sbar) on the data, 0 <= H <= lambda for the Hessian H of "
        "L, off the kinks, implies |q_u|^2 <= lambda/sbar and |f|_(S,u) <= lambda/(2 sbar) - 1/2, where q_u = "
        "sum u_j grad f(x_j) and the norm is under the law u; "
        + ("lambda is 2/eta here." if descent else f"lambda is {short(found.method.factor)}/eta here."),
    ]
    if not descent:
        said.append(
            f"Claim momentum, statement {found.method.optimizer}: eta H may be up to {short(found.method.factor)}, "
            "where gradient descent has 2."
        )
    if found.kinks:
        said.append(
            f"Pairs of neuron and datum exactly on a kink: {found.kinks}. There L has no Hessian, and no claim speaks "
            "of the network; move weights or data off the kinks."
        )
    else:
        said += _of_hessian(found)
    said.append(_of_data(found))
    said.append("All in floats, no proof, and there is no certificate of it.")
    return tuple(said)


def _of_hessian(found: LossAudit) -> list[str]:
    if found.sharpness is None:
        said = [
            "Lanczos did not find the largest eigenvalue of H, and only the necessary condition was looked at: what is "
            "not excluded need not be stable."
        ]
    else:
        said = [
            "The sharpness is the largest eigenvalue of H = E[s grad f grad f^T] + E[l' Hess f] that Lanczos found, "
            "with its residual. Verdicts are of the curvature at this point, and of training only if it rests here."
        ]
    if found.smallest is not None and found.smallest[1] < 0:
        said.append(
            f"H has negative eigenvalues, down to {found.smallest[0]:.3g}: linearised, no step size is stable in those "
            "directions, and stable or unstable is said of the largest eigenvalue alone."
        )
    return said


def _of_data(found: LossAudit) -> str:
    if found.separated:
        return (
            f"The network separates the data: the {found.loss} loss has no stationary point here, hence no minimum, "
            "for larger output weights lower it. As sbar tends to 0 the bound says nothing."
        )
    vacuous = "As sbar tends to 0 the bound says nothing"
    if found.loss in _ABOUT:
        return f"Where a network separates the data, the {found.loss} loss has no minimum. {vacuous}."
    return f"{vacuous}, and it hardly sees data of small s_j."


def _quotient(above: Fraction, below: float) -> float:
    try:
        return float(above / Fraction(below))
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not np.isfinite(value) else value
