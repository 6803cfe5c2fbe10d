"""The command line."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from local.deployment.stages import ACCOUNTS, SECRETS
from local.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Options:
    """The parsed command line."""

    command: str
    stages: tuple[str, ...]
    overrides: Mapping[str, str]
    no_slack: frozenset[str] = frozenset()
    """Stages that are not connected to Slack, as after their first deployment."""


NAMESPACE = "signoff:"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse_options(arguments: Sequence[str]) -> Options:
    """Parse the command line; raises `UsageError`."""
    parser = _Parser(
        prog="python -m local", description="Run Signoff on this machine, without an AWS account."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command, summary in (
        ("up", "Deploy the stages and run until interrupted."),
        ("demo", "Deploy the stages and start one review in each."),
    ):
        sub = commands.add_parser(command, help=summary, description=summary)
        sub.add_argument(
            "--stage",
            action="extend",
            nargs="+",
            choices=list(ACCOUNTS),
            help="stages to deploy (default: all)",
        )
        sub.add_argument(
            "--config",
            action="extend",
            nargs="+",
            default=[],
            metavar="KEY=VALUE",
            help="settings that override the stage's file",
        )
        sub.set_defaults(no_slack=None)
    commands.choices["up"].add_argument(
        "--no-slack",
        action="extend",
        nargs="*",
        choices=list(ACCOUNTS),
        metavar="STAGE",
        help="stages that are not connected to Slack, as after the first deployment (default: all)",
    )
    given = parser.parse_args(arguments)
    if not given.command:
        raise UsageError('COMMAND must be up or demo, such as "python -m local demo", got none')
    overrides = dict(_pair(text) for text in given.config)
    if given.no_slack is not None and (secret := next(filter(overrides.get, SECRETS), None)):
        raise UsageError(f"--no-slack cannot be combined with --config {secret}=…")
    chosen: list[str] = given.stage or list(ACCOUNTS)
    return Options(
        command=given.command,
        stages=tuple(name for name in ACCOUNTS if name in chosen),
        overrides=overrides,
        no_slack=frozenset() if given.no_slack is None else frozenset(given.no_slack or ACCOUNTS),
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(f"--config must be KEY=VALUE, got {json.dumps(text)}")
    return key.removeprefix(NAMESPACE), value
