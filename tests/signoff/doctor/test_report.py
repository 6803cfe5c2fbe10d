"""The report as text and as JSON, and the exit status."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from rich.console import Console

from signoff.doctor.findings import CannotCheck, ok, problem, warning
from signoff.doctor.report import table
from signoff.stage import Stage
from tests.local_stack import ROOT
from tests.signoff.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.signoff.doctor.conftest import CheckedStage
    from tests.signoff.terminal import Result

SCHEMA = json.loads((ROOT / "signoff/schemas.json").read_text())["$defs"]["doctor"]

STAGE = Stage(name="prod", outputs={})
FOUND = [
    ok("clock", "Within 60 s of AWS."),
    problem("channel", "The bot is not in #signoff-prod.", "Invite it: /invite @signoff-prod"),
    CannotCheck(
        "Permission denied: sns:ListSubscriptionsByTopic.",
        "Get permission for sns:ListSubscriptionsByTopic.",
    ).finding("subscriptions"),
    warning("links", "A link is enough to decide.", "Set slackSigningSecret."),
    ok("alarms", "No subscribers are notified of alarms.", "Set alarmEmail."),
]
AT_80 = """\
 prod

✓  clock          Within 60 s of AWS.
✗  channel        The bot is not in #signoff-prod.
                  → Invite it: /invite @signoff-prod
?  subscriptions  Permission denied: sns:ListSubscriptionsByTopic.
                  → Get permission for sns:ListSubscriptionsByTopic.
!  links          A link is enough to decide.
                  → Set slackSigningSecret.
✓  alarms         No subscribers are notified of alarms.
                  → Set alarmEmail.

1 problem, 1 warning, 1 not checked.
"""
AT_40 = """\
 prod

✓  clock
   Within 60 s of AWS.
✗  channel
   The bot is not in #signoff-prod.
   → Invite it: /invite @signoff-prod
?  subscriptions
   Permission denied:
   sns:ListSubscriptionsByTopic.
   → Get permission for
   sns:ListSubscriptionsByTopic.
!  links
   A link is enough to decide.
   → Set slackSigningSecret.
✓  alarms
   No subscribers are notified of
   alarms.
   → Set alarmEmail.

1 problem, 1 warning, 1 not checked.
"""


@pytest.mark.parametrize(("width", "text"), [(40, AT_40), (80, AT_80), (120, AT_80)])
def test_the_report_fits_any_width(width: int, text: str) -> None:
    screen = Console(file=StringIO(), width=width, markup=False, highlight=False)
    with screen.capture() as shown:
        screen.print(table(STAGE, FOUND, width), crop=False)
    lines = shown.get().splitlines()
    assert [line.rstrip() for line in lines] == text.splitlines()
    assert all(len(line) <= width for line in lines)


def test_control_characters_are_not_printed() -> None:
    screen = Console(file=StringIO(), width=80, force_terminal=False)
    found = [problem("channel", "The bot is not in #a\x1b]0;evil\x07\nb\u202ec.", "Type")]
    with screen.capture() as shown:
        screen.print(table(STAGE, found, 80))
    assert not {"\x1b", "\x07", "\u202e"} & set(shown.get())


def run(folder: Path, *options: str) -> Result:
    """Run the command in the folder of a local stack."""
    return Terminal(folder=folder, columns=100).run("doctor", "--local", *options)


@pytest.mark.xdist_group("doctor")
def test_a_healthy_stage_is_exit_status_0(healthy: CheckedStage) -> None:
    answer = run(healthy.deployed.log.parents[1])
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith(" dev  (local stack)")
    assert answer.out.endswith("No problems found.\n")


@pytest.mark.xdist_group("doctor")
def test_a_problem_is_exit_status_1_and_in_the_json(
    healthy: CheckedStage, change_channel: Callable[..., None]
) -> None:
    change_channel(bot_is_member=False)
    answer = run(healthy.deployed.log.parents[1], "--json")
    assert (answer.status, answer.err) == (1, "")
    report: dict[str, Any] = answer.json
    jsonschema_rs.validate(SCHEMA, report)
    assert (report["stage"], report["ok"]) == ("dev", False)
    assert {frozenset(it) for it in report["findings"]} == {
        frozenset({"check", "state", "message", "fix"})
    }
    assert [it for it in report["findings"] if it["state"] != "ok"] == [
        {
            "check": "channel",
            "state": "problem",
            "message": "The bot is not in #signoff-dev.",
            "fix": "Invite it: /invite @signoff",
        }
    ]


@pytest.mark.xdist_group("doctor")
def test_an_unreachable_local_stack_is_exit_status_4(healthy: CheckedStage, tmp_path: Path) -> None:
    state = (healthy.deployed.log.parent / "state.json").read_text()
    (tmp_path / ".local").mkdir()
    port = healthy.deployed.cloud_url.rsplit(":", 1)[1]
    (tmp_path / ".local" / "state.json").write_text(state.replace(f":{port}", ":9"))
    answer = run(tmp_path, "--json")
    assert answer.status == 4
    assert "make demo" in answer.json["hint"]
    assert "make demo" in answer.err
