"""`signoff`: view and decide the reviews of a stage, on AWS or on the local stack."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import cast

import click

from signoff.errors import SignoffError

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
    "start": "signoff.commands.start",
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
    epilog="Exit status: 0 success, 1 refused or failed, 2 wrong usage, 3 review not found, "
    "4 AWS or the local stack is unreachable.",
)
def signoff() -> None:
    """View and decide reviews.

    Every command needs --stage NAME for a stage on AWS, or --local for the local stack.
    """


def main() -> None:
    """Run the command line and exit with its status."""
    try:
        sys.exit(signoff.main(prog_name="signoff", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SignoffError as error:
        click.echo("\n".join(filter(None, (error.message, error.hint))), err=True)
        sys.exit(error.status)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader closed the pipe; keep the interpreter from flushing into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
