"""How a network is trained, besides its step size: the optimiser, the scale of its loss, its weight decay.

With the Hessian H of the loss 1/(2n) sum_j (f(x_j) - y_j)^2, a loss that is c times it, the step size eta and the
factor tau of `numerics.wider.optimisers.stability_factor`, a method, linearised, is bounded from every start iff

    optimiser alone                           0 <= H <= tau/(eta c)
    penalty (w/2)|theta|^2 on everything      0 <= H + mu <= tau/(eta c),  mu = w/c
    ... on everything but the output bias     0 <= H + mu (I - e e^T) <= tau/(eta c)
    a step size for each layer                H >= 0 and c S^(1/2) H S^(1/2) <= 2, S the diagonal matrix of the steps
    Adam, its preconditioner P frozen         H >= 0 and c P^(1/2) H P^(1/2) <= tau/eta

The claims are momentum, weight-decay and layerwise-steps; of Adam it is a model, not a theorem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from numerics.audit.methods.adam import Preconditioner
from numerics.step_size import exact_step_size, exact_within
from numerics.wider.optimisers import exact_momentum, stability_factor

Decayed: TypeAlias = Literal["all", "all-but-output-bias", "decoupled"]

OPTIMIZERS: Mapping[str, str] = MappingProxyType(
    {
        "sgd": "gradient-descent",
        "gradient-descent": "gradient-descent",
        "heavy-ball": "heavy-ball",
        "nesterov": "nesterov",
        "adam": "adam",
    }
)
"""The optimisers by the names that a user may give."""
DECAYED: tuple[Decayed, ...] = ("all", "all-but-output-bias", "decoupled")
"""What weight decay may be: a penalty on all parameters, on all but the output bias, or decoupled from the loss."""


@dataclass(frozen=True)
class SquareLoss:
    """A multiple of the loss 1/(2n) sum |f(x_j) - y_j|^2 of n data and m outputs.

    formula: for one output, in words.
    times: the multiple, for means.
    summed: whether it is n times that, a sum over the data.
    over_outputs: whether it is the m-th part of that, a mean over the outputs too.
    """

    formula: str
    times: int
    summed: bool = False
    over_outputs: bool = False


LOSSES: Mapping[str, SquareLoss] = MappingProxyType(
    {
        "half-mse": SquareLoss("1/(2n) sum (f(x_j) - y_j)^2", 1),
        "mse": SquareLoss("torch.nn.MSELoss(), 1/n sum (f(x_j) - y_j)^2", 2, over_outputs=True),
        "mse-sum": SquareLoss('torch.nn.MSELoss(reduction="sum"), sum (f(x_j) - y_j)^2', 2, summed=True),
        "half-mse-sum": SquareLoss("1/2 sum (f(x_j) - y_j)^2", 1, summed=True),
    }
)
"""The losses that a step size may be of."""
OTHER_LOSSES = ("logistic", "poisson", "exponential", "huber")
"""Losses that are no squares, which `numerics.audit.losses` audits."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Method:
    """How a network is trained, besides its step size; made by `method`, which refuses what no claim speaks of.

    optimizer: "gradient-descent", "heavy-ball", "nesterov" or "adam".
    momentum: beta, exactly; of Adam its beta_1.
    loss: one of `LOSSES`.
    weight_decay, decayed: w and what it acts on; 0 and None without.
    layer_steps: the step sizes of (W1, b1), of w2 and of b2, in the place of one for all; or None.
    preconditioner: that of Adam, frozen.
    """

    optimizer: str = "gradient-descent"
    momentum: Fraction = Fraction(0)
    loss: str = "half-mse"
    weight_decay: Fraction = Fraction(0)
    decayed: Decayed | None = None
    layer_steps: tuple[Fraction, Fraction, Fraction] | None = None
    preconditioner: Preconditioner | None = None

    @property
    def is_descent(self) -> bool:
        """Whether it is plain gradient descent, on a loss of whatever scale."""
        return self.optimizer == "gradient-descent" and not self.weight_decay and self.layer_steps is None

    @property
    def is_plain(self) -> bool:
        """Whether it is plain gradient descent on the loss 1/(2n) sum (f(x_j) - y_j)^2."""
        return self.is_descent and self.loss == "half-mse"

    @property
    def is_scalar(self) -> bool:
        """Whether the largest eigenvalue of H alone decides: all directions have the same step and the same decay."""
        return self.optimizer != "adam" and self.layer_steps is None and self.decayed != "all-but-output-bias"

    @property
    def factor(self) -> Fraction:
        """tau: 2 for gradient descent."""
        name = "averaged-gradient" if self.optimizer == "adam" else self.optimizer
        return stability_factor(name, self.momentum)

    def loss_factor(self, n: int, outputs: int = 1) -> Fraction:
        """c: the loss over 1/(2n) sum |f(x_j) - y_j|^2, for n data."""
        loss = LOSSES[self.loss]
        return Fraction(loss.times * (n if loss.summed else 1), outputs if loss.over_outputs else 1)

    def penalty(self, n: int) -> Fraction:
        """The mu = w/c: the penalty beside the loss 1/(2n) sum (f(x_j) - y_j)^2."""
        return self.weight_decay / self.loss_factor(n)

    def steps_for(self, n: int) -> tuple[Fraction, Fraction, Fraction]:
        """The steps by layer for the loss 1/(2n) sum (f(x_j) - y_j)^2. AssertionError if there are none."""
        assert self.layer_steps is not None
        c = self.loss_factor(n)
        first, second, bias = self.layer_steps
        return c * first, c * second, c * bias

    def threshold(self, step_size: Fraction | None, n: int) -> Fraction | None:
        """What the largest eigenvalue may be, penalty included: tau/(eta c), 2 for steps by layer, tau/eta for Adam."""
        if self.layer_steps is not None:
            return Fraction(2)
        if step_size is None:
            return None
        return self.factor / step_size / (1 if self.optimizer == "adam" else self.loss_factor(n))

    def limit(self, step_size: Fraction | None, n: int) -> Fraction | None:
        """What the sharpness of H may be where that decides, tau/(eta c) - mu; elsewhere the `threshold`."""
        most = self.threshold(step_size, n)
        return most - self.penalty(n) if most is not None and self.is_scalar else most

    def as_options(self) -> list[str]:
        """The options of the command line that say the same, but for Adam's second moments."""
        names = {own: name for name, own in OPTIMIZERS.items() if name != "gradient-descent"}
        said = [] if self.is_plain else ["--loss", self.loss]
        if self.optimizer != "gradient-descent":
            said += ["--optimizer", names[self.optimizer]]
        if self.momentum and self.optimizer != "adam":
            said += ["--momentum", str(self.momentum)]
        if self.decayed is not None:
            said += ["--weight-decay", str(self.weight_decay), "--decayed", self.decayed]
        if self.layer_steps is not None:
            said += ["--layer-steps", ",".join(map(str, self.layer_steps))]
        return said


