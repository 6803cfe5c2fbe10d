"""Signoff on this machine: `python -m local up` and `python -m local demo`."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from local.errors import LocalError, UsageError
from local.options import parse_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

WRONG_USAGE = 2
FAILED = 1
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for number in STOPPING_SIGNALS:
        signal.signal(number, _interrupt)
    os.umask(0o077)
    _forget_the_real_cloud()
    try:
        _run(arguments)
    except UsageError as error:
        errors.print(error)
        return WRONG_USAGE
    except LocalError as error:
        errors.print(error)
        return FAILED
    except KeyboardInterrupt:
        return 0
    return 0


def _run(arguments: Sequence[str]) -> None:
    options = parse_options(arguments)
    # Pulumi takes a second to import: reject a wrong command line first.
    from local import demo, report
    from local.home import open_home
    from local.stack import read_stages, running_local_stack

    screen = Console(highlight=False)
    stages = read_stages(options)
    with open_home() as home, running_local_stack(stages, home, screen) as local_stack:
        report.print_address(local_stack, screen)
        if options.command == "demo":
            demo.run(local_stack, screen)
        else:
            report.print_stages(local_stack, screen)
        local_stack.cloud.stay()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Shut down in order, and ignore further signals."""
    for number in STOPPING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _forget_the_real_cloud() -> None:
    """Remove the user's AWS profile, endpoints and proxy from the environment."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "PULUMI_")):
            del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
