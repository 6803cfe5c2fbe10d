"""If Slack is down, slow or rate limiting, messages are delivered or reported as undelivered."""

import itertools
import json
import math
from collections import Counter
from typing import Any

import pytest

from tests.integration.conftest import BOT_GROUP, WEBHOOK_GROUP
from tests.local_stack import DeployedStage, Execution, eventually

FLAGGED = {"rows": 10, "anomaly_rate": 0.5}

TROUBLE: list[tuple[dict[str, float], int]] = [
    ({"status": 429, "retry_after": 1}, 30),
    ({"status": 500}, 30),
    ({"status": 500, "seconds": 6}, 5),
    ({"status": 404}, 65),  # two attempts for each, and a third for some
]
"""Faults in order, each with its number per hundred reviews."""


@pytest.mark.parametrize(
    ("way", "reviews"),
    [
        pytest.param("by_webhook", 8, marks=WEBHOOK_GROUP),
        pytest.param("by_webhook", 100, marks=[WEBHOOK_GROUP, pytest.mark.soak]),
        pytest.param("by_bot", 20, marks=[BOT_GROUP, pytest.mark.soak]),
    ],
)
def test_every_review_is_posted_or_reported_as_undelivered(
    request: pytest.FixtureRequest, way: str, reviews: int
) -> None:
    dev: DeployedStage = request.getfixturevalue(way)
    executions: list[Execution] = []
    for trouble, share in TROUBLE:
        dev.break_slack(**trouble, times=math.ceil(share * reviews / 100))
        batch = [dev.start(title=f"upload {n}", **FLAGGED) for n in range(reviews // len(TROUBLE))]
        executions += batch
        eventually(lambda batch=batch: all(_settled(dev, it) for it in batch), str(trouble))
    dev.break_slack(status=500, times=0)

    ends = Counter(_settled(dev, execution) for execution in executions)

    assert ends.total() == reviews
    assert set(ends) == {"shown", "undelivered"}
    assert ends["shown"] >= 0.7 * reviews, "too few messages were delivered"
    assert ends["undelivered"] >= 1
    for execution in executions:
        if _settled(dev, execution) == "undelivered":
            end = execution.end()
            assert (end["status"], end["error"]) == ("FAILED", "ReviewNotDelivered")


def _settled(dev: DeployedStage, execution: Execution) -> str:
    """Return whether the review was posted or reported as undelivered; empty before that."""
    row = dev.row_of(execution)
    if not row:
        return ""
    if row["status"] == "UNDELIVERED":
        return "undelivered" if "delivered_at" in row else ""
    shown = json.dumps([it for it in dev.messages() if "actions" in json.dumps(it)])
    return "shown" if row["review_id"] in shown else ""


@pytest.mark.xdist_group("local_stack", first=True)
def test_retry_after_is_respected(local_stack: dict[str, DeployedStage]) -> None:
    stage = local_stack["uat"]  # no other test sends messages there
    before = len(stage.deliveries())
    stage.break_slack(status=429, retry_after=2, times=2)

    _, review_id = stage.ask()

    tries: list[dict[str, Any]] = stage.deliveries()[before:]
    assert [it["status"] for it in tries] == [429, 429, 200]
    moments = [it["at"] for it in tries]
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(pause >= 2 for pause in pauses)
    assert stage.post("approve", review_id).status_code == 200
    stage.message_with("*Approved*", review_id)
