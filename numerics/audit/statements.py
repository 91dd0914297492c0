"""Which claim speaks of a network, and what it does not cover: the sentences under the table."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from numerics.audit.findings import Audit
from numerics.audit.methods.words import method_sentences, short
from numerics.exact.intervals import Interval, texts
from numerics.exact.rounded import MOST_EXACT
from numerics.exact.spectrum import MOST_BITS, MOST_ROWS

MOST_DATA, MOST_PAIRS = 4096, 2**22
"""Data, and pairs of a datum and a neuron or an input, beyond which enclosures take more than minutes and gigabytes."""
ENCLOSED = f"for at most {MOST_DATA:,} data and 2^{MOST_PAIRS.bit_length() - 1} pairs of datum and neuron or input"
"""That, in words."""
_MOST_CERTIFIED_PAIRS = 2**20
CERTIFIED = (
    f"for at most {MOST_EXACT:,} data and 2^{_MOST_CERTIFIED_PAIRS.bit_length() - 1} pairs of datum and neuron or input"
)
"""Where there are certificates, in words."""

_ROUNDING = Fraction(1, 10**6)
"""A relative width below which rounding explains an interval."""


def can_certify(n: int, k: int, d: int) -> bool:
    """Whether k neurons of d inputs on n data are small enough for a certificate, which is checked in minutes then."""
    return n <= MOST_EXACT and n * max(k, d) <= _MOST_CERTIFIED_PAIRS


def statements(found: Audit, rescaled: bool = True) -> tuple[str, ...]:
    """The sentences, by what was found, and by whether the flattest rescaling was sought."""
    notes = _of_trained(found) if found.zero_biases else _of_method(found)
    if found.near_kinks and found.near_kinks > found.kinks:
        notes.append(
            f"Pairs of neuron and datum within 1e-7 of a kink, relative to the data: {found.near_kinks}. "
            "The Hessian describes the loss only in a neighbourhood as small as that."
        )
    if found.stability_norm[1] == 0 and not found.zero_biases:
        notes.append(
            "No kink of the function divides the data: its stability norm is 0, and the bound says nothing of it."
        )
    if found.enclosed and found.n > MOST_EXACT:
        notes += [
            f"Of more than {MOST_EXACT:,} data the eigenvalues are enclosed by matrices of floats whose rounding is "
            "bounded, for sums in any order: products of matrices on this machine are trusted to keep that bound. All "
            "else is exact.",
            f"The flattest rescaling is sought for at most {MOST_EXACT:,} data.",
        ]
    elif rescaled and found.enclosed and found.flattest_gram_sharpness is None:
        notes.append("The range of floats does not suffice to seek the flattest rescaling.")
    if not found.enclosed:
        notes += [
            "Computed in floats, not enclosed: the intervals are margins for rounding, no proof. An eigenvalue is the "
            "largest that was found, to 1e-10 of it.",
            f"The flattest rescaling is sought for at most {MOST_EXACT:,} data.",
        ]
    return tuple(notes)


def reasons(found: Audit) -> Mapping[str, str]:
    """Why a value is no better, by the field of the audit: an interval wider than rounding makes it, a gradient far
    from 0, a verdict that is open. What is known of it, and no more.
    """
    told = {
        "sharpness": _of_sharpness(found),
        "largest_stable_step": _of_step(found),
        "flattest_gram_sharpness": "because the search ended between a rescaling and a proof that none has less",
        "bound": _of_curvature(found),
        "tightness": _of_curvature(found),
    }
    wide = {name: reason for name, reason in told.items() if _wide(getattr(found, name))}
    far = {"gradient_norm": _IN_ALL if found.zero_biases else _FAR} if found.far_from_minimum else {}
    return far | wide | ({"verdict": _of_verdict(found)} if found.verdict == "undecided" else {})


def _of_method(found: Audit) -> list[str]:
    """What is said of the method, and of gradient descent where that allows the same sharpness."""
    said = method_sentences(found.method, found.step_size, found.n, found.kinks, found.negative_curvature)
    if found.method.is_descent or (found.method.is_scalar and not found.kinks):
        return [*said, *_claim(found)]
    if found.kinks:
        return [*said, *_claim(found)[:1]]
    off = "" if found.interpolating else "not "
    return [*said, f"The network does {off}interpolate exactly, and no datum is on a kink."]


_FAR = (
    "no minimum: a step along the gradient, of size 1/sharpness, would lower the loss noticeably; sharpness and "
    "verdict are of the curvature at this point, and of training only if it rests here"
)


_IN_ALL = "in all parameters, the biases of 0 among them; in the trained ones it may be 0"


def _of_trained(found: Audit) -> list[str]:
    """What is known where biases are missing: by interlacing, and by the mean gradient without the output bias."""
    notes = [
        f"There is no bias in {' and in '.join(found.zero_biases)}. The numbers are of the network whose biases are "
        "parameters and 0, the verdict is of the trained parameters. The bound 1/eta - 1/2 is not claimed: it is of "
        "networks whose biases are trained in both layers."
    ]
    if found.kinks:
        notes.append(f"Pairs of neuron and datum exactly on a kink: {found.kinks}. The loss has no Hessian there.")
    elif found.interpolating and all(name.startswith("the output layer") for name in found.zero_biases):
        notes.append(
            "The network interpolates, and the biases of its neurons are trained: without the 1 of the output bias, "
            "the proof of stability-inequality gives |f|_S <= 1/eta where the sharpness in the trained parameters "
            "is at most 2/eta."
        )
    return notes


def _of_verdict(found: Audit) -> str:
    if found.zero_biases:
        if found.kinks:
            return "because data are on kinks, where no eigenvalue decides, and the biases are not trained"
        most = texts(found.sharpness, 9)[1]
        return f"because the biases are not trained: the sharpness in the trained parameters is at most {most}"
    if found.kinks and not found.method.is_descent:
        return "because data are on kinks, where no claim speaks of the method; move weights or data off the kinks"
    if found.kinks:
        if found.interpolating:
            assert found.largest_stable_step is not None
            excluded = texts(found.largest_stable_step, 8)[1]
            return (
                f"because data are on kinks, where no eigenvalue decides: a step size above {excluded} is excluded, "
                "and nothing is known of a smaller one; move weights or data off the kinks"
            )
        if found.interpolating is None:
            return (
                "because data are on kinks, and floats leave open whether the network interpolates; give so few data "
                f"that all is enclosed, {ENCLOSED}"
            )
        return (
            "because data are on kinks of a network that does not interpolate, of which no claim speaks; train on "
            "until it interpolates, or move weights or data off the kinks"
        )
    limit = found.method.limit(found.step_size, found.n)
    assert found.largest_stable_step is not None
    assert limit is not None
    if not found.method.is_scalar:
        return f"because what is allowed, {short(limit)}, is within the range of what decides; equality is not decided"
    least, most = texts(found.largest_stable_step, 12)
    more = (
        f"equality is decided in whole numbers, for at most {MOST_ROWS} data where the network interpolates, else "
        f"{MOST_ROWS} parameters, and {MOST_BITS:,} bits over that number in an entry"
        if found.enclosed
        else f"enclosures are narrower, {ENCLOSED}"
    )
    allowed = "2/eta" if found.method.is_plain else "what is allowed"
    return (
        f"because {allowed}, about {texts((limit,) * 2, 9)[0]}, is within the range of the sharpness; a step "
        f"size of at most {least} is stable, one above {most} is not; {more}"
    )


def _of_sharpness(found: Audit) -> str:
    moved = "the residuals are known to move that of K by no more than so much"
    if found.enclosed:
        return f"because {moved}"
    nu = found.negative_curvature
    bounded = nu is not None and found.sharpness[1] == found.gram_sharpness[1] + nu[1]
    return f"because it was not found in floats, and {moved}" if bounded else "because rounding matters in floats here"


def _of_curvature(found: Audit) -> str:
    if found.negative_curvature is None:
        return ""
    return f"because the curvature nu is known only to be between 0 and {texts(found.negative_curvature, 3)[1]}"


def _of_step(found: Audit) -> str:
    if found.kinks:
        return "because on kinks a step is known to be too large, but none to be small enough"
    return "as the sharpness, which it is 2 over" if found.method.is_plain else "as what decides, which it falls with"


def _wide(value: Interval | None) -> bool:
    return value is not None and value[1] - value[0] > _ROUNDING * abs(value[1])


def _claim(found: Audit) -> list[str]:
    if found.kinks:
        notes = [
            f"Pairs of neuron and datum exactly on a kink: {found.kinks}. The loss has no Hessian there; the sharpness "
            "is that of the Gram matrix with relu'(0) = 0."
        ]
        if found.interpolating:
            notes.append(
                "Claim nondifferentiable-minima: if this minimum is strongly stable at step size eta, then "
                "|E grad f|^2 <= 2/eta and |f|_S <= 1/eta - 1/2. Whether it is strongly stable is not decided by "
                "eigenvalues."
            )
        else:
            notes.append(
                "On kinks and away from interpolation no claim speaks of the network."
                if found.interpolating is False
                else "Whether the network interpolates is open in floats; if not, no claim speaks of it, on kinks."
            )
        return notes
    if found.interpolating:
        return ["The network interpolates, and no datum is on a kink: claim stability-inequality."]
    assert found.negative_curvature is not None
    most = texts(found.negative_curvature, 3)[1]
    known = "The network does not interpolate exactly" if found.interpolating is False else "It may not interpolate"
    return [
        f"{known}, so this is the claim stationary-points: if -nu <= H <= 2/eta for the Hessian H of the loss, then "
        "|f|_S <= (1 + nu)(1/eta - 1/2). The residuals move the eigenvalues of H by at most "
        f"{most}, so nu is at most that. The sharpness is that of H; unless the gradient norm is 0, the verdict "
        "speaks of the curvature at this point alone."
    ]
