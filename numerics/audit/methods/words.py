"""Which claim speaks of a method, what it allows, and what is no theorem: the first sentences under the table."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from numerics.audit.methods.method import LOSSES, Method
from numerics.exact.intervals import Interval, readable, texts

_FACTORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "gradient-descent": ("gradient descent", "2"),
        "heavy-ball": ("the heavy ball", "2(1 + beta)"),
        "nesterov": ("Nesterov's method", "2(1 + beta)/(1 + 2 beta)"),
        "adam": ("an averaged gradient", "2(1 + beta)/(1 - beta)"),
    }
)
_DIGITS = 8


def short(value: Fraction) -> str:
    """A number as a decimal or a fraction if that is short, a float as that float, else between two decimals.

    >>> short(Fraction(19, 5)), short(Fraction(1, 3)), short(Fraction(0.1)), short(Fraction(949993, 140000))
    ('3.8', '1/3', '0.1', '6.7856642 to 6.7856643')
    """
    low, high = texts((value, value), 17)
    if low == high:
        return low
    if len(str(value)) <= 9:
        return str(value)
    is_float = value.denominator.bit_count() == 1 and Fraction(1, 2**900) < abs(value) < 2**53
    return repr(float(value)) if is_float else readable((value, value), _DIGITS)


def sharpness_name(method: Method) -> str:
    """What the line of `method_sharpness` is called; "" where the sharpness itself decides."""
    if method.is_scalar:
        return ""
    if method.layer_steps is not None:
        return "sharpness by the steps"
    return "sharpness under adam" if method.optimizer == "adam" else "sharpness with penalty"


def method_sentences(method: Method, step_size: Fraction | None, n: int, kinks: int, nu: Interval | None) -> list[str]:
    """The sentences; none for plain gradient descent on 1/(2n) sum (f(x_j) - y_j)^2.

    Args:
        method: how the network is trained.
        step_size: eta, or None.
        n: the number of data.
        kinks: pairs of neuron and datum on a kink.
        nu: an interval that has the negative curvature of H; None on kinks.
    """
    said = [] if method.loss == "half-mse" else [_loss(method, step_size, n)]
    if kinks and not method.is_descent:
        return [
            *said,
            "On kinks no claim speaks of the method: what is known there is of gradient descent without a penalty and "
            "with one step size.",
        ]
    if method.layer_steps is not None:
        return [*said, _by_layers(method, n)]
    if method.optimizer == "adam":
        return [*said, _adam(method, step_size, n)]
    if method.optimizer != "gradient-descent":
        said.append(_momentum(method, n))
    if method.weight_decay:
        said += _penalty(method, step_size, n, nu)
    if method.is_scalar and not method.is_plain:
        said.append(_equivalent(method, step_size, n))
    return said


def sentences_for_outputs(method: Method, n: int, outputs: int) -> list[str]:
    """The same in short where only the largest eigenvalue is asked for, of a network with any number of outputs."""
    said = []
    if method.loss != "half-mse":
        said.append(
            f"Step sizes are of the loss {method.loss}, which is for {outputs} outputs "
            f"{short(method.loss_factor(n, outputs))} times 1/(2n) sum |f(x_j) - y_j|^2, of which loss and sharpness "
            "are."
        )
    else:
        said.append(
            "Step sizes are of the loss half-mse, 1/(2n) sum |f(x_j) - y_j|^2; that of torch.nn.MSELoss() is mse, "
            f"{short(Fraction(2, outputs))} times it for {outputs} output{'s' * (outputs > 1)}."
        )
    if method.optimizer != "gradient-descent":
        said.append(
            f"Claim momentum, statement {method.optimizer}: eta times the Hessian may be up to "
            f"{short(method.factor)}, where gradient descent has 2."
        )
    return said


def _loss(method: Method, step_size: Fraction | None, n: int) -> str:
    c = method.loss_factor(n)
    steps = method.layer_steps
    given = () if steps is None and step_size is None else (step_size,) if steps is None else steps
    acts = ""
    if given:
        mine, acting = (", ".join(short(part * times) for part in given if part) for times in (Fraction(1), c))
        acts = f": {mine} {'acts' if len(given) == 1 else 'act'} as {acting} here"
    return (
        f"The step size is of the loss {LOSSES[method.loss].formula}, whose Hessian is {short(c)} times that of "
        f"1/(2n) sum (f(x_j) - y_j)^2{acts}. Loss, gradient norm and sharpness are those of the latter; step sizes, "
        "the largest stable one too, are of the former."
    )


def _momentum(method: Method, n: int) -> str:
    name, formula = _FACTORS[method.optimizer]
    scale = _scale(method, n)
    return (
        f"Claim momentum, statements {method.optimizer} and {method.optimizer}-norm: {name} with the momentum beta = "
        f"{short(method.momentum)} and the step size eta, linearised, is bounded from every start if and only if "
        f"0 <= {scale}eta H <= {formula} = {short(method.factor)}, where gradient descent has 2."
    )


def _equivalent(method: Method, step_size: Fraction | None, n: int) -> str:
    allowed = method.limit(step_size, n)
    ends = "The verdict is of the upper end; H >= 0, the other one, holds where the network interpolates"
    if method.weight_decay:
        ends = "The verdict is of the upper end"
    if allowed is None:
        return f"{ends}."
    if allowed <= 0:
        return (
            f"The sharpness may be at most {short(allowed)}, and is at least 1 by the output bias: with such a weight "
            "decay and step size no network is stable."
        )
    return (
        f"So the sharpness may be at most {short(allowed)}, as for gradient descent on 1/(2n) sum (f(x_j) - y_j)^2 "
        f"with the step size {short(2 / allowed)}, which is the eta of the sentences below. {ends}."
    )


def _penalty(method: Method, step_size: Fraction | None, n: int, nu: Interval | None) -> list[str]:
    mu, most = method.penalty(n), method.threshold(step_size, n)
    all_of_them = method.decayed != "all-but-output-bias"
    said = []
    if method.decayed == "decoupled":
        said.append(
            "Decoupled weight decay takes the steps of a penalty on all parameters where the optimiser is gradient "
            "descent without momentum, and is treated as such."
        )
    where = "all parameters" if all_of_them else "all parameters but the output bias"
    adds = "every eigenvalue of the Hessian" if all_of_them else "the Hessian, but not at the output bias"
    said.append(
        f"Claim weight-decay: the penalty (mu/2)|theta|^2 on {where}, mu = {short(mu)} beside 1/(2n) sum "
        f"(f(x_j) - y_j)^2, adds mu to {adds}. The gradient norm is that of the loss with the penalty."
    )
    if most is None:
        return said
    if nu is not None and nu[1] <= mu:
        statement = "all-parameters-norm" if all_of_them else "all-but-the-output-bias-norm"
        said.append(
            f"The residuals curve the loss by at most mu, so that its Hessian with the penalty is not negative: "
            f"statement {statement}."
        )
    if all_of_them:
        half = (most - 1) / 2
        said.append(
            "Statement stationary-norm: where that gradient is exactly 0 and the verdict is stable, |f|_S is at most "
            f"{readable((half, half), _DIGITS)} whatever mu is; next to such a point only the bound above is proved."
        )
    else:
        said.append(
            f"The verdict compares the sharpness with that penalty with {short(most)}; the bound is (1 + nu)"
            f"({short(most)} - 1)/2 if -nu <= H, and without nu where the penalty makes up for it."
        )
    return said


def _by_layers(method: Method, n: int) -> str:
    first, second, bias = method.steps_for(n)
    return (
        f"Claim layerwise-steps: with the steps eta_1 = {short(first)} for W1 and b1, eta_2 = {short(second)} for w2 "
        f"and eta_0 = {short(bias)} for b2, for the loss 1/(2n) sum (f(x_j) - y_j)^2, gradient descent, linearised, is "
        "bounded from every start if and only if H >= 0 and lambda_max(S^(1/2) H S^(1/2)) <= 2, S the diagonal matrix "
        "of the steps: the sharpness by the steps. Then |f|_S <= (2 - eta_0)/(2 sqrt(eta_1 eta_2)). The bound here is "
        "(1 + nu sqrt(eta_1 eta_2)/eta_0) times that, by any-architecture (two-ends) in rescaled parameters, where the "
        "residuals may curve H by -nu. In the place of a largest stable step stands what they may all be multiplied by."
    )


def _scale(method: Method, n: int) -> str:
    """What stands in front of the Hessian of 1/(2n) sum (f(x_j) - y_j)^2 where the loss is a multiple of that."""
    c = method.loss_factor(n)
    return "" if c == 1 else f"{short(c)} "


def _adam(method: Method, step_size: Fraction | None, n: int) -> str:
    _, formula = _FACTORS["adam"]
    assert method.preconditioner is not None
    allowed = "" if step_size is None else f", {short(method.factor / step_size)} here"
    return (
        "No theorem speaks of Adam itself. This is a model of it: its preconditioner P is frozen as it was after "
        f"{method.preconditioner.steps:,} steps, and its averaged gradient has beta = {short(method.momentum)}. Of "
        "that model the claim momentum (averaged-gradient) says that it is bounded from every start if and only if "
        f"0 <= {_scale(method, n)}P^(1/2) H P^(1/2) <= {formula}/eta{allowed}. "
        "That P stays as it is, although at a minimum the second "
        "moments tend to 0 and P grows, is an assumption and not proved; the eigenvalue is computed in floats. The "
        "bound of the stability norm is not claimed: P differs from neuron to neuron."
    )
