"""The options of the command line that say how a network is trained."""

from __future__ import annotations

import argparse
from pathlib import Path

from numerics.audit.methods.adam import load_preconditioner
from numerics.audit.methods.method import LOSSES, OPTIMIZERS, OTHER_LOSSES, Method, method
from numerics.problem import Problem

NOT_OF_METHOD = (
    "a certificate is of a sharpness that alone decides: there is none with steps by layer, under adam, with a penalty "
    "on all but the output bias, or on kinks with another method than gradient descent"
)
_TORCH_FILES = (".pt", ".pth", ".ckpt", ".bin")


def add_method_options(parser: argparse.ArgumentParser) -> None:
    """Add `--optimizer`, `--momentum`, `--loss`, `--weight-decay`, `--decayed`, `--layer-steps` and `--adam-state`."""
    group = parser.add_argument_group("training, where it is not gradient descent on 1/(2n) sum (f(x_j) - y_j)^2")
    group.add_argument(
        "--loss",
        metavar="LOSS",
        help=f"which loss the step size is of: {', '.join(LOSSES)}; mse is torch.nn.MSELoss(), mse-sum the same with "
        'reduction="sum"; has to be said beside the options below. Also, in floats and by an audit of their own: '
        f"{', '.join(OTHER_LOSSES)}; logistic is torch.nn.BCEWithLogitsLoss()",
    )
    group.add_argument(
        "--optimizer",
        metavar="NAME",
        help="sgd (without momentum), heavy-ball (torch.optim.SGD with momentum), nesterov, or adam",
    )
    group.add_argument("--momentum", metavar="BETA", help="of heavy-ball and nesterov, as 0.9")
    group.add_argument("--weight-decay", metavar="W", help="as 1e-4, of the penalty W/2 |theta|^2 on the loss")
    group.add_argument(
        "--decayed",
        metavar="WHAT",
        help="what weight decay is: all (a penalty on all parameters, as weight_decay of torch.optim.SGD), "
        "all-but-output-bias, or decoupled",
    )
    group.add_argument(
        "--layer-steps",
        metavar="A,B,C",
        help="in the place of --step-size: the step sizes of W1 and b1, of w2, and of b2, in this order",
    )
    group.add_argument(
        "--adam-state",
        type=Path,
        metavar="FILE",
        help="a file of torch.save with the state_dict of torch.optim.Adam; if it is not beside the parameters",
    )


def chosen_method(options: argparse.Namespace) -> Method:
    """The method of the options; of adam without its second moments, which `method_for` reads, only what is senseless.

    With one of `OTHER_LOSSES` it is the optimiser alone.

    Raises:
        TypeError, ValueError: something is missing, has a senseless value, or is not supported together.
    """
    name = options.optimizer or "sgd"
    if options.loss in OTHER_LOSSES:
        _require_of_other_loss(options, name)
        return method(name, loss="half-mse", momentum=options.momentum)
    steps = None if options.layer_steps is None else [part.strip() for part in options.layer_steps.split(",")]
    if steps is not None and options.step_size:
        raise ValueError("--layer-steps stands in the place of --step-size; give one of them")
    if OPTIMIZERS.get(name) == "adam":
        _require_of_adam(options, steps)
        return Method(optimizer="adam", loss=options.loss)
    if options.adam_state is not None:
        raise ValueError("--adam-state is of --optimizer adam")
    found = method(
        name,
        loss=options.loss,
        momentum=options.momentum,
        weight_decay=options.weight_decay,
        decayed=options.decayed,
        layer_steps=steps,
    )
    _require_together(found, options)
    return found


def method_for(options: argparse.Namespace, problem: Problem, network: object) -> Method:
    """The method of the options, with Adam's second moments for this network.

    Raises:
        FileNotFoundError, PermissionError: the file of them cannot be opened.
        ValueError: it has none of this network.
    """
    chosen: Method = options.method
    if chosen.optimizer != "adam":
        return chosen
    place = options.adam_state
    if place is None and isinstance(network, Path) and network.suffix.lower() in _TORCH_FILES:
        place = network
    own = problem.network
    moments = None if place is None else load_preconditioner(place, own.k, own.d)
    return method("adam", loss=options.loss, momentum=options.momentum, preconditioner=moments)


def _require_of_other_loss(options: argparse.Namespace, name: str) -> None:
    what = f"--loss {options.loss}"
    decays = options.weight_decay is not None or options.decayed is not None
    if OPTIMIZERS.get(name) == "adam" or decays or options.layer_steps is not None or options.adam_state is not None:
        raise ValueError(
            f"{what} is supported with sgd, heavy-ball and nesterov, with one step size and without weight decay"
        )
    if options.certificate is not None:
        raise ValueError(f"{what} is audited in floats, and there is no certificate of it")
    others = ("batch_size", "zero_biases", "plot", "html", "csv", "many", "workers", "scheduler")
    for other in (name for name in others if getattr(options, name)):
        raise ValueError(f"--{other.replace('_', '-')} is not supported with {what}")
    if len(options.networks) != 1 or len(options.step_sizes) != 1:
        raise ValueError(f"{what} is of one network at one step size; give one of each")


def _require_of_adam(options: argparse.Namespace, steps: list[str] | None) -> None:
    if options.weight_decay is not None or options.decayed is not None or steps is not None:
        raise ValueError("adam is supported without weight decay and with one step size; of others no claim speaks")
    # says which losses there are, if that is missing or unknown
    method("nesterov", loss=options.loss, momentum=0)
    _require_together(Method(optimizer="adam"), options)
    if len(options.networks) != 1 or options.many is not None:
        raise ValueError("adam has second moments of one network; give one")


def _require_together(found: Method, options: argparse.Namespace) -> None:
    if found.is_plain:
        return
    if options.batch_sizes:
        raise ValueError(
            "--batch-size is of SGD without momentum or weight decay on the loss half-mse alone; no claim replaces its "
            "threshold"
        )
    if options.zero_biases:
        raise ValueError("--zero-biases is of gradient descent on the loss half-mse alone")
    if options.certificate is not None and not found.is_scalar:
        raise ValueError(NOT_OF_METHOD)
