"""gram-form: at an interpolating minimum the Hessian is Phi Phi^T / n, with the eigenvalues of the Gram matrix K."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings

from numerics.network import Array
from numerics.sharpness import gram_matrix, gram_operator, sharpness
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, problems
from theory.falsifier.evaluate import evaluate
from theory.stability.gram_form import GRAM

CLAIM = "gram-form"


def same_spectrum(problem: Problem, gram: Callable[[Problem], Array], residual: float = 0.0) -> Comparison:
    """The sorted eigenvalues of K against those of the Hessian, padded with zeros."""
    of_hessian = np.linalg.eigvalsh(autograd_hessian(problem, residual))[::-1]
    of_gram = np.linalg.eigvalsh(gram(problem))[::-1]
    size = max(len(of_hessian), len(of_gram))
    difference = np.zeros(size)
    difference[: len(of_hessian)] += np.sort(np.concatenate([of_hessian, np.zeros(size - len(of_hessian))]))[::-1]
    difference -= np.sort(np.concatenate([of_gram, np.zeros(size - len(of_gram))]))[::-1]
    return Comparison(0.0, float(np.abs(difference).max()), 20 * problem.rounding, "0 >= difference of the spectra")


def claimed_gram(problem: Problem) -> Array:
    """K as numerics computes it."""
    return gram_matrix(problem.network, problem.x)


def gram_with(problem: Problem, *, output_bias: bool = True, input_bias: bool = True, power: int = 2) -> Array:
    """The formula of the claim, with parts that can be left out or changed."""
    net, x = problem.network, problem.x
    t = net.preactivations(x)
    masks, outputs = (t > 0).astype(float), np.maximum(t, 0)
    ones = np.ones((len(x), len(x)))
    total = outputs @ outputs.T + (masks * net.w2**power) @ masks.T * (x @ x.T + (ones if input_bias else 0))
    return np.asarray((total + (ones if output_bias else 0)) / len(x))


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivation."""
    evidence.derived(CLAIM)


def test_spectrum_against_autograd(evidence: Evidence) -> None:
    """The eigenvalues of K, and the Hessian itself, against automatic differentiation."""
    with evidence.tested(
        CLAIM, "Hessian by automatic differentiation against Phi Phi^T / n and the spectrum of K"
    ) as tally:

        def agree(problem: Problem) -> None:
            comparison = same_spectrum(problem, claimed_gram)
            assert not comparison.violated, f"{comparison} is false at {problem!r}"
            gradients = problem.network.gradients(problem.x)
            outer = gradients.T @ gradients / len(problem.x)
            np.testing.assert_allclose(autograd_hessian(problem), outer, rtol=1e-10, atol=20 * problem.rounding)
            tally.count()

        for problem in CASES.values():
            agree(problem)
        settings(max_examples=60)(given(problems(max_n=4))(agree))()


def test_three_forms_of_K(evidence: Evidence) -> None:
    """The entrywise formula, the gradients, and the matrix-free product agree."""
    with evidence.tested(CLAIM, "K by the formula, by gradients, and as a matrix-free product") as tally:

        def agree(problem: Problem) -> None:
            K = claimed_gram(problem)
            gradients = problem.network.gradients(problem.x)
            by_gradients = gradients @ gradients.T / len(problem.x)
            by_products = gram_operator(problem.network, problem.x) @ np.eye(len(problem.x))
            for other in (by_gradients, by_products, gram_with(problem)):
                np.testing.assert_allclose(K, other, rtol=1e-12, atol=problem.rounding)
            top = float(np.linalg.eigvalsh(K)[-1])
            assert sharpness(problem.network, problem.x) == pytest.approx(top, rel=1e-10)
            tally.count()

        for problem in CASES.values():
            agree(problem)
        given(problems(kinks=True))(agree)()


def test_entries_are_the_formula(evidence: Evidence) -> None:
    """The last line of theory's derivation, evaluated exactly on rationals, against numerics."""
    formula = GRAM.steps[-1].expression
    with evidence.tested(CLAIM, "entries of n K: numerics against theory's derivation on exact rationals") as tally:

        @given(problems(max_n=3, max_d=2, max_k=2))
        def agree(problem: Problem) -> None:
            net, x = problem.network, problem.x
            t = net.preactivations(x)
            values = {"d": net.d, "k": net.k, "x": x.tolist(), "w2": net.w2.tolist()}
            values |= {"M": (t > 0).astype(int).tolist(), "Z": np.maximum(t, 0).tolist()}
            exact = [
                [float(sp.N(evaluate(formula, values | {"j": j, "l": row}), 30)) for j in range(1, len(x) + 1)]
                for row in range(1, len(x) + 1)
            ]
            np.testing.assert_allclose(len(x) * claimed_gram(problem), exact, rtol=1e-13, atol=problem.rounding)
            tally.count()

        settings(max_examples=60)(agree)()


@pytest.mark.parametrize(
    ("variant", "check"),
    [
        (
            "the same away from interpolation (all residuals 1)",
            lambda p: same_spectrum(p, claimed_gram, residual=1.0),
        ),
        ("without the output bias", lambda p: same_spectrum(p, lambda q: gram_with(q, output_bias=False))),
        ("without the input biases", lambda p: same_spectrum(p, lambda q: gram_with(q, input_bias=False))),
        ("w2 in place of its square", lambda p: same_spectrum(p, lambda q: gram_with(q, power=1))),
    ],
    ids=["residuals", "no-output-bias", "no-input-bias", "no-square"],
)
def test_control(evidence: Evidence, variant: str, check: Callable[[Problem], Comparison]) -> None:
    """False neighbours."""
    evidence.control(CLAIM, variant, counterexample(check, problems(max_n=3, max_d=2, max_k=2)))
