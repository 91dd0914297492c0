"""Certificates of audits: what is claimed of a network on data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofs_checks.verify.arithmetic import ZERO, integers
from proofs_checks.verify.gram import gram_matrix
from proofs_checks.verify.hessian import ResidualPart
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.norms import mean_gradient_square, one_sided_norm, stability_norm
from proofs_checks.verify.reading import Entries, require

Ends = tuple[Fraction, Fraction]
_LONGEST, _DIGITS = 30, 16


def check_audit(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where a claim is not.

    The sharpness is the largest eigenvalue of the Hessian H of the loss, with the nonzero eigenvalues of K where the
    loss is 0. On kinks there is no Hessian, and it is that of K. A network that is on kinks and does not interpolate is
    spoken of by no theorem: of it there are no bound and no negative curvature.
    """
    f = NetworkOnData(certificate.object("network"), certificate.object("data"))
    step_size = certificate.optional_rational("step_size")
    vector, slopes = (certificate.array(name, 1) for name in ("vector", "slopes"))
    claims = certificate.object("claims")
    certificate.close()
    sharpness, gram_sharpness, mean_gradient, norm, one_sided, loss = (
        claims.enclosure(name)
        for name in ("sharpness", "gram_sharpness", "mean_gradient_square", "stability_norm", "one_sided_norm", "loss")
    )
    negative = claims.enclosure("negative_curvature") if "negative_curvature" in claims else None
    kinks, limits = claims.whole("kinks"), read_limits(claims, step_size)
    claims.close()

    (u, _), (s, _) = integers(vector.entries), integers(slopes.entries)
    require(vector.shape == slopes.shape == (f.n,) and any(u) and any(s), "vectors that fit")
    gram = gram_matrix(f)  # n K, so the ends are multiplied by n
    gram.require_largest_above(f.n * gram_sharpness[0], u)
    gram.require_largest_below(f.n * gram_sharpness[1])
    true_loss = sum((r * r for r in f.residuals), ZERO) / (2 * f.n)
    require_within(loss, (true_loss, true_loss), "the loss")
    require(kinks == f.kinks, f"the number of kinks: {kinks} claimed, {f.kinks} counted")
    require_within(norm, stability_norm(f), "the stability norm")
    require_within(one_sided, one_sided_norm(f), "the one-sided norm")
    require_within(mean_gradient, (mean_gradient_square(f),) * 2, "the square of the mean gradient")
    if kinks or true_loss == 0:
        require_within(sharpness, gram_sharpness, "the sharpness, here the largest eigenvalue of K")
    else:
        require_hessian(f, sharpness, gram_sharpness, s)
    spoken_of = true_loss == 0 or not kinks
    require((negative is not None) == spoken_of, "a negative curvature where a theorem speaks of the network")
    if negative is not None:
        require_within(negative, (ZERO, ZERO if kinks else ResidualPart(f).size), "the negative curvature")
    decided = "undecided"
    if step_size is not None and not kinks:
        decided = verdict_of(sharpness, step_size)
    elif step_size is not None and true_loss == 0 and mean_gradient[0] > 2 / step_size:
        decided = "unstable"
    require_limits(limits, decided, negative)

    said = [
        f"sharpness {shown(sharpness)}{', that of K, since there is no Hessian on kinks' if kinks else ''}",
        f"gram_sharpness {shown(gram_sharpness)}",
        *([f"negative_curvature {shown(negative)}"] if negative else []),
        f"mean_gradient_square {shown(mean_gradient)}",
        f"stability_norm {shown(norm)}",
        f"one_sided_norm {shown(one_sided)}",
        f"loss {shown(loss)}",
        f"kinks {kinks}",
    ]
    if limits is not None:
        bound = "no bound" if limits.bound is None else f"bound {shown(limits.bound)}"
        said.append(f"{decided} at step size {step_size}, {bound}")
    return "; ".join(said)


def require_hessian(f: NetworkOnData, sharpness: Ends, gram_sharpness: Ends, slopes: list[int]) -> None:
    """Prove the ends of lambda_max(H): by those of lambda_max(K) if they are rho away from them, else by H itself."""
    residual = ResidualPart(f)
    if sharpness[0] > gram_sharpness[0] - residual.size:
        residual.require_largest_above(sharpness[0], slopes)
    if sharpness[1] < gram_sharpness[1] + residual.size:
        residual.require_largest_below(sharpness[1])


@dataclass(frozen=True)
class Limits:
    """What a step size asks for: the enclosure claimed of what |f|_S cannot exceed, if any, and the verdict claimed."""

    step_size: Fraction
    bound: Ends | None
    verdict: str


def read_limits(claims: Entries, step_size: Fraction | None) -> Limits | None:
    """The claims that there are with a step size, and only with one."""
    if step_size is None:
        return None
    require(step_size > 0, "a step size above 0")
    return Limits(step_size, claims.enclosure("bound") if "bound" in claims else None, claims.text("verdict"))


def verdict_of(sharpness: Ends, step_size: Fraction) -> str:
    """What follows from the enclosure claimed of the sharpness: whether it is at most 2/eta.

    It is "undecided" if the claimed enclosure leaves it open, also where a narrower one would not.
    """
    low, high = sharpness
    limit = 2 / step_size
    return "stable" if high <= limit else "unstable" if low > limit else "undecided"


def require_limits(limits: Limits | None, decided: str, negative: Ends | None) -> None:
    """The verdict claimed is the one that follows, and the bound is that of the theorem, (1 + nu)(1/eta - 1/2), for
    all nu within the enclosure claimed of the negative curvature, and there is none without it.
    """
    if limits is None:
        return
    require((limits.bound is None) == (negative is None), "a bound where a theorem speaks of the network")
    if limits.bound is not None and negative is not None:
        value = 1 / limits.step_size - Fraction(1, 2)
        ends = [value * (1 + nu) for nu in negative]
        require_within(limits.bound, (min(ends), max(ends)), "the bound")
    require(limits.verdict == decided, f"the verdict: {limits.verdict!r} claimed, {decided} follows")


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
