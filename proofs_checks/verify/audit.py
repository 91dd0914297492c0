"""Certificates of audits: what is claimed of a network on data."""

from __future__ import annotations

from fractions import Fraction

from proofs_checks.verify.arithmetic import integers
from proofs_checks.verify.gram import gram_matrix
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.norms import one_sided_norm, stability_norm
from proofs_checks.verify.reading import Entries, require

Ends = tuple[Fraction, Fraction]
VERDICTS = ("stable", "unstable", "undecided")


def check_audit(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where a claim is not."""
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
    gram = gram_matrix(f)
    gram.require_largest_above(f.n * sharpness[0], u)
    gram.require_largest_below(f.n * sharpness[1])
    require_within(norm, stability_norm(f), "the stability norm")
    require_within(one_sided, one_sided_norm(f), "the one-sided norm")
    true_loss = sum((r * r for r in f.residuals), Fraction(0)) / (2 * f.n)
    require_within(loss, (true_loss, true_loss), "the loss")
    require(kinks == f.kinks, "the number of kinks")
    verdict = limits.require_verdict(sharpness)

    minimum = true_loss == 0 and kinks == 0
    said = [
        f"lambda_max(K) {shown(sharpness)}",
        f"stability norm {shown(norm)}",
        f"one-sided norm {shown(one_sided)}",
        f"loss {shown(loss)}",
        f"{kinks} pairs on kinks",
    ]
    if verdict and minimum:
        said.append(f"{verdict} at step size {step_size}, bound {shown(limits.bound)}")
    elif verdict:
        said.append(f"lambda_max(K) alone would be {verdict} at step size {step_size}, bound {shown(limits.bound)}")
    if not minimum:
        why = "the loss is not 0" if true_loss else "data are on kinks"
        said.append(f"K only: not a differentiable interpolating minimum, since {why}; nothing is said of the Hessian")
    return "; ".join(said)


class Limits:
    """What a step size asks for: the enclosure claimed of 1/eta - 1/2, and the verdict claimed."""

    def __init__(self, step_size: Fraction, bound: Ends, verdict: str) -> None:
        self.step_size, self.bound, self.verdict = step_size, bound, verdict

    def require_verdict(self, sharpness: Ends) -> str:
        """The verdict that follows from an enclosure of the sharpness; raises `NotProved` where another is claimed."""
        require(self.step_size > 0, "a step size above 0")
        value = 1 / self.step_size - Fraction(1, 2)
        require_within(self.bound, (value, value), "the bound")
        low, high = sharpness
        limit = 2 / self.step_size
        decided = "stable" if high <= limit else "unstable" if low > limit else "undecided"
        require(self.verdict == decided, "the verdict")
        return decided


class NoLimits(Limits):
    """Without a step size nothing is asked for."""

    def __init__(self) -> None:
        super().__init__(Fraction(1), (Fraction(0), Fraction(0)), "")

    def require_verdict(self, sharpness: Ends) -> str:  # noqa: ARG002
        """No verdict."""
        return ""


def read_limits(claims: Entries, step_size: Fraction | None) -> Limits:
    """The claims that there are with a step size, and only with one."""
    if step_size is None:
        return NoLimits()
    return Limits(step_size, claims.enclosure("bound"), claims.text("verdict"))


def require_within(claim: Ends, proved: Ends, what: str) -> None:
    """The claimed enclosure holds the one that was computed."""
    require(claim[0] <= proved[0] and proved[1] <= claim[1], what)


def shown(ends: Ends) -> str:
    """An enclosure as it was checked."""
    return f"in [{ends[0]}, {ends[1]}]" if max(len(str(end)) for end in ends) < 30 else _rounded(ends)


def _rounded(ends: Ends) -> str:
    """Decimals rounded outward, some 17 digits."""
    texts = []
    for end, up in zip(ends, (False, True), strict=True):
        scaled = end * 10**15
        whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
        sign, digits = ("-" if whole < 0 else ""), f"{abs(whole):016d}"
        texts.append(f"{sign}{digits[:-15]}.{digits[-15:]}")
    return f"in [{texts[0]}, {texts[1]}]"
