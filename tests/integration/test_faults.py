"""Complete reviews while AWS calls conflict, are throttled or lose their responses."""

from typing import Any

import pytest

from local.cloud.patches.faults import CONFLICT, LOSE, THROTTLE
from tests.faults import faults
from tests.local_stack import BOT, LINKS_TOO, SIGNING_SECRET, DeployedStage, eventually
from tests.stages import Stages
from tests.story import story

pytestmark = pytest.mark.xdist_group("faults")

ANN = "U0123ANNE"
RINGS = (
    "undelivered",
    "unconfirmed",
    "unreadable",
    "unavailable",
    "announcement.failed",
    "Traceback",
)
"""Log levels and texts of alarms and unexpected errors."""


@pytest.fixture(scope="module")
def dev(stages: Stages) -> DeployedStage:
    return stages.dev(SIGNING_SECRET, LINKS_TOO, *BOT)


def flow(dev: DeployedStage) -> dict[str, Any]:
    """Run a batch that is approved, a question rejected by link, and one that expires."""
    begun = len(dev.log.read_text(errors="replace"))
    batch, approved = dev.ask()
    button = dev.message_with(approved, '"type": "actions"')
    host, rejected = dev.ask_machine()
    silent, expired = dev.ask_machine(timeout="8s")
    dev.message_with(rejected, '"type": "actions"')
    dev.message_with(expired, '"type": "actions"')
    assert dev.click(button, "approve", ANN, reason="fine")["status"] == 200
    assert dev.post("reject", rejected, "no").status_code == 200
    ends = [it.end()["status"] for it in (batch, host, silent)]
    reviews = (approved, rejected, expired)
    for review_id in reviews:
        eventually(lambda it=review_id: dev.row(it).get("delivered_at"), "the end")
    for review_id, word in zip(reviews, ("Approved", "Rejected", "Expired"), strict=True):
        dev.message_with(review_id, word)
    client, table = dev.client("dynamodb"), dev.outputs["audit_log_table_name"]

    def events(review_id: str) -> list[str]:
        # A visit whose response is lost is counted twice, and not as the first one.
        found = [it["event"] for it in story(client, table, review_id)]
        return sorted(it for it in found if it != "review.opened")

    for it in reviews:  # the request and the outcome: posted first, then recorded
        eventually(lambda it=it: events(it).count("review.notified") >= 2, "both messages")
    return {
        "ends": ends,
        "messages": [str(dev.messages()).count(f"review {it}") for it in reviews],
        "events": [*map(events, reviews)],
        "alarms": [it for it in RINGS if it in dev.log.read_text(errors="replace")[begun:]],
    }


@pytest.mark.parametrize("fault", [CONFLICT, THROTTLE, LOSE])
def test_reviews_end_as_usual_without_duplicate_messages(dev: DeployedStage, fault: str) -> None:
    undisturbed = flow(dev)
    assert undisturbed["alarms"] == []

    with faults(dev.client("dynamodb"), fault, 1):
        assert flow(dev) == undisturbed
