"""The sharpness and the Gram sharpness to 1e-10 and to 1e-3, against the libraries that compute such eigenvalues."""

from __future__ import annotations

from functools import partial
from typing import Any

from scipy.sparse.linalg import LinearOperator

from numerics.arrays.spectrum import checked_top_eigenpair
from numerics.gram import LARGEST_DENSE, gram_operator, gram_sharpness
from numerics.problem import Problem
from numerics.sharpness import hessian_operator, sharpness
from tests.benchmarks import reference
from tests.benchmarks.compare import Case, Fact, Method, Settings, Subject, compared
from tests.benchmarks.rivals import curvlinops, hessian_eigenthings, pyhessian, torch_func
from tests.benchmarks.rivals.lanczos import counting
from tests.benchmarks.task import CARRIED, Found, Matrix, Task, partly_trained

TOLERANCES = (1e-10, 1e-3)
_QUANTITY: dict[Matrix, str] = {"gram": "largest eigenvalue of the Gram matrix", "hessian": "sharpness of the Hessian"}
# data up to which the rivals that take longest are timed in every run
_ALL_RIVALS = 1024
_SLOW = "takes minutes at this size; --size full times it"
# the norm is divided by |v| + 1e-6 where it should be by |v|
_PYHESSIAN = "its normalisation shifts the value by 2e-6, whatever the tolerance"


def cases(settings: Settings) -> list[Case]:
    """(256, 64), (1,024, 256) and (10,000, 1,024); without MNIST the second has the 1,000 images carried."""
    sizes = [(256, 64), (CARRIED if settings.mnist is None else 1024, 256)]
    if settings.mnist is not None:
        sizes.append((10_000, 1024))
    return [
        Case(f"sharpness/{matrix}/{n}-{k}/{tolerance:.0e}", partial(_run, settings, n, k, matrix, tolerance))
        for n, k in sizes
        for matrix in _QUANTITY
        for tolerance in TOLERANCES
    ]


def left_out(settings: Settings) -> dict[str, str]:
    """The cases that cannot be made."""
    return {"sharpness/10000-1024": "needs all of MNIST: --mnist FOLDER"} if settings.mnist is None else {}


def _run(settings: Settings, n: int, k: int, matrix: Matrix, tolerance: float) -> dict[str, Any]:
    settings.progress("training the network")
    task = partly_trained(n, k, settings.mnist, settings.folder)
    settings.progress("reference")
    top = reference.top(task, matrix)
    settings.progress("products")
    own = _own(task, matrix, tolerance)
    rivals, skipped = _rivals(task, matrix, tolerance, all_of_them=settings.full or n <= _ALL_RIVALS)
    facts: dict[str, Fact] = {
        "tolerance": tolerance,
        "eigengap": top.gap,
        "reference": "eigsh to rounding, automatic differentiation",
    }
    subject = Subject(_QUANTITY[matrix], task.sizes, top.value, facts, skipped)
    return compared(subject, [own, *rivals], settings)


def _own(task: Task, matrix: Matrix, tolerance: float) -> Method:
    n, k, d = task.sizes
    data_product = 2 * n * k * d
    # the problem is made anew in each call: what it keeps is not to be paid once
    if matrix == "gram" and n <= LARGEST_DENSE:
        # pre-activations; Z Z^T, L L^T and X X^T, symmetric, so that half of each counts
        return Method("gram_sharpness", partial(_gram, task, tolerance), data_product + n * n * (2 * k + d))
    # of Lanczos in double precision; where the first steps are in single precision, the share tells it as speed
    operator = gram_operator(_problem(task)) if matrix == "gram" else hessian_operator(_problem(task))
    products = _products(operator, tolerance)
    if matrix == "gram":
        return Method("gram_sharpness", partial(_gram, task, tolerance, products), data_product * (1 + 2 * products))
    # the pattern, the residuals, and two for what the residuals add to the Hessian
    return Method("sharpness", partial(_hessian, task, tolerance, products), data_product * (4 + 2 * products))


def _problem(task: Task) -> Problem:
    return Problem(task.network, task.x, task.y)


def _products(operator: LinearOperator, tolerance: float) -> int:
    counted, count = counting(operator)
    checked_top_eigenpair(counted, tolerance)
    return count[0]


def _gram(task: Task, tolerance: float, products: int | None = None) -> Found:
    return Found(gram_sharpness(_problem(task), tolerance=tolerance), products)


def _hessian(task: Task, tolerance: float, products: int) -> Found:
    return Found(sharpness(_problem(task), tolerance=tolerance), products)


def _rivals(task: Task, matrix: Matrix, tolerance: float, *, all_of_them: bool) -> tuple[list[Method], dict[str, str]]:
    """The methods of others, and those that are left out with the reasons."""
    operator = "GGN" if matrix == "gram" else "Hessian"
    first = Method(f"curvlinops {operator}, eigsh", partial(curvlinops.largest_eigenvalue, task, matrix, tolerance))
    others = [
        Method(
            "hessian-eigenthings, power iteration",
            partial(hessian_eigenthings.largest_eigenvalue, task, matrix, tolerance, "power"),
        )
    ]
    if matrix == "hessian":
        others += [
            Method("PyHessian", partial(pyhessian.largest_eigenvalue, task, tolerance), remark=_PYHESSIAN),
            Method("torch.func, power iteration", partial(torch_func.by_power_iteration, task, tolerance)),
            Method("torch.func, eigsh", partial(torch_func.by_eigsh, task, tolerance)),
        ]
    if not all_of_them:
        names = [method.name for method in others] + ["hessian-eigenthings, Lanczos"]
        return [first], dict.fromkeys(names, _SLOW)
    skipped = {}
    try:
        steps = hessian_eigenthings.fewest_lanczos_steps(task, matrix, tolerance)
        call = partial(hessian_eigenthings.largest_eigenvalue, task, matrix, tolerance, "lanczos", steps)
        remark = "with the fewest steps after which it says that it converged, which are found outside the timing"
        others.insert(1, Method("hessian-eigenthings, Lanczos", call, remark=remark))
    except ModuleNotFoundError:
        pass  # said of its other method
    except ArithmeticError as error:
        skipped["hessian-eigenthings, Lanczos"] = str(error)
    return [first, *others], skipped
