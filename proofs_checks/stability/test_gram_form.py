"""gram-form: at interpolation the Hessian is Phi Phi^T / n, with the nonzero eigenvalues of the Gram matrix K."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given

from numerics.gram import gram_matrix, gram_operator, gram_sharpness
from numerics.network import Array
from numerics.problem import Problem as LabelledProblem
from numerics.sharpness import hessian_operator
from proofs_checks.evidence.ledger import Evidence
from proofs_checks.instances.exact import RationalProblem, Vector, characteristic_polynomial, close
from proofs_checks.instances.hessian import autograd_hessian
from proofs_checks.instances.networks import CASES, Comparison, Problem, counterexample, problems
from proofs_checks.instances.pinned import PINNED, Pinned
from proofs_checks.instances.profiles import settings
from theory.falsifier.evaluate import evaluate
from theory.stability.gram_form import GRAM

CLAIM = "gram-form"
GRADIENTS = ("gradient-input-weights", "gradient-input-biases", "gradient-output-weights", "gradient-output-bias")
MULTIPLICITIES = (
    "eigenvectors-to-hessian",
    "multiplicities-to-hessian",
    "eigenvectors-to-gram",
    "multiplicities-to-gram",
    "bound-of-gram",
    "bound-of-hessian",
)


def exact(problem: Problem) -> RationalProblem:
    """The same network on the same data in rational numbers; the labels are the net's own values."""
    net = problem.network
    return RationalProblem.of(net.W1, net.b1, net.w2, net.b2, problem.x)


def same_spectrum(problem: Problem, gram: Callable[[Problem], Array], residual: float = 0.0) -> Comparison:
    """The sorted eigenvalues of K against those of the Hessian, padded with zeros."""
    of_hessian = np.linalg.eigvalsh(autograd_hessian(problem, residual))
    of_gram = np.linalg.eigvalsh(gram(problem))
    size = max(len(of_hessian), len(of_gram))
    padded = [np.sort(np.concatenate([each, np.zeros(size - len(each))])) for each in (of_hessian, of_gram)]
    difference = float(np.abs(padded[0] - padded[1]).max())
    return Comparison(0.0, difference, 20 * problem.rounding, "difference allowed against that of the spectra")


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


def without_zeros(polynomial: Vector) -> Vector:
    """The characteristic polynomial without its roots 0: the other roots, with their multiplicities."""
    kept = list(polynomial)
    while kept and kept[-1] == 0:
        kept.pop()
    return tuple(kept)


def test_derived(evidence: Evidence) -> None:
    """Every step of the derivations."""
    evidence.derived(CLAIM)


@pytest.mark.parametrize("net", PINNED.values(), ids=PINNED)
def test_pinned(evidence: Evidence, net: Pinned) -> None:
    """The entries of nK, their top eigenvalue and the Hessian, on nets worked out by hand."""
    with evidence.tested(
        CLAIM, ("entries", "hessian-along-lines", *GRADIENTS), "K, H and their values, pinned by hand"
    ) as tally:
        gram = np.array(net.gram, dtype=float)
        np.testing.assert_array_equal(gram_matrix(net.network, net.x) * len(net.x), gram)
        if net.sharpness is not None:
            assert close(gram_sharpness(net.network, net.x), net.sharpness)
        if not net.problem.kinks():
            problem = Problem(net.network, net.x)
            found = autograd_hessian(problem, np.array(net.problem.residuals(), dtype=float))
            for (row, column), entry in net.hessian.items():
                assert found[row, column] == pytest.approx(float(entry), rel=1e-14, abs=1e-14)
                assert found[column, row] == found[row, column]
        # on kinks, where H is only formal, with strict masks too
        exactly = np.array(net.problem.hessian(), dtype=float)
        by_products = hessian_operator(LabelledProblem(net.network, net.x, net.y)) @ np.eye(len(exactly))
        np.testing.assert_allclose(by_products, exactly, rtol=1e-13, atol=1e-13)
        gradients = np.array(net.problem.gradients(), dtype=float)
        np.testing.assert_array_equal(net.network.gradients(net.x), gradients)
        tally.count()


def test_multiplicities(evidence: Evidence) -> None:
    """The characteristic polynomials of H and K agree but for the power of t, in exact rationals."""
    with evidence.tested(CLAIM, MULTIPLICITIES, "characteristic polynomials of H and K, in exact rationals") as tally:

        def agree(net: RationalProblem) -> None:
            of_hessian, of_gram = characteristic_polynomial(net.hessian()), characteristic_polynomial(net.gram())
            assert without_zeros(of_hessian) == without_zeros(of_gram)
            tally.count()

        for pinned in PINNED.values():
            zero = pinned.problem
            agree(RationalProblem.of(zero.W1, zero.b1, zero.w2, zero.b2, zero.x))
            scaled = tuple(c / len(zero.x) ** p for p, c in enumerate(pinned.characteristic))
            assert characteristic_polynomial(zero.gram()) == scaled
        settings(max_examples=40)(given(problems(max_n=3, max_d=2, max_k=2))(lambda problem: agree(exact(problem))))()


