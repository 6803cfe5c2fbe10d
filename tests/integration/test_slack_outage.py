"""Slack down, slow, and angry: what can be delivered is, and nothing else is lost in silence."""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.laptop import BOT, LINKS_TOO, SIGNING_SECRET, DeployedStage, Execution, eventually

pytestmark = pytest.mark.xdist_group("outage")

Deploy = Callable[..., DeployedStage]
FLAGGED = {"rows": 10, "anomaly_rate": 0.5}

TROUBLE: list[tuple[dict[str, float], int]] = [
    ({"status": 429, "retry_after": 1}, 30),
    ({"status": 500}, 30),
    ({"status": 500, "seconds": 6}, 5),
    ({"status": 404}, 65),  # two tries of each, and the third of some
]
"""One after the other, for as many reviews each; and how often, of a hundred reviews."""


@pytest.mark.parametrize(("bot", "reviews"), [((), 100), (BOT, 20)], ids=["webhook", "bot token"])
def test_of_many_reviews_none_is_lost_in_silence(
    dev_with: Deploy, bot: tuple[str, ...], reviews: int
) -> None:
    dev = dev_with(SIGNING_SECRET, *bot)
    executions: list[Execution] = []
    for trouble, share in TROUBLE:
        dev.break_slack(**trouble, times=round(share * reviews / 100))
        batch = [dev.start(title=f"upload {n}", **FLAGGED) for n in range(reviews // len(TROUBLE))]
        executions += batch
        eventually(lambda batch=batch: all(_settled(dev, it) for it in batch), str(trouble))
    dev.break_slack(status=500, times=0)

    ends = Counter(_settled(dev, execution) for execution in executions)

    assert ends.total() == reviews
    assert set(ends) == {"shown", "undelivered"}
    assert ends["shown"] >= 0.7 * reviews, "what passes within the tries is delivered"
    assert ends["undelivered"] >= 1
    for execution in executions:
        if _settled(dev, execution) == "undelivered":
            end = execution.end()
            assert (end["status"], end["error"]) == ("FAILED", "ReviewNotDelivered")


def _settled(dev: DeployedStage, execution: Execution) -> str:
    """Whether people can see the review, or are told that they cannot; empty for not yet."""
    row = dev.row_of(execution)
    if not row:
        return ""
    if row["status"] == "UNDELIVERED":
        return "undelivered" if "delivered_at" in row else ""
    shown = json.dumps([it for it in dev.messages() if "actions" in json.dumps(it)])
    return "shown" if row["review_id"] in shown else ""


@pytest.mark.parametrize("bot", [(), BOT], ids=["webhook", "bot token"])
def test_nothing_is_sent_before_retry_after(dev_with: Deploy, bot: tuple[str, ...]) -> None:
    # A channel where nothing else is sent.
    dev = dev_with(SIGNING_SECRET, LINKS_TOO, "slackChannel=#patience", *bot)
    dev.break_slack(status=429, retry_after=3, times=2)

    _, review_id = dev.ask()

    tries: list[dict[str, Any]] = dev.deliveries()
    assert [it["status"] for it in tries] == [429, 429, 200]
    moments = [it["at"] for it in tries]
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(pause >= 3 for pause in pauses)
    assert dev.post("approve", review_id).status_code == 200
