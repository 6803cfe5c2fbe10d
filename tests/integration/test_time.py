"""Reminders and escalation, end to end."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.laptop import BOT, LINKS_TOO, SIGNING_SECRET, DeployedStage, eventually

pytestmark = pytest.mark.xdist_group("endings")

Deploy = Callable[..., DeployedStage]
TIMES = ("reviewTimeout=1h", 'remindBefore=["3598s"]', "escalateBefore=3597s")


def swept(dev: DeployedStage, seen: Callable[[], object], what: str) -> None:
    """Let several sweepers run at once, again and again, until it is seen."""

    def look() -> bool:
        with ThreadPoolExecutor(3) as pool:
            for running in [pool.submit(dev.sweep) for _ in range(3)]:
                running.result()
        return bool(seen())

    eventually(look, what)


@pytest.mark.parametrize("bot", [(), BOT], ids=["webhook", "bot token"])
def test_people_are_reminded_once_and_a_louder_channel_hears_it_all(
    dev_with: Deploy, bot: tuple[str, ...]
) -> None:
    dev = dev_with(SIGNING_SECRET, LINKS_TOO, *bot, *TIMES)
    execution, review_id = dev.ask()
    title = dev.row(review_id)["title"]
    dev.break_slack(status=429, retry_after=1, times=2)
    dev.escalation.break_slack(status=500, times=2)

    def about_it(channel: DeployedStage, words: str) -> list[dict[str, str]]:
        shown = [(message, json.dumps(message)) for message in channel.messages()]
        return [message for message, text in shown if review_id in text and words in text]

    def reminders() -> list[dict[str, str]]:
        return about_it(dev, "Reminder: 1 hour left")

    def escalations() -> list[dict[str, str]]:
        return about_it(dev.escalation, "Nobody has decided, 1 hour left in dev")

    swept(dev, lambda: reminders() and escalations(), "the reminder and the escalation")

    [reminder], [escalation] = reminders(), escalations()
    assert ("thread_ts" in reminder) is bool(bot)
    answer = dev.escalation.click(escalation, "approve", "U045REVIEW")
    assert answer["status"] == 200, "the louder channel's buttons work"
    assert execution.end()["status"] == "SUCCEEDED"
    dev.escalation.message_with("*Approved* by <@U045REVIEW>", title)
    eventually(lambda: "delivered_at" in dev.row(review_id), "the end")
    dev.sweep()
    assert (len(reminders()), "due_at" in dev.row(review_id)) == (1, False)


def test_the_schedule_runs_the_sweeper(dev_with: Deploy) -> None:
    dev = dev_with(SIGNING_SECRET, LINKS_TOO, *TIMES)
    execution, review_id = dev.ask()

    # The sweep that comes with the deployment is over: this takes up to a minute.
    eventually(lambda: "reminded_at" in dev.row(review_id), "the reminder", seconds=180)

    dev.post("approve", review_id)
    assert execution.end()["status"] == "SUCCEEDED"
