"""Mills' ratio of the normal law in balls that stay tight when the argument is a wide ball."""

from __future__ import annotations

from flint import acb, arb


def enclosed_mills(b: acb) -> tuple[acb, acb]:
    """M_k(b) = int_0^inf u^k exp(-bu - u^2/2) du for k = 0, 1: Q(b)/phi(b) and 1 - b M_0, enclosed.

    With phi the normal density, Q its tail. The derivative of M_k is -M_{k+1}, whose modulus is at most M_{k+1} at the
    real part, which falls: a bound at the least real part serves the whole ball.

    >>> enclosed_mills(acb(0))[0].real.overlaps((arb.pi() / 2).sqrt())
    True
    """
    middle = b.mid()
    width = abs(b - middle).upper()
    at, bound = _mills(middle), _mills(acb(b.real.lower()))
    first, second = (arb(0, (abs(moment) * width).upper()) for moment in bound[1:])
    return at[0] + acb(first, first), at[1] + acb(second, second)


def _mills(b: acb) -> tuple[acb, acb, acb]:
    M0 = (b / arb(2).sqrt()).erfc() * (b**2 / 2).exp() * (arb.pi() / 2).sqrt()
    M1 = 1 - b * M0
    return M0, M1, M0 - b * M1
