"""Which claim speaks of a network, and what it does not cover: the sentences under the table."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from numerics.audit.findings import Audit
from numerics.exact.intervals import Interval, texts

_ROUNDING = Fraction(1, 10**6)
"""A relative width below which rounding explains an interval."""


def statements(found: Audit, rescaled: bool = True) -> tuple[str, ...]:
    """The sentences, by what was found, and by whether the flattest rescaling was sought."""
    notes = list(_claim(found))
    if found.near_kinks and found.near_kinks > found.kinks:
        notes.append(
            f"Pairs of neuron and datum within 1e-7 of a kink, relative to the data: {found.near_kinks}. "
            "The Hessian describes the loss only in a neighbourhood as small as that."
        )
    if found.stability_norm[1] == 0:
        notes.append(
            "No kink of the function divides the data: its stability norm is 0, and the bound says nothing of it."
        )
    if rescaled and found.enclosed and found.flattest_gram_sharpness is None:
        notes.append("The range of floats does not suffice to seek the flattest rescaling.")
    if not found.enclosed:
        notes += [
            "Computed in floats, not enclosed: the intervals are margins for rounding, no proof.",
            "The flattest rescaling is sought only where the network is small enough for enclosures.",
        ]
    return tuple(notes)


def reasons(found: Audit) -> Mapping[str, str]:
    """Why an interval is wider than rounding makes it, by the field of the audit: what is known of it, and no more."""
    told = {
        "bound": _of_curvature(found),
        "tightness": _of_curvature(found),
        "sharpness": "because the residuals are known to move it by no more than so much",
        "largest_stable_step": _of_step(found),
        "flattest_gram_sharpness": "because the search ended between a rescaling and a proof that none has less",
    }
    if not found.enclosed:
        told["sharpness"] = "because the residuals are bounded, not resolved, in floats"
    return {name: reason for name, reason in told.items() if _wide(getattr(found, name))}


def _of_curvature(found: Audit) -> str:
    if found.negative_curvature is None:
        return ""
    return f"because the curvature nu is known only to be between 0 and {texts(found.negative_curvature, 3)[1]}"


def _of_step(found: Audit) -> str:
    if found.kinks:
        return "because on kinks a step is known to be too large, but none to be small enough"
    return "as the sharpness, which it is 2 over"


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
        f"{most}, so nu is at most that. The sharpness is that of H; if gradient descent has not come to rest, "
        "the verdict speaks of the curvature at this point alone."
    ]
