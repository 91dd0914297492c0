"""The Laplacian of the predictor is small where a density is, if its Radon transform is below the weight."""

from __future__ import annotations

from theory.claim import PAPER, Claim, Source

CLAIM = Claim(
    name="laplacian-bound",
    title="The weighted Laplacian, in finite form",
    statement=r"""
The distributional Laplacian of a shallow net is $\Delta f = \sum_H a_H \delta_H$ over its distinct hyperplanes, so for a function $\rho$ with
Radon transform $R\rho$ the weighted Laplacian $\int \rho\,d\abs{\Delta f}$ is $\sum_H \abs{a_H}\,(R\rho)(H)$. If $(R\rho)(v,b) \le g(v,b)$ for all
unit vectors $v$ and all $b$, then at a differentiable interpolating minimum that is linearly stable at step size $\eta$
$$ \sum_H \abs{a_H}\,(R\rho)(H) \le \stabilitynorm{f} \le \frac1\eta - \frac12. $$
""".strip(),
    hypotheses=(
        "The minimum interpolates the data, and no datum is on a kink.",
        r"$R\rho \le g$; the inequality is proved for every function $R\rho$ of hyperplanes, not only for Radon transforms.",
    ),
    source=Source(PAPER, "the bound of the weighted Laplacian; stated here for a finite net"),
    rests_on=("stability-inequality",),
    machine_checked=("LaplacianBound.laplacian_le_stability_norm", "LaplacianBound.laplacian_bound"),
    machine_refuted=(
        ("the Radon transform only below the larger weight of the two orientations", "Controls.control_laplacian_max"),
    ),
)
