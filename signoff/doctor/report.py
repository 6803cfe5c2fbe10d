"""The report: a line per finding, with a fix for every problem."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
import requests
from rich.console import Group
from rich.text import Text

from lambdas.domain.review.words import counted
from signoff.doctor import diagnosis
from signoff.doctor.findings import State
from signoff.doctor.probe import Probe
from signoff.screen import consoles
from signoff.screen.layout import Rows
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from signoff.doctor.findings import Finding
    from signoff.stage import Stage

NARROW = 64
"""Below this width a check's name gets its own line."""
MARKS = {
    State.OK: ("✓", "green"),
    State.WARNING: ("!", "yellow"),
    State.PROBLEM: ("✗", "bold red"),
    State.UNCHECKED: ("?", "yellow"),
}


def examine(stage: Stage, *, as_json: bool) -> int:
    """Run all checks, print the findings, and return the exit status.

    Raises `Unreachable` if the stage cannot be reached.
    """
    found = _progressing(stage, quiet=as_json)
    passed = all(finding.state in (State.OK, State.WARNING) for finding in found)
    if as_json:
        findings = [asdict(finding) for finding in found]
        click.echo(json_of({"stage": stage.name, "ok": passed, "findings": findings}))
    else:
        screen = consoles.stdout()
        screen.print(table(stage, found, screen.width), crop=False)
    return 0 if passed else 1


def _progressing(stage: Stage, *, quiet: bool) -> Sequence[Finding]:
    with requests.Session() as session:
        # The local stack must not use the user's proxy or ~/.netrc.
        session.trust_env = not stage.is_local
        probe = Probe(stage=stage, session=session, clock=time.time)
        if quiet:
            return list(diagnosis.run_checks(probe, lambda _name: None))
        with consoles.stderr().status("") as status:
            return list(
                diagnosis.run_checks(probe, lambda name: status.update(f"Checking {name} …"))
            )


def table(stage: Stage, found: Sequence[Finding], width: int) -> RenderableType:
    """Render the findings at a width."""
    rows: list[tuple[Text, ...]] = []
    for finding in found:
        mark, name, text = _mark(finding), Text(finding.check, style="bold"), _text(finding)
        rows.append(
            (mark, name, text) if width >= NARROW else (mark, Text.assemble(name, "\n", text))
        )
    return Group(consoles.stage_label(stage), "", Rows(rows), "", _summary(found))


def _mark(finding: Finding) -> Text:
    mark, style = MARKS[finding.state]
    return Text(mark, style=style)


def _text(finding: Finding) -> Text:
    style = "" if finding.state is State.OK else MARKS[finding.state][1]
    text = Text(line(finding.message), style=style)
    if finding.fix:
        text.append(
            f"\n→ {line(finding.fix)}", style="dim" if finding.state is State.OK else "none"
        )
    return text


def _summary(found: Sequence[Finding]) -> Text:
    states = Counter(finding.state for finding in found)
    bad, risks, unknown = (states[it] for it in (State.PROBLEM, State.WARNING, State.UNCHECKED))
    if not bad and not risks and not unknown:
        return Text("No problems found.", style="green")
    parts = [counted(bad, "problem")] if bad else []
    parts += [counted(risks, "warning")] if risks else []
    parts += [f"{unknown} not checked"] if unknown else []
    return Text(f"{', '.join(parts)}.", style="bold red" if bad else "yellow")
