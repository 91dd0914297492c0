"""No implementation of a function is flatter than a dual certificate says."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="flattest-implementation",
    title="The flattest implementation: weak duality",
    statement=r"""
Let $U \succeq 0$ with $\operatorname{tr} U = 1$, and for a hyperplane $H$ with unit normal $v$ and threshold $b$ put $z = (Xv - b)_+$,
$m = \mathbf 1\{Xv > b\}$, $Q_H = zz^{\mathsf T}$, $P_H = mm^{\mathsf T}\circ(\mathbf 1\mathbf 1^{\mathsf T} + XX^{\mathsf T})$, and $P^-_H$, $Q^-_H$ the same for
$(-v,-b)$. Every implementation of the same function, of any width, has
$$ \sharpness(K) \ge \frac1n\Bigl[ \mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_H \abs{a_H}
 \min\Bigl(\sqrt{\langle P_H,U\rangle\langle Q_H,U\rangle}, \sqrt{\langle P^-_H,U\rangle\langle Q^-_H,U\rangle}\Bigr)\Bigr], $$
the sum over the hyperplanes of its reduced form. At $U = \mathbf 1\mathbf 1^{\mathsf T}/n$ this is $1 + 2\stabilitynorm{f}$.
""".strip(),
    hypotheses=(r"The implementations compute the same function on all of $\mathbb R^d$.",),
    source=Source(OURS, "weak duality for every implementation, not only for rescalings"),
    rests_on=("gram-form", "sharpness-lower-bound"),
    machine_checked=(
        "FlattestImplementation.weak_duality_net",
        "FlattestImplementation.weak_duality_reduced",
        "FlattestImplementation.weak_duality_function",
    ),
    machine_refuted=(("the trace of the certificate need not be 1", "Controls.control_flattest_trace"),),
)
