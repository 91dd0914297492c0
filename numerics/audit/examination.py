"""The audit itself: load, enclose, judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from numerics.audit.findings import Audit, is_far, judged
from numerics.audit.in_floats import measured
from numerics.audit.methods.curvature import Scaling, enclosed_scaled_top, preconditioned_top
from numerics.audit.methods.method import PLAIN, Method
from numerics.audit.methods.penalty import penalised_gradient_norm
from numerics.audit.shown.text import Printed
from numerics.audit.statements import ENCLOSED, MOST_DATA, MOST_PAIRS, statements
from numerics.enclosure import enclose, enclosed_gradient_norm, enclosed_loss
from numerics.exact.intervals import Interval, interval
from numerics.exact.rounded import MOST_EXACT
from numerics.exact.spectrum import MOST_ROWS, at_most_exactly
from numerics.flattest.rescaling import certify_flattest, flattest
from numerics.hessian import enclosed_hessian, exact_hessian
from numerics.problem import Problem
from numerics.step_size import exact_step_size
from numerics.step_size import remarks as step_size_remarks

Report = Callable[[str], None]


def audit(
    network: object,
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    step_size: object = None,
    *,
    method: Method = PLAIN,
    zero_biases: bool = False,
    device: str = "cpu",
    rescaled: bool = True,
    report: Report = lambda _: None,
) -> Audit:
    """Audit a network on the data x [n, d] with labels y [n], and at the step size, if one is given.

    Up to n = 4096 (and n times k or d up to 2^22) everything is enclosed; beyond, computed in floats with margins. So
    it is too for more than 1,024 data where numbers leave the range of normal floats. The flattest rescaling is sought
    for up to 1,024 data.

    Args:
        network: what a `Problem` is made of (a ShallowNetwork, a module of torch, an estimator of scikit-learn, a path)
            or a `Problem` with labels.
        x: the data [n, d], in front of a preprocessing; None beside a Problem.
        y: the labels [n] or [n, 1]; likewise.
        step_size: eta for the loss 1/(2n) sum_j (f(x_j) - y_j)^2, twice the learning rate of a loss without the 1/2,
            unless the method names another; any real number, taken exactly, or a text such as "0.1" or "1/10"; see
            `numerics.step_size`.
        method: the optimiser, the loss that the step size is of, and the weight decay, made by
            `numerics.audit.methods.method.method`; plain gradient descent if none is given.
        zero_biases: whether a network without biases is read as one whose biases are parameters and 0; the verdict is
            then of the trained parameters.
        device: where products with many data are computed, for what is not enclosed: "cpu" or "cuda".
        rescaled: whether the flattest rescaling is sought, which takes most of the time.
        report: told what is done next, in a few words.

    Raises:
        NotCoveredError: the network is none that the theory speaks of.
        TypeError, ValueError: network, data, labels or step size are not what is expected, or the method is not
            supported for them.
        ArithmeticError: in floats, a value exceeds their range or the sharpness cannot be computed to 1e-10.

    >>> from numerics.network import ShallowNetwork
    >>> network = ShallowNetwork([[1.0]], [0.0], [2.0], 0.0)
    >>> found = audit(network, [[3.0], [-1.0]], [6.0, 0.0], Fraction(1, 20))
    >>> found.verdict, [float(end) for end in found.bound], round(float(found.sharpness[1]), 6)
    ('stable', [19.5, 19.5], 25.0102)
    """
    if x is None or isinstance(network, Problem):
        problem = Problem.of(network, x, y)
    else:
        problem = Problem(network, x, y, zero_biases=zero_biases, device=device)
    eta = None if step_size is None else exact_step_size(step_size)
    _require_supported(problem, method, eta)
    found = _enclosed(problem, eta, rescaled, report, method) if can_enclose(problem) else None
    if found is None:
        report("measuring in floats")
        found = measured(problem, eta)
    found = _by_method(problem, replace(found, zero_biases=problem.zero_biases), method)
    found = judged(found)
    remarks = (*problem.remarks, *step_size_remarks(step_size))
    return Printed(**vars(replace(found, remarks=remarks, notes=statements(found, rescaled))))


def can_enclose(problem: Problem) -> bool:
    """Whether a problem is small enough for enclosures."""
    return problem.n <= MOST_DATA and problem.n * max(problem.network.k, problem.network.d) <= MOST_PAIRS


def _require_supported(problem: Problem, method: Method, eta: Fraction | None) -> None:
    if not isinstance(method, Method):
        raise TypeError(f"the method is made by numerics.audit.method, and is not a {type(method).__name__}")
    if not method.is_plain and problem.zero_biases:
        raise ValueError(
            "networks without biases are supported for plain gradient descent and the loss half-mse alone, whose step "
            "size is twice the learning rate of torch.nn.MSELoss()"
        )
    if method.layer_steps is not None and eta is not None:
        raise ValueError("with a step for each layer there is no step size for all; give the one or the other")
    if method.preconditioner is not None and method.preconditioner.entries.size != problem.mean_gradient.size:
        raise ValueError("the second moments of adam are those of another network")


def _by_method(problem: Problem, found: Audit, method: Method) -> Audit:
    """With what decides under the method, and the gradient of the loss with its penalty."""
    if method.is_descent:
        return replace(found, method=method)
    if method.optimizer == "adam":
        assert method.preconditioner is not None
        scales = method.preconditioner.entries * float(method.loss_factor(problem.n))
        top = None if found.kinks else preconditioned_top(problem, scales)
        return replace(found, method=method, method_sharpness=top)
    if not found.enclosed and (method.weight_decay or method.layer_steps is not None):
        raise ValueError(f"weight decay and steps by layer are supported {ENCLOSED}, where all is enclosed")
    mu = method.penalty(problem.n)
    if method.weight_decay:
        gradient = penalised_gradient_norm(problem, mu, method.decayed != "all-but-output-bias")
        far = is_far(gradient, found.sharpness[1] + mu, _label_square(problem), found.loss[1])
        found = replace(found, gradient_norm=gradient, far_from_minimum=far)
    if method.is_scalar or found.kinks:
        return replace(found, method=method)
    one, none = Fraction(1), Fraction(0)
    penalised = Scaling((one, one, one), (mu, mu, none))
    scaling = penalised if method.layer_steps is None else Scaling(method.steps_for(problem.n))
    return replace(found, method=method, method_sharpness=enclosed_scaled_top(problem, scaling, found.sharpness))


def _label_square(problem: Problem) -> Fraction:
    return sum((Fraction(label) ** 2 for label in problem.labels.tolist()), Fraction(0)) / problem.n


def _enclosed(problem: Problem, eta: Fraction | None, rescaled: bool, report: Report, method: Method) -> Audit | None:
    """None if there are many data, and a number leaves the range of floats."""
    report("enclosing the Gram matrix")
    try:
        found = enclose(problem, step_size=eta)
    except OverflowError:
        return None
    loss = enclosed_loss(problem)
    exact = bool(loss == 0)
    gram = interval(found.gram_sharpness)
    top: Interval = gram
    negative: Interval | None = (Fraction(0), Fraction(0)) if exact else None
    if not exact and found.kinks == 0:
        report("enclosing the Hessian")
        curvature = enclosed_hessian(problem, gram_top=found.gram_sharpness)
        top, negative = interval(curvature.top), (Fraction(0), interval(curvature.residual_part)[1])
    allowed = method.limit(eta, problem.n)
    if allowed is not None and allowed > 0 and method.is_scalar and found.kinks == 0:
        top = _with_tie_decided(problem, top, allowed, exact)
        gram = top if exact else gram
    gradient = interval(enclosed_gradient_norm(problem))
    sought = rescaled and problem.n <= MOST_EXACT
    if sought:
        report("seeking the flattest rescaling")
    return Audit(
        n=problem.n,
        d=problem.network.d,
        k=problem.network.k,
        enclosed=True,
        step_size=eta,
        loss=interval(loss),
        gradient_norm=gradient,
        far_from_minimum=is_far(gradient, top[1], _label_square(problem), interval(loss)[1]),
        sharpness=top,
        gram_sharpness=gram,
        negative_curvature=negative,
        mean_gradient_square=interval(found.mean_gradient_square),
        one_sided_norm=interval(found.one_sided_norm),
        stability_norm=interval(found.stability_norm),
        flattest_gram_sharpness=_flattest_gram_sharpness(problem) if sought else None,
        kinks=found.kinks,
        near_kinks=_near_kinks(problem),
        interpolating=exact,
    )


def _with_tie_decided(problem: Problem, top: Interval, threshold: Fraction, interpolating: bool) -> Interval:
    """The enclosure of lambda_max(H), up to the threshold if it reaches beyond and the exact value does not."""
    low, high = top
    if not low <= threshold < high:
        return top
    f = problem.network
    rows = problem.n if interpolating else f.k * (f.d + 2) + 1
    if rows > MOST_ROWS:
        return top
    # K has the eigenvalues of H, but for 0, where the residuals vanish
    matrix = problem.exact.gram if interpolating else exact_hessian(problem)
    return (low, threshold) if at_most_exactly(matrix, problem.n * threshold) else top


def _flattest_gram_sharpness(problem: Problem) -> Interval | None:
    # sought in floats, whose range may not do; the proof, and everything else, is exact
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            proved = certify_flattest(problem, found=flattest(problem))
    except (ArithmeticError, ValueError):
        return None
    return proved.lower, proved.upper


def _near_kinks(problem: Problem) -> int | None:
    try:
        return problem.near_kinks
    except OverflowError:
        return None
