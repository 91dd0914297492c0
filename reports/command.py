"""``stable-minima audit|verify|export|report|compare|verdicts``: the commands of the packages under one name.

Each is the module form with other words in front: the same options, output and exit status. A command imports its own
module alone, so that ``stable-minima verify`` runs nothing but the independent checker.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from reports.sources import DISTRIBUTION

COMMANDS = {
    "audit": ("numerics.audit.__main__", "what the theory says about networks"),
    "verify": ("proofs_checks.verify.__main__", "check certificates in exact arithmetic"),
    "export": ("theory.export.__main__", "write derivations as LaTeX"),
    "report": ("reports.build.__main__", "run the checks and typeset what they found"),
    "compare": ("reports.compare.__main__", "say what changed between two runs of the checks"),
    "verdicts": ("reports.verdicts.__main__", "write the verdicts of a run as JSON"),
}
"""The module of each command, which has a ``main(arguments, prog)``, and what it does."""

MISUSED, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that is named first; returns its exit status, 2 where none or an unknown one is named, and 130
    where it is interrupted. Raises SystemExit with status 3 where the answer cannot be printed.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.help or options.version or options.command not in COMMANDS:
        return _without_command(options, parser.format_help().rstrip())
    try:
        # an import takes long enough to be interrupted, too
        module = import_module(COMMANDS[options.command][0])
        status: int = module.main(options.arguments, prog=f"{DISTRIBUTION} {options.command}")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    return status


def _without_command(options: argparse.Namespace, usage: str) -> int:
    # not imported above, so that the checker runs alone
    from theory.terminal import complain, say

    if options.help or options.version:
        say(usage if options.help else f"{DISTRIBUTION} {metadata.version(DISTRIBUTION)}")
        return 0
    if options.command is None:
        complain(f"{DISTRIBUTION}: say what to do\n\n{usage}")
    else:
        complain(f"{DISTRIBUTION}: there is no command {options.command!r}; there are {', '.join(COMMANDS)}")
    return MISUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=DISTRIBUTION,
        usage=f"{DISTRIBUTION} [-h] [--version] COMMAND ...",
        description="Verification of the theory of stable minima in shallow ReLU networks.",
        epilog="\n".join(
            [
                "commands:",
                *(f"  {name:10}{does} (python -m {_module(name)})" for name, (_, does) in COMMANDS.items()),
                "",
                f"{DISTRIBUTION} COMMAND --help says more of each.",
            ]
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this help message and exit")
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _module(command: str) -> str:
    return COMMANDS[command][0].removesuffix(".__main__")


if __name__ == "__main__":
    sys.exit(main())
