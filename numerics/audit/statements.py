"""Which claim speaks of a network, and what it does not cover: the sentences under the table."""

from __future__ import annotations

from numerics.audit.findings import Audit
from numerics.audit.intervals import texts


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
