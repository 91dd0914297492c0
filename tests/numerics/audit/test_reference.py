"""The audit, its JSON, its certificate and the audit in floats against a reference by the definitions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from unittest import mock

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.audit import Audit, audit, examination
from numerics.audit.certificate import write_audit
from numerics.audit.methods.adam import Preconditioner
from numerics.audit.methods.method import Method, method
from numerics.audit.shown.text import to_json
from numerics.exact.intervals import Interval
from numerics.network import ShallowNetwork
from numerics.problem import Problem
from proofs_checks.instances.profiles import settings
from proofs_checks.verify import __main__ as verify
from tests.numerics.audit.reference import ZERO, Reference, Vector, eigenvalues, root
from tests.numerics.examples import Example, gaussian, grid_examples, net

NAMES = ("loss", "sharpness", "gram_sharpness", "mean_gradient_square", "stability_norm", "one_sided_norm")
# the reference's own rounding, generously, and how narrow an enclosure has to be; both relative
ROUNDING, NARROW, NEAR = Fraction(1, 10**50), Fraction(1, 10**8), Fraction(1, 10**9)
SCALES = ((1.0,), (2.0**-9, 1.0, 2.0**20), (1.0, 3.0, 1e5, 1e-7))
STEPS = (Fraction(1), 1 - Fraction(1, 10**7), 1 + Fraction(1, 10**7))


@dataclass(frozen=True)
class Case:
    """A network on data, and the step size as a multiple of the largest stable one."""

    example: Example
    step: Fraction


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Normal entries, also to 10 bits so that labels can be met exactly, or half-integers; neurons on one hyperplane,
    data twice, neurons rescaled; labels met or not.
    """
    normal = st.builds(gaussian, st.integers(0, 2**32), n=st.integers(1, 6), d=st.integers(1, 3), k=st.integers(1, 4))
    example = draw(st.one_of(normal, normal.map(shortened), grid_examples()))
    f, x, y = example.network, example.x, example.y
    W1, b1, w2 = f.W1, f.b1, f.w2
    if f.k and draw(st.booleans()):
        i, factor, out = draw(st.integers(0, f.k - 1)), draw(st.sampled_from([-1.0, 2.0, -0.5, 3.0])), w2[[-1]]
        W1, b1, w2 = np.vstack([W1, factor * W1[[i]]]), np.append(b1, factor * b1[i]), np.append(w2, out)
    if draw(st.booleans()):
        x, y = np.vstack([x, x[[0]]]), np.append(y, y[-1])
    chosen = draw(st.sampled_from(SCALES))
    scales = np.array([draw(st.sampled_from(chosen)) for _ in w2])
    network = ShallowNetwork(scales[:, None] * W1, scales * b1, w2 / scales, f.b2)
    labels = draw(st.sampled_from(["own", "met", "met but for one"]))
    if labels != "own":
        y = np.maximum(x @ network.W1.T + network.b1, 0.0) @ network.w2 + f.b2
        y[0] += labels != "met"
    step = draw(st.one_of(st.sampled_from(STEPS), st.integers(1, 1000).map(lambda percent: Fraction(percent, 100))))
    return Case(Example(network, x, y), step)


def shortened(example: Example) -> Example:
    """All entries rounded to 10 bits after the point."""
    f = example.network
    W1, b1, w2, b2, x, y = (np.round(part * 2**10) / 2**10 for part in (f.W1, f.b1, f.w2, f.b2, example.x, example.y))
    return Example(ShallowNetwork(W1, b1, w2, float(b2)), x, y)


def of(example: Example) -> Reference:
    """The reference, from plain lists."""
    f = example.network
    return Reference(f.W1.tolist(), f.b1.tolist(), f.w2.tolist(), f.b2, example.x.tolist(), example.y.tolist())


def in_floats(problem: Problem, eta: Fraction | None = None) -> Audit:
    """The audit as if the problem were too large to be enclosed."""
    with mock.patch.object(examination, "MOST_DATA", 0):
        return audit(problem, step_size=eta, rescaled=False)


def limit(true: Reference) -> Fraction:
    """The threshold 2/eta of the verdict: the sharpness, on kinks |E grad f|^2; exact if rational, or else a float."""
    if true.kinks:
        return true.mean_gradient_square
    if true.n == 1 and true.interpolating:
        return true.gram[0][0]
    short = true.sharpness.limit_denominator(10**9)
    return short if contains((short, short), true.sharpness) else Fraction(float(true.sharpness))


