r"""When a rescaling and a certificate have the same value, and strong duality by the pairs on the central path.

A certificate U sees a net neuron by neuron, :math:`n\langle K,U\rangle = 1^TU1 + \sum_i \varrho_i^2\langle Q_i,U\rangle + (w^{(2)}_i)^2\langle P_i,U\rangle`
(derived for weak duality). Balanced neurons turn this into the dual value of U.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.kernel import ByHypothesis, Chain, Hypothesis
from theory.quantities import gradient_square
from theory.stability.by_hyperplane.oriented_neurons import (
    BACKWARD,
    FORWARD,
    NEURONS,
    SIDE,
    SIDES,
    length,
    member,
    over_neurons,
    planes,
)
from theory.stability.lemmas.dual_certificates import NAME, levers, of_neurons, ones, outputs, rescalings_bound
from theory.symbols import H, k, n, scalar, sharpness, w2
from theory.symbols import i as neuron

WEIERSTRASS = "Rudin, Principles of Mathematical Analysis, theorem 4.16: a continuous function on a compact set attains its minimum"

least = scalar("least_sharpness", r"\lambda_\ast", positive=True)
greatest = scalar("greatest_dual_value", r"D^\ast", positive=True)
barrier_weight = scalar("barrier_weight", r"\mu", positive=True)

against = (ones + of_neurons) / n
r""":math:`\langle K, U\rangle` neuron by neuron, for a net without constant neurons."""
_AGAINST = r"\tfrac1n\bigl[\mathbf 1^{\mathsf T}U\mathbf 1 + \sum_i \varrho_i^2\langle Q_i,U\rangle + (w^{(2)}_i)^2\langle P_i,U\rangle\bigr]"
_WORDS = {FORWARD: "in the direction of the normal", BACKWARD: "against the normal"}
_root = {s: sp.Abs(w2[neuron]) * sp.sqrt(levers[s][H]) for s in SIDES}
_output = {s: length[neuron] * sp.sqrt(outputs[s][H]) for s in SIDES}


@dataclass(frozen=True)
class Balance:
    r"""What makes every neuron as cheap as it can be against a certificate, in either orientation.

    On hyperplane H, with :math:`\chi^\pm_{H,i}` the orientation,
    :math:`\varrho_i\sqrt{\langle Q_H,U\rangle} = \lvert w^{(2)}_i\rvert\sqrt{\langle P_H,U\rangle}`.
    """

    forward: Hypothesis
    backward: Hypothesis

    @property
    def both(self) -> tuple[Hypothesis, Hypothesis]:
        """The two of them."""
        return self.forward, self.backward

    def meets(self, chain: Chain, rest: sp.Expr | int = 0) -> Chain:
        r"""Go on from :math:`\langle K, U\rangle`, plus a rest, to the dual value of U, plus the rest."""
        backward = gradient_square(length[neuron], sp.sqrt(outputs[BACKWARD][H]), w2[neuron], levers[BACKWARD][H])
        one_side = over_neurons({FORWARD: 2 * _output[FORWARD] * _root[FORWARD], BACKWARD: backward})
        return chain.equals(
            (ones + one_side) / n + rest,
            ByHypothesis(
                self.forward.name,
                (_output[FORWARD] - _root[FORWARD]) / n,
                over=NEURONS,
                reason="arithmetic and geometric mean agree, in one orientation",
            ),
        ).equals(
            rescalings_bound + rest,
            ByHypothesis(
                self.backward.name,
                (_output[BACKWARD] - _root[BACKWARD]) / n,
                over=NEURONS,
                reason="and in the other",
            ),
        )


def _balance(words: str, source: str = "") -> Balance:
    def each(side: int) -> Hypothesis:
        sign = SIDE[side].sign
        return Hypothesis(
            f"{words}, {_WORDS[side]}",
            rf"\chi^{{{sign}}}_{{H,i}}\varrho_i\sqrt{{Q^{{{sign}}}_H}} = \chi^{{{sign}}}_{{H,i}}\lvert w^{{(2)}}_i\rvert\sqrt{{P^{{{sign}}}_H}}",
            sp.Eq(
                member[side][H, neuron] * _output[side],
                member[side][H, neuron] * _root[side],
                evaluate=False,
            ),
            ((neuron, k), (H, planes)),
            source=source,
        )

    return Balance(each(FORWARD), each(BACKWARD))


top_eigenspace = Hypothesis(
    "certificate on the top eigenspace",
    rf"{_AGAINST} = \langle K, U\rangle = \lambda_{{\max}}",
    sp.Eq(against, sharpness, evaluate=False),
)
balance = _balance("balanced neurons")
OPTIMAL = balance.meets(
    Chain("A complementary pair", sharpness, hypotheses=(top_eigenspace, *balance.both), claim=NAME).equals(
        against, ByHypothesis(top_eigenspace.name, -1)
    )
).conclude()

infimum = Hypothesis(
    "infimum over the rescalings",
    r"\lambda_\ast \le \lambda_{\max}(K) \text{ at every rescaling}",
    sp.Le(least, sharpness, evaluate=False),
)
supremum = Hypothesis(
    "supremum over the certificates",
    r"\tfrac1n\bigl[\mathbf 1^{\mathsf T}U\mathbf 1 + 2\sum_i\lvert a_i\rvert\sqrt{\langle P_i,U\rangle\langle Q_i,U\rangle}\bigr] \le D^\ast",
    sp.Le(rescalings_bound, greatest, evaluate=False),
)
_POINT = "minimum of the barrier"
central_path = Hypothesis(
    f"{_POINT}, its value",
    rf"\lambda_{{\max}} \le \lambda = {_AGAINST} + n\mu",
    sp.Le(sharpness, against + n * barrier_weight, evaluate=False),
    source=WEIERSTRASS,
)
central_balance = _balance(_POINT, WEIERSTRASS)
STRONG = (
    central_balance.meets(
        Chain(
            "Strong duality along the central path",
            least,
            hypotheses=(infimum, supremum, central_path, *central_balance.both),
            claim=NAME,
        )
        .at_most(sharpness, ByHypothesis(infimum.name))
        .at_most(against + n * barrier_weight, ByHypothesis(central_path.name)),
        n * barrier_weight,
    )
    .at_most(greatest + n * barrier_weight, ByHypothesis(supremum.name))
    .conclude()
)
