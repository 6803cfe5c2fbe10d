"""The list of checks, and how they are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.doctor.checks import (
    endpoints,
    environment,
    files,
    maintenance,
    parameters,
    slack,
    subscriptions,
)
from signoff.doctor.findings import CannotCheck, Finding, State
from signoff.errors import SignoffError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from signoff.doctor.probe import Probe

    Check = Callable[[Probe], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    environment.CLOCK: environment.clock,
    environment.ACCOUNT: environment.account,
    parameters.SECRETS: parameters.secrets,
    slack.CHANNEL: slack.channel,
    slack.ESCALATION_CHANNEL: slack.escalation,
    endpoints.DECISIONS: endpoints.decision_api,
    endpoints.LINKS: endpoints.links,
    endpoints.REVIEWERS: endpoints.reviewers,
    endpoints.BUTTONS: endpoints.buttons,
    endpoints.COMMAND: endpoints.slash_command,
    subscriptions.SUBSCRIPTIONS: subscriptions.subscriptions,
    files.INCOMING_FILES: files.incoming_files,
    maintenance.SCHEDULE: maintenance.schedule,
    subscriptions.ALARMS: subscriptions.alarms,
    maintenance.UNDELIVERED: maintenance.undelivered,
    maintenance.DEAD_LETTERS: maintenance.dead_letters,
}


def run_checks(probe: Probe, on_start: Callable[[str], None]) -> Iterator[Finding]:
    """Run every check, calling `on_start` with its name first; a failing check stops no other.

    Raises `Unreachable` if the stage cannot be reached and no problem found so far explains it.
    """
    found: list[Finding] = []
    for name, check in CHECKS.items():
        on_start(name)
        for finding in _run(name, check, probe, known=any(map(_is_problem, found))):
            found.append(finding)
            yield finding


def _is_problem(finding: Finding) -> bool:
    return finding.state is State.PROBLEM


def _run(name: str, check: Check, probe: Probe, *, known: bool) -> Iterator[Finding]:
    try:
        yield from check(probe)
    except CannotCheck as blocked:
        yield blocked.finding(name)
    except Unreachable as unreachable:
        if not known:
            raise
        yield CannotCheck(unreachable.message, unreachable.hint).finding(name)
    except SignoffError as error:
        yield CannotCheck(error.message, error.hint).finding(name)
    except Exception as error:  # noqa: BLE001 - one check never stops the others
        yield CannotCheck(
            f"The check itself failed: {type(error).__name__}.", "Report this bug."
        ).finding(name)
