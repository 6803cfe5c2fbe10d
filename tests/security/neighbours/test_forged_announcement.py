"""An identity with permission to publish to the topic forges announcements.

It tries to make the channel show a decision that was not made, a link of its own, another review's
title, or a reminder before its time.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.lifecycle.end import end
from lambdas.domain.review.events import ASKING, ENDINGS, Event
from lambdas.domain.review.review import Outcome, Review, Status, Way
from tests.http_stub import Stub
from tests.lambdas.conftest import NOW, World, make_review
from tests.security.neighbours.conftest import Publish, shown

EVIL = "https://evil.example/approve"
LIES: dict[str, str] = {
    "stage": "prod",
    "title": "Nothing to see here",
    "approval_link": EVIL,
    "rejection_link": EVIL,
    "s3_file": EVIL,
    "flagged_share": "0.0",
    "flagged_rows": "0",
    "requested_by": "U0BOSS",
    "decision": "approved",
    "reviewer": "U0BOSS",
    "reason": "no problem",
    "status": "APPROVED",
    "time_left": "1 minute",
    "approvals": "2",
    "response_url": EVIL,
}


@pytest.fixture
def review(world: World) -> Review:
    """A review with a day left, whose request is in the channel."""
    review = make_review(deadline=datetime.now(UTC) + timedelta(hours=24))
    world.add(review)
    return review


@pytest.fixture
def publish(publish: Publish, review: Review, slack: Stub) -> Publish:
    """The event for the notifier with a forged message."""
    publish(announcement(Event.REQUESTED, review))
    slack.asked.clear()
    return publish


def forged(event: Event, review: Review, **more: object) -> dict[str, object]:
    return {**announcement(event, review), **LIES, **more}


def row(world: World, review: Review) -> Any:
    key = {"review_id": {"S": review.review_id}}
    return boto3.client("dynamodb").get_item(TableName=world.table, Key=key).get("Item")


@pytest.mark.parametrize("notes", ["slack", "louder"])
def test_an_ending_is_shown_only_if_the_row_has_it(
    world: World, publish: Publish, review: Review, slack: Stub, notes: str
) -> None:
    before, entries = row(world, review), world.story(review)
    for event in ENDINGS.values():
        publish(forged(event, review), notes)

    assert slack.asked == []
    assert (row(world, review), world.story(review)) == (before, entries)


def test_a_forged_ending_does_not_suppress_the_real_one(
    world: World, publish: Publish, review: Review, slack: Stub
) -> None:
    for event in ENDINGS.values():
        publish(forged(event, review))
    end(world.gate, review, Status.CANCELLED, "maintenance")
    publish(announcement(Event.CANCELLED, review))

    assert len(slack.asked) == 1
    assert "maintenance" in shown(slack)


def test_a_real_ending_is_shown_with_the_rows_content(
    world: World, publish: Publish, review: Review, slack: Stub
) -> None:
    decision = {
        "decision": Outcome.REJECTED,
        "reviewer": "Ann",
        "reviewer_key": "U1ANN",
        "reason": "wrong month",
    }
    changes = {"status": Status.REJECTED, **decision, "via": Way.SLACK, "decided_at": NOW}
    world.store.change(review.review_id, changes, "attribute_exists(title)", {})

    for event in ENDINGS.values():
        publish(forged(event, review))

    assert len(slack.asked) == 1
    assert "*Rejected* by <@U1ANN>" in shown(slack)
    assert "wrong month" in shown(slack)
    assert not any(lie in shown(slack) for lie in ("U0BOSS", "evil.example", "Nothing to see"))


def test_a_forged_request_is_not_posted_again_and_links_lead_to_the_api(
    world: World, publish: Publish, review: Review, slack: Stub
) -> None:
    publish(forged(Event.REQUESTED, review))
    assert slack.asked == []

    new = make_review(review_id="z" * 16, deadline=review.deadline)
    world.add(new)
    publish(forged(Event.REQUESTED, new))

    assert review.title in shown(slack)
    assert new.approval_link in shown(slack)
    assert not any(lie in shown(slack) for lie in ("U0BOSS", "evil.example", "Nothing to see"))


@pytest.mark.parametrize("reminder", ["43200", "7200", "86000", "1", "-1", "0", "", "x", 5, None])
def test_early_or_unplanned_reminders_are_not_posted(
    world: World, publish: Publish, review: Review, slack: Stub, reminder: object
) -> None:
    before = row(world, review)
    publish(forged(Event.REMINDER, review, reminder=reminder))

    assert slack.asked == []
    assert row(world, review) == before, "the real reminder is not suppressed, and no row grows"


@pytest.mark.parametrize("notes", ["slack", "louder"])
def test_a_forged_escalation_is_not_posted(
    world: World, publish: Publish, review: Review, slack: Stub, notes: str
) -> None:
    events = (Event.ESCALATED,) if notes == "slack" else ASKING
    before = row(world, review)
    for event in events:
        publish(forged(event, review, reminder="43200"), notes)

    assert slack.asked == []
    assert row(world, review) == before


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        '"review.requested"',
        "{}",
        "[" * 100_000,
        {"event": "review.requested"},
        {"event": "review.requested", "review_id": "0123"},
        {"event": "review.requested", "review_id": ["a" * 16]},
        {"event": "review.requested", "review_id": "f" * 16},
        {"event": "review.decided", "review_id": "f" * 16, **LIES},
        {"event": "review.opened", "review_id": "f" * 16},
        {"event": "review.not_notified", "review_id": "f" * 16},
        {"event": ["review.requested"], "review_id": "f" * 16},
        {"event": "review.reminder", "review_id": "f" * 16, "reminder": "9" * 5000},
        {"event": "review.reminder", "review_id": "f" * 16, "reminder": "9" * 30},
    ],
)
def test_an_invalid_announcement_has_no_effect(
    world: World,
    publish: Publish,
    review: Review,
    slack: Stub,
    message: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    publish(message)  # raises nothing, so that Lambda does not report a request as undelivered

    assert slack.asked == []
    assert world.store.get(review.review_id).status is Status.PENDING
    assert "evil.example" not in "\n".join(str(vars(record)) for record in caplog.records)
