"""The scales of the layers at which the two-hidden-layer pyramid is flattest, and its thresholds on uniform data."""

from __future__ import annotations

from theory.claim import OURS, Claim, Source

CLAIM = Claim(
    name="two-layer-scales",
    title="Two hidden layers: the flattest scales",
    statement=r"""
Let the layers of the pyramid's net be scaled by $\alpha$, $-\beta$ and $\gamma$ with $\alpha\beta\gamma = 1$. For data off its kinks its sharpness is at most
$$ 1 + \sup_{\norm{x}_1 = t < 1}\Bigl[\frac{(1-t)^2}{\gamma^2} + \gamma^2 + \frac{\norm{x}^2}{\beta^2} + \gamma^2\beta^2 d\,(1 + \norm{x}^2)\Bigr]. $$
The scales that minimise this bound, and the sharpness for $X$ uniform on a ball, are enclosed in the table below.
""".strip(),
    hypotheses=(r"No datum has a coordinate $0$ or $\norm{x}_1 = 1$.", r"Labels $y_j = \varphi(x_j)$."),
    source=Source(OURS, "optimised layer scales"),
    rests_on=("depth-separation-two-layers",),
)
