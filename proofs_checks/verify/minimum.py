"""Certificates of exact minima: within a radius of the network written down one interpolates the data.

By the theorem of Newton and Kantorovich for residuals F that are onto: with J their derivative at the centre, beta =
1/sigma_min(J) and M a Lipschitz constant of the derivative in the activation cell, the map theta -> theta - J^+
F(theta) keeps the ball of radius r if
|J^+ F| + beta M r^2 / 2 < r; its fixed point, which Brouwer's theorem gives, is a zero of F.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from proofs_checks.verify.arithmetic import ZERO, dot, gram, integers, root
from proofs_checks.verify.audit import read_limits, require_limits, require_within, shown, verdict_of
from proofs_checks.verify.definite import require_eigenvalues_below
from proofs_checks.verify.gram import Gram, gram_matrix
from proofs_checks.verify.network import NetworkOnData
from proofs_checks.verify.norms import stability_norm
from proofs_checks.verify.reading import Entries, require


def check_minimum(certificate: Entries) -> str:
    """What is proved, in words; raises `NotProved` where a claim is not."""
    f = NetworkOnData(certificate.object("network"), certificate.object("data"))
    step_size = certificate.optional_rational("step_size")
    vector, newton = (certificate.array(name, 1) for name in ("vector", "newton"))
    radius, floor = certificate.rational("radius"), certificate.rational("floor")
    claims = certificate.object("claims")
    certificate.close()
    sharpness, norm = claims.enclosure("sharpness"), claims.enclosure("stability_norm")
    margin, limits = claims.rational("margin"), read_limits(claims, step_size)
    claims.close()

    u, _ = integers(vector.entries)
    require(radius > 0 and vector.shape == newton.shape == (f.n,) and any(u), "radius and vectors that fit")
    lipschitz = root(Fraction(sum(dot(row, row) for row in f.x), 4**f.x_bits), up=True)
    gram_of_f = gram_matrix(f)
    gram_of_f.require_largest_above(f.n * sharpness[0], u, lipschitz * radius)
    gram_of_f.require_largest_below(f.n * sharpness[1], lipschitz * radius)
    require_same_cell(f, radius, margin)
    require_lone_neurons(f, radius)
    require_within(norm, stability_norm(f, radius), "the stability norm")
    require_zero(f, gram_of_f, f.n * sharpness[1], lipschitz, radius, newton.entries, floor)
    verdict = "" if step_size is None else verdict_of(sharpness, step_size)
    require_limits(limits, verdict, (ZERO, ZERO))

    said = [
        f"an interpolating minimum within {radius} of the network, no datum on a kink",
        f"sharpness {shown(sharpness)}",
        f"stability norm {shown(norm)}",
        f"margin {margin}",
    ]
    if limits is not None and limits.bound is not None:
        said.append(f"{verdict} at step size {step_size}, bound {shown(limits.bound)}")
    return "; ".join(said)


def require_same_cell(f: NetworkOnData, radius: Fraction, margin: Fraction) -> None:
    """|<w1_i, x_j> + b1_i| >= margin |(x_j, 1)| for all pairs, and the margin is larger than the radius."""
    walls = [math.ceil(margin**2 * dot(x, x) * 4**f.w_bits) for x in f.x]
    clear = all(t * t >= wall for row, wall in zip(f.preactivations, walls, strict=True) for t in row)
    require(margin > radius and clear, "the margin")


def require_lone_neurons(f: NetworkOnData, radius: Fraction) -> None:
    """No two neurons have one hyperplane, whatever the parameters within the radius: |w_i|^2 |w_j|^2 - <w_i, w_j>^2 is
    too large for it.
    """
    g = gram(f.rows)
    reach, sizes = radius * 2**f.w_bits, [math.isqrt(row[-1]) + 1 for row in g]
    for j, i in itertools.combinations(range(f.k), 2):
        wedge = reach * (sizes[i] + sizes[j]) + reach**2
        apart = g[i][i] * g[j][j] - g[i][j] ** 2 > wedge**2
        require(apart, f"neurons {j} and {i} have different hyperplanes")


def require_zero(
    f: NetworkOnData,
    g: Gram,
    top: Fraction,
    lipschitz: Fraction,
    radius: Fraction,
    newton: list[float],
    floor: Fraction,
) -> None:
    """The Newton map keeps the ball: |J^+ F| + beta M r^2/2 < r, with z near the solution of J J^T z = F.

    |J^+ F| <= |J^T z| + beta |F - J J^T z|; J J^T is known up to n/unit entrywise and J up to the error of its outputs.
    """
    level, negative = math.ceil(floor * g.unit), [[-entry for entry in row] for row in g.matrix]
    require_eigenvalues_below(-level - (level >> 3), negative, level >> 3, "the floor under the eigenvalues of n K")
    require(root(floor) > g.error, "the derivative is onto")
    inverse = 1 / (root(floor) - g.error)
    z, bits = integers(newton)
    image = [Fraction(dot(row, z), 1 << bits) / g.unit for row in g.matrix]
    size = root(Fraction(dot(z, z), 4**bits), up=True)
    missed = root(sum(((a - b) ** 2 for a, b in zip(f.residuals, image, strict=True)), ZERO), up=True)
    missed += (f.n / g.unit + 2 * g.error * root(top, up=True)) * size
    along = sum((Fraction(a, 2**bits) * b for a, b in zip(z, image, strict=True)), ZERO)
    step = root(along + f.n / g.unit * size**2, up=True) + g.error * size + inverse * missed
    require(step + inverse * lipschitz * radius * radius / 2 < radius, "the Newton map sends the ball into itself")
