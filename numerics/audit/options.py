"""The command line of the audit: its options, and the step sizes as the fractions that are written."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from numerics.arrays.checks import DEVICES
from numerics.audit.methods.options import add_method_options, chosen_method
from numerics.audit.shown.picture import FORMATS
from numerics.loading.networks import ENDINGS
from numerics.step_size import exact_step_size
from theory.terminal import Parser, say

_DISTRIBUTION = "stable-minima"
_SEVERAL = ("--step-size", "--batch-size")
"""Options that take several numbers with spaces between them."""
_NUMBERS = re.compile(r"[-+]?\.?\d[\d.,/eE+-]*")


def parsed(arguments: Sequence[str] | None, prog: str) -> argparse.Namespace:
    """The options of a command line; `networks`, `step_sizes` ([None] if none is given) and `batch_sizes` are lists,
    and `method` is how the networks are trained.

    Raises:
        SystemExit: with status 2, after a line on stderr; an option is unknown, missing or has a senseless value.
            With status 0 after the help or the versions, 3 if they could not be written.
    """
    parser = _parser(prog)
    options = parser.parse_intermixed_args(_repeated(sys.argv[1:] if arguments is None else arguments))
    if not options.networks and options.many is None:
        parser.error("the following arguments are required: NETWORK, or --many DIR")
    options.step_sizes = [eta for part in options.step_size or [[None]] for eta in part]
    options.batch_sizes = [batch for part in options.batch_size or [] for batch in part]
    try:
        options.method = chosen_method(options)
    except (TypeError, ValueError) as error:
        parser.error(str(error))
    return options


def is_several(options: argparse.Namespace) -> bool:
    """Whether the answer is a table with a row for each network and step size."""
    rows = len(options.networks) * len(options.step_sizes)
    return rows > 1 or options.many is not None or options.csv is not None


def add_folder(options: argparse.Namespace) -> None:
    """Append what `--many` asks for to `networks`: the files of its folder that end as networks do, by name.

    Hidden files and the data are none. Raises ValueError if there is no such folder, or no network in it.
    """
    if options.many is None:
        return
    if not options.many.is_dir():
        raise ValueError(f"there is no folder {options.many}; --many names a folder of networks")
    named = [path for path in sorted(options.many.iterdir()) if path.suffix.lower() in ENDINGS and path.name[0] != "."]
    found = [path for path in named if _place(path) != _place(options.data)]
    if not found:
        raise ValueError(f"there is no network in {options.many}; their files end in {', '.join(ENDINGS)}")
    options.networks = list(dict.fromkeys([*options.networks, *found]))


def require_all_asked(records: Iterable[Mapping[str, str]], options: argparse.Namespace) -> None:
    """Raises ValueError if the table at `--csv` has rows of networks or step sizes that nobody asks for here."""
    asked = {str(path) for path in options.networks}
    steps = {"" if eta is None else str(eta) for eta in options.step_sizes}
    method = " ".join(options.method.as_options())
    for record in records:
        network, step = record["network"], record["step_size"]
        if network not in asked or not (record["error"] or (step in steps and record["method"] == method)):
            row = f"{network} at the step size {step}" if step else network
            raise ValueError(
                f"{options.csv} has a row of {row}, which is not asked for here and would be lost; name another file"
            )


def _place(path: Path) -> str:
    """Where a path leads; also one that leads round in a circle, which `Path.resolve` does not bear."""
    return os.path.realpath(path)


def require_places(options: argparse.Namespace) -> None:
    """Raises ValueError if a file could not be written where the options want it, or would replace another one."""
    names = ("certificate", "plot", "html", "csv")
    outputs = {name: path for name in names if (path := getattr(options, name)) is not None}
    read = [path for path in (*options.networks, options.data, options.adam_state) if path is not None]
    taken = {_place(path): f"is read, as {path}" for path in read}
    for name, path in outputs.items():
        if not path.parent.is_dir():
            raise ValueError(f"there is no folder {path.parent} for {path.name}")
        if path.is_dir():
            raise ValueError(f"{path} is a folder; --{name} names a file")
        if (place := _place(path)) in taken:
            raise ValueError(f"--{name} would write over what {taken[place]}")
        taken[place] = f"--{name} writes"
    if options.plot is not None and options.plot.suffix.lower() not in FORMATS:
        raise ValueError(f"{options.plot} must end in {', '.join(FORMATS)}")
    if is_several(options):
        for name in outputs.keys() - {"html", "csv"}:
            raise ValueError(f"--{name} is of one network at one step size; give one of each")
        if options.batch_sizes:
            raise ValueError("--batch-size is of one network at one step size; give one of each")
    elif options.scheduler is not None or options.workers is not None:
        raise ValueError("--scheduler and --workers are for several networks; give more, or --many")
    if options.batch_sizes and options.quiet:
        raise ValueError("--batch-size adds lines to the answer, which --quiet leaves out; give one of them")
    if options.csv is not None and (options.html or options.json or options.quiet):
        raise ValueError("--csv writes the rows in place of printing them; leave out --html, --json and --quiet")


def _repeated(words: Iterable[str]) -> list[str]:
    """`--step-size 0.1 1/3` as `--step-size 0.1 --step-size 1/3`; a file whose name is a number is written ./1."""
    found: list[str] = []
    option = ""
    for word in words:
        if option and _NUMBERS.fullmatch(word):
            # the first number has its option in front of it already
            found += [word] if found[-1] == option else [option, word]
        else:
            found.append(word)
            name = word.partition("=")[0]
            option = name if name in _SEVERAL else ""
    return found


def versions() -> str:
    """The version of the project, of Python, and of the libraries that the numbers rest on, torch if it is imported."""
    names = {"numpy": "numpy", "flint": "python-flint", "torch": "torch"}
    used = [f"{name} {_version(name)}" for module, name in names.items() if module in sys.modules]
    return f"{_DISTRIBUTION} {_version(_DISTRIBUTION)} (Python {platform.python_version()}, {', '.join(used)})"


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "that is not installed"


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        say(versions())
        parser.exit()


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = Parser(
        prog=prog,
        usage=f"{prog} NETWORK... [--many DIR] --data DATA [--step-size ETA...] [options]",
        description="What the theory of stable minima says about shallow ReLU networks. With labels of "
        "several columns, y [n, m], it audits networks with several outputs, and --loss has to be given.",
        epilog="Several networks or step sizes give a row each. Exit status, the worst of the rows: 0 answered, "
        "1 undecided, 2 bad input, 3 the answer could not be written; 130 interrupted.",
    )
    parser.add_argument(
        "networks",
        nargs="*",
        type=Path,
        metavar="NETWORK",
        help=".npz (W1, b1, w2, b2), .safetensors, .pt, .pth, .ckpt or .bin (a state_dict), .onnx, .keras, .h5, "
        "or .msgpack (Flax)",
    )
    parser.add_argument("--many", type=Path, metavar="DIR", help="audit all networks in a folder, several at a time")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="a table (.csv, .tsv, .txt, also .gz), arrays x and y (.npz, .safetensors), one array (.npy), or a folder "
        "with the files of MNIST",
    )
    parser.add_argument(
        "--label",
        metavar="COLUMN",
        help="which column is the label, by name, or by number from 1 without a header, if it is not y, label or "
        "target; of arrays, the name of the y that is meant where there are several pairs",
    )
    parser.add_argument(
        "--step-size",
        type=_step_sizes,
        action="append",
        metavar="ETA...",
        help="as 0.1 or 1/10, for the loss 1/(2n) sum (f(x_j) - y_j)^2: twice the learning rate of torch.nn.MSELoss; "
        "several with spaces or commas between them",
    )
    parser.add_argument(
        "--batch-size",
        type=_batch_sizes,
        action="append",
        metavar="B...",
        help="print the largest step size at which SGD with batches of so many data is stable in mean square, beside "
        "those of batches of 1 and of all data; several with spaces or commas between them",
    )
    parser.add_argument(
        "--zero-biases",
        action="store_true",
        help="read a layer without a bias as one whose bias is 0; the verdict is then of the trained parameters, "
        "and never unstable",
    )
    add_method_options(parser)
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="print JSON instead of a table; a list of several rows")
    printed.add_argument(
        "--quiet", action="store_true", help="print the verdict alone, or the sharpness without a step size"
    )
    parser.add_argument("--certificate", type=Path, metavar="OUT", help="write a certificate for proofs_checks.verify")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a picture: .png, .pdf or .svg")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with everything, to read and to keep")
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="write the rows to a table, which grows as they are found; the rows that it holds already of the same "
        "networks, data and step sizes are not computed again",
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--workers", type=int, metavar="N", help="local processes (default: one, with --many one for each core)"
    )
    place.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="audit on the workers of a dask.distributed cluster"
    )
    parser.add_argument(
        "--device",
        choices=DEVICES,
        default="cpu",
        help="where products with many data are computed, for what is not enclosed (default: cpu)",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the versions and exit")
    return parser


def _batch_sizes(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"[1-9]\d{0,9}", part, re.ASCII) for part in parts):
        raise argparse.ArgumentTypeError(f"a batch size must be a positive whole number such as 32, not {text!r}")
    return [int(part) for part in parts]


def _step_sizes(text: str) -> list[Fraction]:
    if re.fullmatch(r"\d+,\d+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} may mean {text.replace(',', '.')} or two step sizes; write the one, or --step-size twice"
        )
    return [_step_size(part.strip()) for part in text.split(",")]


def _step_size(text: str) -> Fraction:
    try:
        return exact_step_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
