"""The certificate of an audit: its quantities by its names, for a checker that takes none of them on trust."""

from __future__ import annotations

import os
from fractions import Fraction

import numpy as np

from numerics.arrays.checks import Array, require_finite
from numerics.arrays.spectrum import top_eigenpairs
from numerics.audit.findings import Audit, bound, equivalent_step, has_certificate
from numerics.audit.methods.options import NOT_OF_METHOD
from numerics.audit.statements import CERTIFIED, can_certify
from numerics.certificate.entries import (
    array,
    claim,
    data_entries,
    eigenvalue_claim,
    network_entries,
    top_vector,
    write,
)
from numerics.problem import Problem
from numerics.sharpness import hessian_operator

NOT_OF_TRAINED = (
    "a certificate is of the Hessian in all parameters, and the biases of this network are not trained; there is "
    "none of the trained parameters alone"
)


def require_certifiable(problem: Problem) -> None:
    """Raises ValueError if no certificate of an audit of this problem is written, whatever is found."""
    if problem.zero_biases:
        raise ValueError(NOT_OF_TRAINED)
    if not can_certify(problem.n, problem.network.k, problem.network.d):
        raise ValueError(
            f"a certificate is written {CERTIFIED}; these are {problem.n:,} data with "
            f"{problem.network.k:,} neurons and {problem.network.d:,} inputs"
        )


def write_audit(path: str | os.PathLike[str], problem: Problem, found: Audit) -> None:
    """Write what an audit enclosed of a network on data with labels, as an "audit" of proofs_checks/verify/FORMAT.md.

    Of another method, or another scale of the loss, it is of the gradient descent that allows the same sharpness.

    Raises:
        ValueError: nothing was enclosed; it is too much for the checker; biases are missing; the audit is of another
            network or other data; something else than the sharpness decides.
        OSError: the file cannot be written.
    """
    if not found.enclosed:
        raise ValueError("a certificate needs enclosures, and this audit was made in floats")
    if not can_certify(found.n, found.k, found.d):
        raise ValueError(f"a certificate is written {CERTIFIED}")
    if found.zero_biases:
        raise ValueError(NOT_OF_TRAINED)
    if not has_certificate(found):
        raise ValueError(NOT_OF_METHOD)
    if (found.n, found.d, found.k) != (problem.n, problem.network.d, problem.network.k):
        raise ValueError("the audit must be of this network on these data")
    eta = equivalent_step(found)
    claims: dict[str, object] = {"kinks": found.kinks}
    for name in ("mean_gradient_square", "stability_norm", "one_sided_norm", "loss"):
        claims[name] = claim(getattr(found, name))
    gram = claims["gram_sharpness"] = eigenvalue_claim(found.gram_sharpness, eta)
    claims["sharpness"] = eigenvalue_claim(found.sharpness, eta)
    slopes = _slopes(problem)
    if found.negative_curvature is not None:
        negative = claims["negative_curvature"] = claim(found.negative_curvature)
        nu = Fraction(negative[0]), Fraction(negative[1])
        if slopes is None:
            high = Fraction(gram[1]) + nu[1]
            if eta is not None and found.sharpness[1] <= 2 / eta:
                high = min(high, 2 / eta)
            claims["sharpness"] = [str(Fraction(gram[0]) - nu[1]), str(high)]
        if eta is not None:
            claims["bound"] = claim(bound(eta, nu))
    if eta is not None:
        claims["verdict"] = found.verdict
    write(
        path,
        "audit",
        network=network_entries(problem.network),
        data=data_entries(problem),
        step_size=None if eta is None else str(eta),
        vector=array(top_vector(problem)),
        slopes=array(np.ones(problem.n) if slopes is None else slopes),
        claims=claims,
    )


def _slopes(problem: Problem) -> Array | None:
    """<grad f(x_j), u> [n] for the top eigenvector u of the Hessian; None where floats do not reach, as in its
    enclosure.
    """
    f = problem.network
    try:
        u = top_eigenpairs(hessian_operator(problem))[1][0]
        t = problem.preactivations()
        along_W1, along_b1 = u[: f.k * f.d].reshape(f.k, f.d), u[f.k * f.d : -f.k - 1]
        inner = np.where(t > 0, f.w2 * (problem.x @ along_W1.T + along_b1), 0.0).sum(axis=1)
        slopes = require_finite(inner + np.maximum(t, 0.0) @ u[-f.k - 1 : -1] + u[-1], "the slopes")
    except (ArithmeticError, ValueError):
        return None
    return slopes if slopes.any() else None