def test_spectrum_against_autograd(evidence: Evidence) -> None:
    """The eigenvalues of K, and the Hessian itself, against automatic differentiation."""
    with evidence.tested(
        CLAIM, ("hessian", *MULTIPLICITIES), "Hessian by automatic differentiation against Phi Phi^T / n and K"
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


def test_residual_part(evidence: Evidence) -> None:
    """Away from interpolation the Hessian gains the blocks between w2_i and (w1_i, b1_i), and nothing else."""
    with evidence.tested(
        CLAIM, ("curvature-of-the-net", "hessian-along-lines"), "the Hessian with residuals, against exact rationals"
    ) as tally:

        @settings(max_examples=40)
        @given(problems(max_n=3, max_d=2, max_k=2))
        def agree(problem: Problem) -> None:
            net = exact(problem)
            residuals = [Fraction(2 - 3 * j, 2) for j in range(len(net.x))]
            labels = [value - r for value, r in zip(net.values(), residuals, strict=True)]
            moved = RationalProblem.of(net.W1, net.b1, net.w2, net.b2, net.x, labels)
            found = autograd_hessian(problem, np.array(residuals, dtype=float))
            np.testing.assert_allclose(
                found, np.array(moved.hessian(), dtype=float), rtol=1e-12, atol=20 * problem.rounding
            )
            tally.count()

        agree()


def test_three_forms_of_K(evidence: Evidence) -> None:
    """The entrywise formula, the gradients, and the matrix-free product agree with exact rationals."""
    with evidence.tested(
        CLAIM, ("entries", *GRADIENTS), "K by the formula, by gradients, as a product, and exactly"
    ) as tally:

        def agree(problem: Problem) -> None:
            K = claimed_gram(problem)
            gradients = problem.network.gradients(problem.x)
            by_gradients = gradients @ gradients.T / len(problem.x)
            by_products = gram_operator(problem.network, problem.x) @ np.eye(len(problem.x))
            exactly = np.array(exact(problem).gram(), dtype=float)
            for other in (by_gradients, by_products, gram_with(problem), exactly):
                np.testing.assert_allclose(K, other, rtol=1e-12, atol=problem.rounding)
            tally.count()

        for problem in CASES.values():
            agree(problem)
        settings(max_examples=80)(given(problems(kinks=True))(agree))()


def test_entries_are_the_formula(evidence: Evidence) -> None:
    """The last line of theory's derivation, evaluated exactly on rationals, against numerics."""
    formula = GRAM.conclusion.rhs
    with evidence.tested(
        CLAIM, "entries", "entries of n K: numerics against theory's derivation on exact rationals"
    ) as tally:

        @settings(max_examples=40)
        @given(problems(max_n=3, max_d=2, max_k=2))
        def agree(problem: Problem) -> None:
            net, x = problem.network, problem.x
            t = net.preactivations(x)
            values = {"d": net.d, "k": net.k, "x": x.tolist(), "w2": net.w2.tolist()}
            values |= {"M": (t > 0).astype(int).tolist(), "Z": np.maximum(t, 0).tolist()}
            exactly = [
                [float(sp.N(evaluate(formula, values | {"j": j, "l": row}), 30)) for j in range(1, len(x) + 1)]
                for row in range(1, len(x) + 1)
            ]
            np.testing.assert_allclose(len(x) * claimed_gram(problem), exactly, rtol=1e-13, atol=problem.rounding)
            tally.count()

        agree()


@pytest.mark.parametrize(
    ("variant", "because", "statement", "check"),
    [
        (
            "the same away from interpolation (all residuals 1)",
            "the residual part of the Hessian joins w2_i to (w1_i, b1_i), and K knows nothing of it",
            "hessian",
            lambda p: same_spectrum(p, claimed_gram, residual=1.0),
        ),
        (
            "without the output bias",
            "the derivative by b2 is 1 at every datum, so that $\\mathbf 1\\mathbf 1^{\\mathsf T}$ belongs to $nK$",
            "entries",
            lambda p: same_spectrum(p, lambda q: gram_with(q, output_bias=False)),
        ),
        (
            "without the input biases",
            "the derivative by b1_i is w2_i times the mask, which adds w2_i^2 to every pair of active data",
            "entries",
            lambda p: same_spectrum(p, lambda q: gram_with(q, input_bias=False)),
        ),
        (
            "w2 in place of its square",
            "both gradients bring a factor w2_i",
            "entries",
            lambda p: same_spectrum(p, lambda q: gram_with(q, power=1)),
        ),
    ],
    ids=["residuals", "no-output-bias", "no-input-bias", "no-square"],
)
def test_control(
    evidence: Evidence, variant: str, because: str, statement: str, check: Callable[[Problem], Comparison]
) -> None:
    """False neighbours."""
    found = counterexample(check, problems(max_n=3, max_d=2, max_k=2))
    evidence.control(CLAIM, variant, found, because=because, statement=statement)


def test_control_of_multiplicities(evidence: Evidence) -> None:
    """The eigenvalue 0 is not covered: f = 2 relu(x) on two data has four parameters."""
    net = PINNED["one neuron"].problem
    interpolating = RationalProblem.of(net.W1, net.b1, net.w2, net.b2, net.x)
    of_hessian, of_gram = characteristic_polynomial(interpolating.hessian()), characteristic_polynomial(net.gram())
    zeros = [len(each) - len(without_zeros(each)) for each in (of_hessian, of_gram)]
    found = f"0 is an eigenvalue of H {zeros[0]} times and of K {zeros[1]} times" if zeros[0] != zeros[1] else None
    evidence.control(
        CLAIM,
        "the same multiplicity also of the eigenvalue 0",
        found,
        because="H has as many rows as there are parameters, K as many as there are data",
        statement="multiplicities-to-gram",
    )
