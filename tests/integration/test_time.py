"""Reminders and escalation, end to end."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tests.integration.conftest import WEBHOOK_GROUP
from tests.local_stack import DeployedStage, eventually


def sweep_until(dev: DeployedStage, seen: Callable[[], object], what: str) -> None:
    """Run several sweepers concurrently until the condition holds."""

    def look() -> bool:
        with ThreadPoolExecutor(3) as pool:
            for running in [pool.submit(dev.sweep) for _ in range(3)]:
                running.result()
        return bool(seen())

    eventually(look, what)


def test_reviews_are_reminded_of_once_and_escalated(
    either: DeployedStage,
) -> None:
    dev, by_bot = either, either.outputs["slack_connection"] == "bot"
    execution, review_id = dev.ask_machine(timeout="1h")
    dev.message_with(review_id, '"type": "actions"')
    title = dev.row(review_id)["title"]
    dev.break_slack(status=429, retry_after=1, times=2)
    dev.escalation.break_slack(status=500, times=2)

    def messages_about(channel: DeployedStage, words: str) -> list[dict[str, str]]:
        shown = [(message, json.dumps(message)) for message in channel.messages()]
        return [message for message, text in shown if review_id in text and words in text]

    def reminders() -> list[dict[str, str]]:
        return messages_about(dev, "Reminder: 1 hour left")

    def escalations() -> list[dict[str, str]]:
        return messages_about(dev.escalation, "Still no decision, 1 hour left in dev")

    sweep_until(dev, lambda: reminders() and escalations(), "the reminder and the escalation")

    [reminder], [escalation] = reminders(), escalations()
    assert ("thread_ts" in reminder) is by_bot
    answer = dev.escalation.click(escalation, "approve", "U045REVIEW")
    assert answer["status"] == 200, "the escalation channel's buttons must work"
    assert execution.end()["status"] == "SUCCEEDED"
    dev.escalation.message_with("*Approved* by <@U045REVIEW>", title)
    eventually(lambda: "delivered_at" in dev.row(review_id), "the end")
    dev.sweep()
    assert (len(reminders()), "due_at" in dev.row(review_id)) == (1, False)


@WEBHOOK_GROUP
def test_the_schedule_runs_the_sweeper(by_webhook: DeployedStage) -> None:
    dev, scheduler = by_webhook, by_webhook.client("scheduler")
    _, review_id = dev.ask_machine(timeout="1h")
    [name] = [it["Name"] for it in scheduler.list_schedules()["Schedules"]]
    schedule = scheduler.get_schedule(Name=name)
    assert schedule["ScheduleExpression"] == "rate(1 minute)"

    due = datetime.fromisoformat(dev.row(review_id)["due_at"])
    eventually(lambda: datetime.now(UTC) > due, "the time of the reminder")
    # It runs on creation, and then every minute.
    scheduler.delete_schedule(Name=name)
    given = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.create_schedule(**{key: schedule[key] for key in given})

    eventually(lambda: "reminded_at" in dev.row(review_id), "the reminder")
    dev.post("approve", review_id)
