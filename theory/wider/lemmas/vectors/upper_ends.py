"""The upper ends of the norm of a net with several outputs, and that they meet it along the central path."""

from __future__ import annotations

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis, Rewrite, Squares
from theory.quantities import definition
from theory.stability.by_hyperplane.network import (
    g,
    planes,
)
from theory.symbols import H, indexed, l, scalar
from theory.wider.lemmas.vectors.network import NAME, outputs, over_outputs, r
from theory.wider.lemmas.vectors.states import (
    factor,
    largest,
    merged_seen,
    merged_weight,
    over_planes,
    over_rows,
    size,
    size_definition,
    state_norm,
    unit_of_plane,
    unit_plane,
)

scales = indexed("scale_of_plane", "s", positive=True)
test = indexed("test_direction", "v")
top = Hypothesis(
    "top eigenvalue of the amplitudes",
    r"\textstyle\sum_H s_Hg_H\langle a_H, v\rangle^2 \le L\lvert v\rvert^2 \text{ for all } v",
    sp.Ge(
        largest * over_outputs(test[r] ** 2),
        over_planes(scales[H] * g[H] * over_outputs(test[r] * merged_weight[H, r]) ** 2),
        evaluate=False,
    ),
    (test,),
)
upper_end = (largest + over_planes(g[H] / scales[H])) / 2
unit_trace = Hypothesis(
    "rows of a state",
    r"\textstyle \rho = \sum_l b_lb_l^{\mathsf T},\ \operatorname{tr}\rho = \sum_{l,r} b_{l,r}^2 = 1",
    sp.Eq(over_rows(over_outputs(factor[l, r] ** 2)), 1, evaluate=False),
)
amplitude_seen = definition(
    "amplitudes seen by the state",
    r"t_{H,l} = \langle b_l, a_H\rangle",
    merged_seen[H, l],
    over_outputs(factor[l, r] * merged_weight[H, r]),
    H,
    l,
)


def _with_scales(squares: sp.Expr) -> sp.Expr:
    return (over_planes(scales[H] * g[H] * squares) + over_planes(g[H] / scales[H])) / 2


UPPER = (
    Chain(
        "Every family of scales gives an upper end",
        state_norm,
        hypotheses=(amplitude_seen, size_definition, unit_plane, unit_trace, top),
        claim=NAME,
    )
    .at_most(
        _with_scales(size[H] ** 2),
        Squares(
            "arithmetic and geometric mean",
            [(g[H] / (2 * scales[H]), scales[H] * size[H] - 1)],
            over=((H, 1, planes),),
        ),
    )
    .at_most(
        _with_scales(
            size[H] ** 2
            + over_rows(merged_seen[H, l] ** 2)
            - 2 * size[H] * over_rows(merged_seen[H, l] * unit_of_plane[H, l])
            + size[H] ** 2 * over_rows(unit_of_plane[H, l] ** 2)
        ),
        Squares(
            "Cauchy and Schwarz for a unit vector",
            [(scales[H] * g[H] / 2, merged_seen[H, l] - size[H] * unit_of_plane[H, l])],
            over=((l, 1, outputs), (H, 1, planes)),
        ),
    )
    .equals(
        _with_scales(
            2 * size[H] ** 2
            + over_rows(merged_seen[H, l] ** 2)
            - 2 * size[H] * over_rows(merged_seen[H, l] * unit_of_plane[H, l])
        ),
        ByHypothesis(unit_plane.name, scales[H] * g[H] * size[H] ** 2 / 2, over=((H, 1, planes),)),
    )
    .equals(
        _with_scales(over_rows(merged_seen[H, l] ** 2)),
        ByHypothesis(size_definition.name, scales[H] * g[H] * size[H], over=((H, 1, planes),)),
    )
    .equals(
        _with_scales(over_rows(over_outputs(factor[l, r] * merged_weight[H, r]) ** 2)),
        Rewrite("amplitudes seen by the state", [amplitude_seen.name]),
    )
    .at_most(
        (largest * over_rows(over_outputs(factor[l, r] ** 2)) + over_planes(g[H] / scales[H])) / 2,
        ByHypothesis(top.name, sp.Rational(1, 2), {test: sp.Lambda(r, factor[l, r])}, over=((l, 1, outputs),)),
    )
    .equals(upper_end, ByHypothesis(unit_trace.name, largest / 2))
    .conclude()
)

best_scales = Hypothesis(
    "scales that fit the state",
    r"s_HA_H = 1",
    sp.Eq(scales[H] * size[H], 1, evaluate=False),
    (H,),
)
least, greatest = scalar("least_upper_end", r"\Lambda_\ast"), scalar("greatest_lower_end", r"\stabilitynorm{f}")
barrier_weight, level = scalar("barrier_weight", r"\mu", positive=True), scalar("level", r"\ell")
infimum = Hypothesis(
    "infimum over scales",
    r"\Lambda_\ast \le \tfrac12\bigl[L + \sum_H g_H/s_H\bigr]",
    sp.Le(least, upper_end, evaluate=False),
)
supremum = Hypothesis(
    "supremum over states",
    r"\textstyle\sum_H A_Hg_H \le \stabilitynorm f",
    sp.Le(state_norm, greatest, evaluate=False),
)
central_path = Hypothesis(
    "on the central path",
    r"\textstyle L \le 2\ell:\ \frac12\sum_H g_Ha_Ha_H^{\mathsf T}/A_H + \mu\rho^{-1} = \ell I",
    sp.Le(largest, 2 * level, evaluate=False),
)
central_trace = Hypothesis(
    "its trace against the state",
    r"\textstyle\frac12\sum_H A_Hg_H + m\mu = \ell",
    sp.Eq(state_norm / 2 + outputs * barrier_weight, level, evaluate=False),
)
STRONG = (
    Chain(
        "The two ends meet",
        least,
        hypotheses=(infimum, supremum, best_scales, central_path, central_trace),
        claim=NAME,
    )
    .at_most(upper_end, ByHypothesis(infimum.name))
    .equals(
        (largest + state_norm) / 2,
        ByHypothesis(best_scales.name, -g[H] / (2 * scales[H]), over=((H, 1, planes),)),
    )
    .at_most(level + state_norm / 2, ByHypothesis(central_path.name, sp.Rational(1, 2)))
    .equals(state_norm + outputs * barrier_weight, ByHypothesis(central_trace.name, -1))
    .at_most(greatest + outputs * barrier_weight, ByHypothesis(supremum.name))
    .conclude()
)
