"""Recovery from a failed update and from drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engine.conftest import Stacks
    from tests.engine.provider import Account, Provider

MACHINE = "signoff-workflow-machine"
LOGS = "signoff-generate-dataset-logs"
ALARM = "signoff-operations-problems"


def test_a_failed_update_is_completed_by_the_next_one(stacks: Stacks, provider: Provider) -> None:
    stack = stacks("dev")
    provider.refuse("Create", MACHINE, "AccessDeniedException: not today")

    errors = stack.up(refused=True).errors()

    assert any("AccessDeniedException: not today" in error for error in errors)
    made = {call.urn for call in provider.called("Create") if call.name != MACHINE}
    assert made

    provider.accept_all()
    before = len(provider.calls)
    stack.up()

    calls = provider.calls[before:]
    assert MACHINE in {call.name for call in calls if call.method == "Create"}
    assert not made & {call.urn for call in calls if call.method == "Create"}
    assert not [call for call in calls if call.method in ("Update", "Delete")]
    assert stack.changes() == []


def test_drift_is_shown_and_repaired(stacks: Stacks, provider: Provider, account: Account) -> None:
    stack = stacks("uat")
    stack.up()
    account.of_kind("LogGroup", "uat")[LOGS].inputs["retentionInDays"] = 1
    account.remove(account.of_kind("MetricAlarm", "uat")[ALARM])

    shown = stack.on("refresh", "--yes", "--skip-preview").lines()

    [changed] = [line for line in shown if LOGS in line and "retentionInDays" in line]
    assert "updated" in changed
    assert [line for line in shown if ALARM in line and "deleted" in line]
    assert [str(change) for change in stack.changes()] == [
        f"create MetricAlarm {ALARM}",
        f"update LogGroup {LOGS} (retentionInDays)",
    ]

    stack.up()

    assert account.of_kind("LogGroup", "uat")[LOGS].inputs["retentionInDays"] == 30
    assert ALARM in account.of_kind("MetricAlarm", "uat")
    assert stack.changes() == []