def derived(true: Reference, eta: Fraction) -> dict[str, Fraction | None]:
    """What follows from the eigenvalues, by the names of an audit; None where no claim speaks of the network."""
    spoken_of = true.interpolating or not true.kinks
    nu = Fraction(0) if true.interpolating else max(Fraction(0), -true.hessian_eigenvalues[0])
    bound = (1 + nu) * (1 / eta - Fraction(1, 2))
    step = 2 / (true.mean_gradient_square if true.kinks else true.sharpness)
    tightness = true.stability_norm / bound if bound > 0 else None
    values = {"negative_curvature": nu, "bound": bound, "largest_stable_step": step, "tightness": tightness}
    return {name: value if spoken_of else None for name, value in values.items()}


def contains(found: Interval, value: Fraction) -> bool:
    room = ROUNDING * abs(value)
    return found[0] - room <= value <= found[1] + room


def is_narrow(found: Interval) -> bool:
    return found[1] - found[0] <= NARROW * max(map(abs, found))


def wrong(case: Case, folder: Path) -> list[str]:
    """What is said of a case that the reference contradicts, by name; nothing if all agree."""
    example, true = case.example, of(case.example)
    eta = case.step * 2 / limit(true)
    problem = Problem(example.network, example.x, example.y)
    found, floats = audit(problem, step_size=eta, rescaled=False), in_floats(problem, eta)
    path = folder / "audit.json"
    write_audit(path, problem, found)
    said, claims = json.loads(to_json(found)), json.loads(path.read_text(encoding="utf-8"))["claims"]
    failures = []
    for name in NAMES:
        value, mine = getattr(true, name), getattr(found, name)
        in_json, claimed = ends(said[name]), ends(claims[name])
        for where, interval in (("audit", mine), ("JSON", in_json), ("certificate", claimed)):
            failures += [] if contains(interval, value) else [f"{where}: {name} outside"]
            failures += [] if is_narrow(interval) else [f"{where}: {name} wide"]
            failures += [] if interval[0] <= mine[0] and mine[1] <= interval[1] else [f"{where}: {name} is another"]
        failures += [] if contains(getattr(floats, name), value) else [f"floats: {name} outside"]
    gradients = {"audit": found.gradient_norm, "JSON": ends(said["gradient_norm"]), "floats": floats.gradient_norm}
    failures += [f"{of}: gradient_norm" for of, own in gradients.items() if not contains(own, true.gradient_norm)]
    for name, follows in derived(true, eta).items():
        others = {"audit": getattr(found, name), "JSON": said[name] and ends(said[name])}
        if name in ("negative_curvature", "bound"):
            others["certificate"] = ends(claims[name]) if name in claims else None
        if not true.kinks:
            others["floats"] = getattr(floats, name)
        failures += [f"{where}: {name}" for where, interval in others.items() if misses(interval, follows, true)]
    exactly = (true.kinks, true.interpolating)
    if (found.kinks, found.interpolating) != exactly or (said["kinks"], said["interpolating"]) != exactly:
        failures.append("audit: kinks or interpolating")
    if (floats.kinks, claims["kinks"]) != (true.kinks,) * 2 or floats.interpolating not in (None, true.interpolating):
        failures.append("floats or certificate: kinks or interpolating")
    verdict = true.verdict(eta)
    # ties are decided, and what is below them by less than the enclosure is wide
    near = abs(limit(true) * eta / 2 - 1) <= NEAR and verdict != "stable"
    failures += [] if found.verdict in (verdict, "undecided" if near else verdict) else [f"audit: {found.verdict}"]
    failures += [] if floats.verdict in (verdict, "undecided") else [f"floats: {floats.verdict}, not {verdict}"]
    failures += [] if said["verdict"] == claims["verdict"] == found.verdict else ["JSON or certificate: verdict"]
    failures += [] if verify.main([str(path)]) == 0 else ["certificate: refused"]
    return failures


def ends(texts: list[str]) -> Interval:
    low, high = map(Fraction, texts)
    return low, high


def misses(found: Interval | None, value: Fraction | None, true: Reference) -> bool:
    """Whether an interval lacks what follows from eigenvalues, that are known relative to the sharpness."""
    if found is None or value is None:
        return (found is None) != (value is None)
    room = ROUNDING * true.sharpness * max(abs(value), Fraction(1))
    return not found[0] - room <= value <= found[1] + room


