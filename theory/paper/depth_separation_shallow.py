"""Certificates that no stable shallow net comes near a function: weak duality for a finite measure."""

from __future__ import annotations

from theory.claim import PAPER, Claim, Source

CLAIM = Claim(
    name="depth-separation-shallow",
    title="What stable shallow nets cannot approximate: the certificate",
    statement=r"""
Let $\mu = \sum_r \mu_r \delta_{p_r}$ be a finite signed measure that annihilates affine functions, with
$\abs{\int (\langle v,x\rangle - b)_+ d\mu} \le M g(v,b)$ for all unit vectors $v$ and all $b$. Then every shallow net with $\stabilitynorm{f} \le C$, of any
width, and every function $\varphi$ satisfy
$$ \int \varphi\,d\mu \le C M + \sup_r\abs{f(p_r) - \varphi(p_r)}\,\sum_r\abs{\mu_r}. $$
""".strip(),
    hypotheses=(r"$\mu$ annihilates affine functions, and $M \ge 0$.",),
    source=Source(PAPER, "the depth separation; the certificate in this form is this project's"),
    rests_on=("sharpness-lower-bound",),
    machine_checked=("DepthSeparation.certificate_weak_duality", "DepthSeparation.interpolation_norm"),
    machine_refuted=(("the measure need not annihilate affine functions", "Controls.control_certificate_constants"),),
)
