"""The command line where the loss is no square: one network on data at one step size, as a table or as JSON."""

from __future__ import annotations

import argparse
from dataclasses import replace

from numerics.audit.answers import ANSWERED, UNDECIDED, answered, explained, refused
from numerics.audit.losses.examination import other_loss
from numerics.loading import read_data
from numerics.problem import Problem


def run_with_loss(options: argparse.Namespace) -> int:
    """Audit the one network of the options on its loss; returns the exit status.

    0 if all is answered, 1 if the verdict is undecided, 2 for bad input, 3 if the answer could not be written.
    """
    (path,), (eta,) = options.networks, options.step_sizes
    try:
        data = read_data(options.data, options.label)
        found = other_loss(
            Problem(path, data.x, data.y, device=options.device),
            step_size=eta,
            loss=options.loss,
            optimizer=options.optimizer or "sgd",
            momentum=options.momentum,
        )
    except Exception as error:
        return refused(*explained(error))
    read = f"{options.data.name} has {data.rows:,} rows; the label is {data.label}."
    found = replace(found, remarks=(*found.remarks, read, *data.notes))
    if options.json:
        text = found.as_json()
    elif options.quiet:
        text = found.verdict or f"{found.excluded_above:.8g}"
    else:
        text = str(found)
    return max(UNDECIDED if found.verdict == "undecided" else ANSWERED, answered(text))