@settings(max_examples=20)
@given(cases())
def test_nothing_contradicts_the_definitions(tmp_path_factory: pytest.TempPathFactory, case: Case) -> None:
    assert wrong(case, tmp_path_factory.mktemp("certificate")) == []


def test_residuals_that_floats_round_to_zero_curve_the_loss() -> None:
    """The float 0.1 times 3 is not the float next to it, so that H has a negative eigenvalue, of some 1e-17."""
    example = Example(net([[1.0]], [0.0], [0.1]), np.array([[3.0]]), np.array([0.1 * 3]))
    found = in_floats(Problem(example.network, example.x, example.y))
    assert found.negative_curvature is not None
    assert 0 < -of(example).hessian_eigenvalues[0] <= found.negative_curvature[1]


def test_floats_allow_for_pre_activations_that_cancel() -> None:
    """Data of 1e8 a few units from the kinks: the outputs have 8 digits in floats, and so have the margins."""
    x = np.array([[1e8 + 0.1], [1e8 - 0.7], [1e8 + 1.3]])
    example = Example(net([[0.3], [-0.7]], [-0.3e8, 0.7e8], [1e-9, 1e-9]), x, np.zeros(3))
    found, true = in_floats(Problem(example.network, example.x, example.y)), of(example)
    for name in NAMES:
        assert contains(getattr(found, name), getattr(true, name)), name


def test_floats_allow_for_outputs_that_underflow() -> None:
    """Weights of a few units in the last place there is, of which an output has no digits."""
    x = np.array([[1.3], [0.4], [-0.7]])
    example = Example(net([[1e-323], [-2e-323]], [0.0, 5e-324], [1.0, -0.5]), x, np.zeros(3))
    found, true = in_floats(Problem(example.network, example.x, example.y)), of(example)
    for name in NAMES:
        assert contains(getattr(found, name), getattr(true, name)), name


KINDS = ("loss", "heavy-ball", "nesterov", "penalty", "penalty-but-bias", "decoupled", "layers", "adam")
NETWORKS = 40
RATIOS = (Fraction(1, 2), 1 - Fraction(1, 10**4), 1 + Fraction(1, 10**4), Fraction(3, 2))


