"""`signoff`: view and decide the reviews of a stage, on AWS or on the local stack."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import click

from signoff.errors import SignoffError
from signoff.program import NAME
from signoff.text import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = {
    "list": "signoff.commands.list",
    "show": "signoff.commands.show",
    "approve": "signoff.commands.approve",
    "reject": "signoff.commands.reject",
    "cancel": "signoff.commands.cancel",
    "remind": "signoff.commands.remind",
    "open": "signoff.commands.open",
    "history": "signoff.commands.history",
    "ask": "signoff.commands.ask",
    "wait": "signoff.commands.wait",
    "withdraw": "signoff.commands.withdraw",
    "start": "signoff.commands.start",
    "outputs": "signoff.commands.outputs",
    "manifest": "signoff.commands.manifest",
    "doctor": "signoff.commands.doctor",
}
"""In the order of the help. Each module defines `command` and imports slow packages lazily."""
INTERRUPTED = 130


class _Commands(click.Group):
    """Imports a command on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own
        """List the commands."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's own
        cmd_name: str,
    ) -> click.Command | None:
        """Import a command by name."""
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", import_module(COMMANDS[cmd_name]).command)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="With --json, standard output is one JSON document, also for errors (keys error and "
    "hint). Exit status: 0 success, 1 refused or failed, 2 wrong usage, 3 review not found, "
    "4 AWS or the local stack is unreachable.",
)
@click.version_option(package_name=NAME, message="%(prog)s %(version)s")
def signoff() -> None:
    """View and decide reviews.

    Every command needs --stage NAME for a stage on AWS, or --local for the local stack.
    """


def main() -> None:
    """Run the command line and exit with its status."""
    try:
        sys.exit(signoff.main(prog_name=NAME, standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        _print_json(error.format_message(), "", {})
        sys.exit(error.exit_code)
    except SignoffError as error:
        click.echo("\n".join(filter(None, (error.message, error.hint))), err=True)
        _print_json(error.message, error.hint, error.result)
        sys.exit(error.status)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader closed the pipe; keep the interpreter from flushing into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _print_json(error: str, hint: str, result: Mapping[str, Any]) -> None:
    """Print an error to standard output under `--json`, which may not be parsed by now."""
    if "--json" in sys.argv[1:]:
        click.echo(as_json({**result, "error": error.strip(), "hint": hint}))


if __name__ == "__main__":
    main()
