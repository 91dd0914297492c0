"""The command line where the labels have several columns: one network at one step size, as a table or as JSON."""

from __future__ import annotations

import argparse
from dataclasses import replace

from numerics.audit.answers import ANSWERED, UNDECIDED, answered, explained, refused
from numerics.audit.methods.method import Method
from numerics.audit.outputs.examination import several_outputs
from numerics.exact.intervals import readable
from numerics.loading import Data

_OTHERS = (
    *("batch_size", "zero_biases", "certificate", "plot", "html", "csv", "many", "workers", "scheduler"),
    *("weight_decay", "decayed", "layer_steps", "adam_state"),
)


def run_with_outputs(data: Data, options: argparse.Namespace) -> int:
    """Audit the one network of the options on labels of several outputs; returns the exit status.

    0 if all is answered, 1 if the verdict is undecided, 2 for bad input, 3 if the answer could not be written.
    """
    try:
        _require_supported(options)
        (path,), (eta,) = options.networks, options.step_sizes
        found = several_outputs(path, data.x, data.y, step_size=eta, method=options.method)
    except Exception as error:
        return refused(*explained(error))
    read = f"{options.data.name} has {data.rows:,} rows; the labels of the outputs are {data.label}."
    found = replace(found, remarks=(*found.remarks, read, *data.notes))
    if options.json:
        text = found.as_json()
    elif options.quiet:
        text = found.verdict or readable(found.sharpness)
    else:
        text = str(found)
    return max(UNDECIDED if found.verdict == "undecided" else ANSWERED, answered(text))


def _require_supported(options: argparse.Namespace) -> None:
    """ValueError, with what is supported, for options that are of one output alone, or where the loss is not said."""
    method: Method = options.method
    others = [name for name in _OTHERS if getattr(options, name)] + ["device"] * (options.device != "cpu")
    if others:
        raise ValueError(
            f"--{others[0].replace('_', '-')} is not supported for several outputs; supported are --loss, --step-size, "
            "--optimizer sgd, heavy-ball or nesterov with --momentum, --label, --json and --quiet"
        )
    if method.optimizer == "adam":
        raise ValueError("adam is not supported for several outputs; supported are sgd, heavy-ball and nesterov")
    if options.loss is None:
        raise ValueError(
            "the labels have several columns: which loss is a step size of? Give --loss mse for torch.nn.MSELoss(), "
            'the mean over data and outputs, mse-sum for its reduction="sum", half-mse for 1/(2n) sum |f(x_j) - y_j|^2,'
            " half-mse-sum for n times that"
        )
    if len(options.networks) != 1 or len(options.step_sizes) != 1:
        raise ValueError("several outputs are audited for one network at one step size; give one of each")