def trained(number: int) -> tuple[Example, Method, Reference]:
    """A network on data, met or not, and how it is trained."""
    example = shortened(gaussian(number, n=1 + number % 5, d=1 + number % 3, k=1 + number % 4))
    if number % 16 < 8:
        labels = np.maximum(example.x @ example.network.W1.T + example.network.b1, 0.0) @ example.network.w2
        example = Example(example.network, example.x, labels + example.network.b2)
    loss = ("half-mse", "mse", "mse-sum", "half-mse-sum")[number // 8 % 4]
    beta = Fraction(number % 10, 10)
    match KINDS[number % 8]:
        case "loss":
            own = method("sgd", loss=loss)
        case "heavy-ball" | "nesterov" as name:
            own = method(name, loss=loss, momentum=beta)
        case "penalty":
            own = method("heavy-ball", loss=loss, momentum=beta, weight_decay=Fraction(1, 3), decayed="all")
        case "penalty-but-bias":
            own = method("nesterov", loss=loss, momentum=beta, weight_decay="0.3", decayed="all-but-output-bias")
        case "decoupled":
            own = method("sgd", loss=loss, weight_decay=Fraction(1, 7), decayed="decoupled")
        case "layers":
            own = method("sgd", loss=loss, layer_steps=["1", "1/3", "1/2"])
        case _:
            entries = np.exp(np.random.default_rng(number).normal(size=example.network.k * (example.network.d + 2) + 1))
            own = method("adam", loss=loss, preconditioner=Preconditioner(entries, beta, 3))
    return example, own, of(example)


def curvatures(true: Reference, own: Method) -> Vector:
    """All eigenvalues of what the method sees, by the definitions: of c S^(1/2) H S^(1/2) + penalty, to 50 digits."""
    n, k, d = true.n, true.k, true.d
    c = {"half-mse": 1, "mse": 2, "mse-sum": 2 * n, "half-mse-sum": n}[own.loss]
    matrix = [[c * entry for entry in row] for row in true.hessian]
    for place in range(len(matrix) - (own.decayed == "all-but-output-bias")):
        matrix[place][place] += own.weight_decay
    steps = [Fraction(1)] * len(matrix)
    if own.layer_steps is not None:
        first, second, bias = own.layer_steps
        steps = [first] * (k * d + k) + [second] * k + [bias]
    if own.preconditioner is not None:
        steps = [Fraction(float(entry)) for entry in own.preconditioner.entries]
    roots = [root(step) for step in steps]
    scaled = [[a * r * s for a, s in zip(row, roots, strict=True)] for row, r in zip(matrix, roots, strict=True)]
    return eigenvalues(scaled)


def grows(level: Fraction, own: Method) -> bool:
    """Whether a root of the recursion at eta lambda = level is outside the unit circle, by both to 60 digits."""
    beta = own.momentum
    first, second = {
        "gradient-descent": (1 - level, Fraction(0)),
        "heavy-ball": (1 + beta - level, beta),
        "nesterov": ((1 + beta) * (1 - level), beta * (1 - level)),
        "adam": (1 + beta - (1 - beta) * level, beta),
    }[own.optimizer]
    with mpmath.workdps(60):
        half = mpmath.mpf(first.numerator) / first.denominator / 2
        rest = mpmath.sqrt(half**2 - mpmath.mpf(second.numerator) / second.denominator)
        return bool(max(abs(half + rest), abs(half - rest)) > 1 + mpmath.mpf(10) ** -40)


def threshold(own: Method) -> Fraction:
    """The largest level at which no root is outside, by halving; some 1e-15 below it."""
    low, high = Fraction(0), Fraction(1024)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if grows(middle, own) else (middle, high)
    return low


def misfits(found: Audit, true: Reference, own: Method, spectrum: Vector, eta: Fraction) -> list[str]:
    """The largest stable step and the bound that are not what follows from the eigenvalues that the method sees."""
    layers = own.layer_steps
    step, nu = threshold(own) / spectrum[-1], max(ZERO, -true.hessian_eigenvalues[0])
    room = Fraction(1, 10**5 if own.optimizer == "adam" else 10**9)
    ends = found.largest_stable_step
    failures = (
        [] if ends and ends[0] * (1 - room) <= step <= ends[1] * (1 + room) <= step * (1 + 3 * room) else ["step"]
    )
    c = {"half-mse": 1, "mse": 2, "mse-sum": 2 * true.n, "half-mse-sum": true.n}[own.loss]
    if own.optimizer == "adam":
        return failures + ([] if found.bound is None else ["bound under adam"])
    if layers is not None:
        first, second, bias = (c * each for each in layers)
        scaled = max(ZERO, -spectrum[0])
        bounds = [(2 - bias) * (1 + scaled / bias) / (2 * root(first * second))]
    else:
        level = threshold(own) / (eta * c) - (own.weight_decay / c if own.decayed in ("all", "decoupled") else 0)
        # the penalty on all but the output bias may make up for nu
        bounds = [
            (level - 1) / 2 * (1 + each) for each in ((nu, ZERO) if own.decayed == "all-but-output-bias" else (nu,))
        ]
    most = found.bound
    assert most is not None
    if not any(most[0] - room * abs(each) <= each <= most[1] + room * abs(each) for each in bounds):
        failures.append("bound")
    if found.verdict == "stable" and spectrum[0] >= -ROUNDING and true.stability_norm > most[1]:
        failures.append("above its bound")
    return failures


def test_forty_networks_under_other_methods() -> None:
    """Verdicts, bounds, largest steps, next to the threshold and far from it: none wrong, all decided."""
    wrong_ones, decided = [], 0
    for number in range(NETWORKS):
        example, own, true = trained(number)
        assert not true.kinks
        spectrum = curvatures(true, own)
        top, ratio = spectrum[-1], RATIOS[number // 8 % 4 if number < 32 else number % 4]
        eta = (ratio * threshold(own) / top).limit_denominator(10**12)
        layered = own.layer_steps is not None
        if layered:
            assert own.layer_steps is not None
            first, second, bias = (eta * step for step in own.layer_steps)
            own = method("sgd", loss=own.loss, layer_steps=[first, second, bias])
            spectrum = [eta * value for value in spectrum]
        problem = Problem(example.network, example.x, example.y)
        found = audit(problem, step_size=None if layered else eta, method=own, rescaled=False)
        expected = "unstable" if grows(spectrum[-1] if layered else eta * top, own) else "stable"
        decided += found.verdict != "undecided"
        if found.verdict != expected:
            wrong_ones.append(f"{number} {KINDS[number % 8]}: {found.verdict}, not {expected}")
        wrong_ones += [f"{number} {KINDS[number % 8]}: {name}" for name in misfits(found, true, own, spectrum, eta)]
    assert (wrong_ones, decided) == ([], NETWORKS)
