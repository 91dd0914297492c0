"""What an audit finds, and the verdict that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from numerics.audit.methods.bounds import bound_by_layers
from numerics.audit.methods.method import PLAIN, Method
from numerics.enclosure import Verdict
from numerics.exact.intervals import Interval, product, reciprocal


@dataclass(frozen=True, eq=False, kw_only=True)
class Audit:
    """What the theory says of a network on data; an interval contains the true value if `enclosed`.

    n, d, k: number of data points, inputs, neurons.
    enclosed: whether the intervals are rigorous; otherwise they are floats with margins.
    step_size: eta, exactly, or None; of the method, whose loss may have another scale.
    loss: 1/(2n) sum_j (f(x_j) - y_j)^2.
    gradient_norm: |grad L| of the loss L in all parameters, with relu'(0) = 0.
    far_from_minimum: whether a step along the gradient would lower the loss noticeably; see `is_far`.
    sharpness: lambda_max of the Hessian of the loss; on kinks that of K, with relu'(0) = 0.
    gram_sharpness: lambda_max(K) = lambda_max(Phi Phi^T / n); the same where the network interpolates.
    negative_curvature: nu = max(0, -lambda_min(H)); None on kinks of a network that does not interpolate.
    mean_gradient_square, one_sided_norm, stability_norm: |E grad f|^2, sum_i |a_i| gt_i, |f|_S.
    flattest_gram_sharpness: the least lambda_max(K) among the rescalings; None if not computed.
    kinks: pairs of neuron and datum exactly on a kink; near_kinks: pairs with
        |pre-activation| <= 1e-7 |w1_i| max_j |x_j|, None if that cannot be computed in floats.
    interpolating: whether the loss is exactly 0; None if floats leave it open.
    bound: what |f|_S cannot exceed if the network is stable, (1 + nu)(1/eta - 1/2) for gradient descent; None without
        a step size or a nu, and under Adam.
    tightness: stability_norm / bound, or None where the bound is not positive.
    largest_stable_step: 2 / sharpness for gradient descent; on kinks of an interpolating network 0 to
        2 / |E grad f|^2, and else None. With steps by layer what all of them may be multiplied by.
    verdict: whether sharpness <= 2/eta, or what stands in their place with another method: "stable", "unstable" or
        "undecided"; None without a step size.
    method: the optimiser, the scale of the loss and the weight decay; see `numerics.audit.methods.method`.
    method_sharpness: what decides where the sharpness does not: lambda_max of the Hessian with the steps of the layers,
        with a penalty on all but the output bias, or in Adam's metric, of the method's own loss and in floats; else
        None.
    zero_biases: the layers without a bias, read with one of zeros that is a parameter. The numbers are of all
        parameters; the verdict is of the trained ones, "stable" or "undecided". Bound, tightness and largest stable
        step are None; see `least_stable_step`.
    remarks: what was read, and taken for granted in reading it, as sentences.
    notes: which statement was used, and what it does not cover, as sentences.
    """

    n: int
    d: int
    k: int
    enclosed: bool
    step_size: Fraction | None
    loss: Interval
    gradient_norm: Interval
    far_from_minimum: bool
    sharpness: Interval
    gram_sharpness: Interval
    negative_curvature: Interval | None
    mean_gradient_square: Interval
    one_sided_norm: Interval
    stability_norm: Interval
    flattest_gram_sharpness: Interval | None
    kinks: int
    near_kinks: int | None
    interpolating: bool | None
    bound: Interval | None = None
    tightness: Interval | None = None
    largest_stable_step: Interval | None = None
    verdict: Verdict | None = None
    method: Method = PLAIN
    method_sharpness: Interval | None = None
    zero_biases: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judged(found: Audit) -> Audit:
    """The same with the bound, the tightness, the largest stable step and the verdict that follow."""
    limit = _largest_stable_step(found)
    allowed = found.method.limit(found.step_size, found.n)
    if allowed is None:
        return replace(found, largest_stable_step=limit)
    most = _bound(found, allowed)
    return replace(
        found,
        bound=most,
        tightness=product(found.stability_norm, reciprocal(most)) if most is not None and most[0] > 0 else None,
        largest_stable_step=limit,
        verdict=_verdict(found, allowed),
    )


NOTICEABLE = Fraction(1, 10**6)
"""What a gradient step may lower the loss by at what counts as a minimum, relative to the loss and half of E[y^2]."""


def is_far(
    gradient_norm: Interval, sharpness: Fraction | float, label_square: Fraction | float, loss: Fraction | float
) -> bool:
    """Whether |grad L|^2/(2 sharpness) is more than a millionth of L + E[y^2]/2.

    A step of size 1/sharpness along the gradient lowers the loss by that much or more, to second order.
    """
    least = gradient_norm[0] ** 2 / (2 * Fraction(sharpness))
    return least > NOTICEABLE * (Fraction(loss) + Fraction(label_square) / 2)


def bound(step_size: Fraction, negative_curvature: Interval) -> Interval:
    """What |f|_S cannot exceed if -nu <= H <= 2/eta: (1 + nu)(1/eta - 1/2), for all nu of an interval."""
    return bound_by_curvature(2 / step_size, negative_curvature)


def bound_by_curvature(limit: Fraction, negative_curvature: Interval) -> Interval:
    """What |f|_S cannot exceed if -nu <= H <= limit: (1 + nu)(limit - 1)/2, for all nu of an interval."""
    low, high = negative_curvature
    return product(((limit - 1) / 2,) * 2, (1 + low, 1 + high))


def equivalent_step(found: Audit) -> Fraction | None:
    """The step size at which gradient descent on 1/(2n) sum (f(x_j) - y_j)^2 allows the same sharpness; None if none.

    There is none without a step size, or where something else than the sharpness decides.
    """
    allowed = found.method.limit(found.step_size, found.n) if found.method.is_scalar else None
    return None if allowed is None or allowed <= 0 else 2 / allowed


def has_certificate(found: Audit) -> bool:
    """Whether the sharpness alone decides, by a claim that the checker of certificates knows."""
    return found.method.is_descent or (found.method.is_scalar and not found.kinks)


def least_stable_step(found: Audit) -> Fraction | None:
    """A step up to which the trained parameters are stable, 2 / sharpness, by interlacing; None on kinks."""
    return None if found.kinks else 2 / max(found.sharpness[1], Fraction(1))


def _largest_stable_step(found: Audit) -> Interval | None:
    method, n = found.method, found.n
    if found.zero_biases or (found.kinks and not method.is_descent):
        return None
    # what the limit is at a step size, or a multiple of the layers' steps, of 1
    most = method.threshold(Fraction(1), n)
    assert most is not None
    if found.kinks:
        # the larger of the steps at which a strongly stable minimum is possible; a smaller one may be too large
        return (Fraction(0), most / found.mean_gradient_square[0]) if found.interpolating else None
    if not method.is_scalar:
        deciding = found.method_sharpness
        return None if deciding is None or deciding[0] <= 0 else (most / deciding[1], most / deciding[0])
    # the output bias alone makes the sharpness at least 1, whatever margins floats have
    low, high = (max(end, Fraction(1)) + method.penalty(n) for end in found.sharpness)
    return most / high, most / low


def _bound(found: Audit, allowed: Fraction) -> Interval | None:
    method, nu = found.method, found.negative_curvature
    if nu is None or found.zero_biases or method.optimizer == "adam" or (found.kinks and not method.is_descent):
        return None
    if method.layer_steps is not None:
        return bound_by_layers(method.steps_for(found.n), nu)
    if method.decayed == "all-but-output-bias" and nu[1] <= method.penalty(found.n):
        # the penalty makes up for all negative curvature
        nu = Fraction(0), Fraction(0)
    return bound_by_curvature(allowed, nu)


def _verdict(found: Audit, threshold: Fraction) -> Verdict:
    if found.kinks:
        decided = found.method.is_descent and found.interpolating and not found.zero_biases
        return "unstable" if decided and found.mean_gradient_square[0] > threshold else "undecided"
    deciding = found.sharpness if found.method.is_scalar else found.method_sharpness
    if deciding is None:
        return "undecided"
    if deciding[1] <= threshold:
        return "stable"
    # the trained parameters have a principal submatrix of the Hessian, of which no lower bound is known
    return "unstable" if deciding[0] > threshold and not found.zero_biases else "undecided"
