"""Certificates of audits: what is claimed of a network on data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofs_checks.verify.arithmetic import integers
from proofs_checks.verify.gram import gram_matrix
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.norms import one_sided_norm, stability_norm
from proofs_checks.verify.reading import Entries, require

Ends = tuple[Fraction, Fraction]
_LONGEST, _DIGITS = 30, 16


def check_audit(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where a claim is not.

    The claim "sharpness" is of the largest eigenvalue of K. If the loss is 0 and no datum is on a kink, K and the
    Hessian have the same nonzero eigenvalues, so that the verdict is about the minimum; else it is about K alone, and
    this is said.
    """
    f = NetworkOnData(certificate.object("network"), certificate.object("data"))
    step_size = certificate.optional_rational("step_size")
    vector = certificate.array("vector", 1)
    claims = certificate.object("claims")
    certificate.close()
    sharpness = claims.enclosure("sharpness")
    norm, one_sided, loss = (claims.enclosure(name) for name in ("stability_norm", "one_sided", "loss"))
    kinks = claims.whole("kinks")
    limits = read_limits(claims, step_size)
    claims.close()

    u, _ = integers(vector.entries)
    require(vector.shape == (f.n,) and any(u), "a vector that fits")
    gram = gram_matrix(f)  # n K, so the ends are multiplied by n
    gram.require_largest_above(f.n * sharpness[0], u)
    gram.require_largest_below(f.n * sharpness[1])
    require_within(norm, stability_norm(f), "the stability norm")
    require_within(one_sided, one_sided_norm(f), "the one-sided norm")
    true_loss = sum((r * r for r in f.residuals), Fraction(0)) / (2 * f.n)
    require_within(loss, (true_loss, true_loss), "the loss")
    require(kinks == f.kinks, f"the number of kinks: {kinks} claimed, {f.kinks} counted")
    verdict = require_limits(limits, sharpness)

    interpolates_off_kinks = true_loss == 0 and kinks == 0
    said = [
        f"lambda_max(K) {shown(sharpness)}",
        f"stability norm {shown(norm)}",
        f"one-sided norm {shown(one_sided)}",
        f"loss {shown(loss)}",
        f"{kinks} pairs on kinks",
    ]
    if limits is not None and interpolates_off_kinks:
        said.append(f"{verdict} at step size {step_size}, bound {shown(limits.bound)}")
    elif limits is not None:
        said.append(f"lambda_max(K) alone would be {verdict} at step size {step_size}, bound {shown(limits.bound)}")
    if not interpolates_off_kinks:
        why = "the loss is not 0" if true_loss else "data are on kinks"
        said.append(f"K only: not a differentiable interpolating minimum, since {why}; nothing is said of the Hessian")
    return "; ".join(said)


@dataclass(frozen=True)
class Limits:
    """What a step size asks for: the enclosure claimed of 1/eta - 1/2, and the verdict claimed."""

    step_size: Fraction
    bound: Ends
    verdict: str


def read_limits(claims: Entries, step_size: Fraction | None) -> Limits | None:
    """The claims that there are with a step size, and only with one."""
    return None if step_size is None else Limits(step_size, claims.enclosure("bound"), claims.text("verdict"))


def require_limits(limits: Limits | None, sharpness: Ends) -> str:
    """The verdict that follows from the enclosure claimed of the sharpness, or nothing without a step size.

    It is "undecided" if the claimed enclosure leaves it open, also where a narrower one would not. Raises `NotProved`
    where another is claimed.
    """
    if limits is None:
        return ""
    require(limits.step_size > 0, "a step size above 0")
    value = 1 / limits.step_size - Fraction(1, 2)
    require_within(limits.bound, (value, value), "the bound")
    low, high = sharpness
    limit = 2 / limits.step_size
    decided = "stable" if high <= limit else "unstable" if low > limit else "undecided"
    require(limits.verdict == decided, f"the verdict: {limits.verdict!r} claimed, {decided} follows")
    return decided


def require_within(claim: Ends, proved: Ends, what: str) -> None:
    """The claimed enclosure holds the one that was computed."""
    require(claim[0] <= proved[0] and proved[1] <= claim[1], what)


def shown(ends: Ends) -> str:
    """An enclosure as it was checked, or rounded outward to some 17 digits where that is shorter."""
    texts = [str(end) for end in ends]
    if max(map(len, texts)) >= _LONGEST:
        texts = [_rounded(end, up) for end, up in zip(ends, (False, True), strict=True)]
    return f"in [{texts[0]}, {texts[1]}]"


def _rounded(value: Fraction, up: bool) -> str:
    """A decimal with an exponent, not below the value if up, else not above it."""
    if value == 0:
        return "0"
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator)) - _DIGITS
    scaled = value / Fraction(10) ** exponent
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    digits = str(abs(whole))
    sign = "-" if whole < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:]}e{exponent + len(digits) - 1}"