PLAIN = Method()
"""Gradient descent on 1/(2n) sum (f(x_j) - y_j)^2."""


def method(
    optimizer: str = "sgd",
    *,
    loss: str | None = None,
    momentum: object = None,
    weight_decay: object = None,
    decayed: str | None = None,
    layer_steps: Sequence[object] | None = None,
    preconditioner: Preconditioner | None = None,
) -> Method:
    """The method of these names and numbers; nothing that matters is guessed.

    Args:
        optimizer: sgd (gradient descent), heavy-ball (torch.optim.SGD with momentum), nesterov, or adam.
        loss: one of `LOSSES`; it has to be given with everything but plain gradient descent.
        momentum: beta in [0, 1), of heavy-ball and nesterov; of adam it is read from its state.
        weight_decay: w of the penalty (w/2)|theta|^2, positive.
        decayed: what weight decay is, one of `DECAYED`.
        layer_steps: the step sizes of W1 and b1, of w2 and of b2, in this order.
        preconditioner: that of adam.

    Raises:
        TypeError: a number is none.
        ValueError: a name is unknown, a number is out of its range, something is missing, or no claim speaks of the
            combination.

    >>> heavy = method("heavy-ball", momentum="0.9", loss="mse")
    >>> heavy.factor, heavy.limit(Fraction(1, 10), n=8)
    (Fraction(19, 5), Fraction(19, 1))
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"there is no optimizer {optimizer!r} here; supported are sgd, heavy-ball, nesterov and adam")
    own = OPTIMIZERS[optimizer]
    chosen = _loss(loss, needed=own != "gradient-descent" or weight_decay is not None or layer_steps is not None)
    if own == "adam":
        return _adam(chosen, momentum, weight_decay, decayed, layer_steps, preconditioner)
    if preconditioner is not None:
        raise ValueError("second moments are of adam; leave them out, or choose the optimizer adam")
    beta = _momentum(own, momentum)
    steps = _layer_steps(own, layer_steps, weight_decay)
    decay, kind = _decay(own, weight_decay, decayed)
    return Method(optimizer=own, momentum=beta, loss=chosen, weight_decay=decay, decayed=kind, layer_steps=steps)


def _loss(loss: str | None, needed: bool) -> str:
    if loss is None:
        if needed:
            raise ValueError(
                "which loss are the step size and the weight decay of? Give mse for torch.nn.MSELoss(), mse-sum for "
                'its reduction="sum", half-mse for 1/(2n) sum (f(x_j) - y_j)^2, half-mse-sum for n times that'
            )
        return "half-mse"
    if loss not in LOSSES:
        other = f"; {loss} has an audit of its own, numerics.audit.other_loss" if loss in OTHER_LOSSES else ""
        raise ValueError(f"the loss {loss!r} is not supported; supported are {', '.join(LOSSES)}{other}")
    return loss


def _momentum(optimizer: str, momentum: object) -> Fraction:
    if optimizer == "gradient-descent":
        if momentum is not None and exact_momentum(momentum):
            raise ValueError(
                "sgd is gradient descent without momentum; torch.optim.SGD(momentum=...) is heavy-ball, and with "
                "nesterov=True it is nesterov"
            )
        return Fraction(0)
    if momentum is None:
        raise ValueError(f"{optimizer} has a momentum, which is not guessed; give it, as 0.9")
    return exact_momentum(momentum)


def _layer_steps(
    optimizer: str, steps: Sequence[object] | None, weight_decay: object
) -> tuple[Fraction, Fraction, Fraction] | None:
    if steps is None:
        return None
    if optimizer != "gradient-descent" or weight_decay is not None:
        raise ValueError(
            "steps by layer are supported for sgd without weight decay; the claim layerwise-steps is of no other"
        )
    if len(steps) != 3:
        raise ValueError(f"steps by layer are three, of W1 and b1, of w2, of b2, in this order, not {len(steps)}")
    first, second, bias = (exact_step_size(step) for step in steps)
    return first, second, bias


def _decay(optimizer: str, weight_decay: object, decayed: str | None) -> tuple[Fraction, Decayed | None]:
    if weight_decay is None:
        if decayed is not None:
            raise ValueError("what is decayed is said beside a weight decay; give that too, as 1e-4")
        return Fraction(0), None
    words = f"the weight decay must be a number from 0 such as 1e-4, not {weight_decay!r}"
    decay = exact_within(weight_decay, words, lambda exact: 0 <= exact < 10**400)
    kind = next((known for known in DECAYED if known == decayed), None)
    if kind is None:
        raise ValueError(
            "what is decayed? Give all for a penalty on all parameters, as weight_decay of torch.optim.SGD is, "
            "all-but-output-bias if the output bias alone is not penalised, decoupled for a decay beside the loss"
        )
    if kind == "decoupled" and optimizer != "gradient-descent":
        raise ValueError(
            f"no claim speaks of decoupled weight decay with {optimizer}; supported are a penalty (all, "
            "all-but-output-bias), and decoupled for sgd, where it takes the steps of a penalty on all parameters"
        )
    return (decay, kind) if decay else (decay, None)


def _adam(
    loss: str,
    momentum: object,
    weight_decay: object,
    decayed: str | None,
    layer_steps: Sequence[object] | None,
    preconditioner: Preconditioner | None,
) -> Method:
    if weight_decay is not None or decayed is not None or layer_steps is not None:
        raise ValueError("adam is supported without weight decay and with one step size; of others no claim speaks")
    if preconditioner is None:
        raise ValueError(
            "adam needs its second moments: save the optimizer's state_dict, alone or beside the network's, by "
            "torch.save, and name that file by --adam-state"
        )
    beta = preconditioner.momentum
    if momentum is not None and float(exact_momentum(momentum)) != float(beta):
        raise ValueError(f"the momentum of this state of adam is {float(beta)!r}; leave out the other one, {momentum}")
    return Method(optimizer="adam", momentum=beta, loss=loss, preconditioner=preconditioner)
