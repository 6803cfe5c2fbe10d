"""An identity with permission to publish to the topic forges a failed execution.

It tries to make the channel show a text of its own, to show a failure again, to hide a real one, or
to disturb a review.
"""

import logging
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import announcement, failure_announcement
from lambdas.domain.review.events import ANNOUNCED, Event
from lambdas.domain.review.failure import FAILED
from lambdas.domain.review.review import Review
from tests.http_stub import Stub
from tests.lambdas.conftest import KEEP, World, make_failure
from tests.security.neighbours.conftest import Publish, shown

EVIL = "https://evil.example/approve"
LIES = {
    "stage": "prod",
    "title": "Nothing to see here",
    "result": "succeeded",
    "result_detail": EVIL,
    "summary": EVIL,
    "details": EVIL,
    "execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:flow:evil.example",
    "approval_link": EVIL,
    "reminder": "43200",
}
FAILURE = make_failure()


def forged(**more: object) -> dict[str, object]:
    return {**failure_announcement(FAILURE), **LIES, **more}


def notes(world: World) -> list[Any]:
    return boto3.client("dynamodb").scan(TableName=world.notes_table)["Items"]


@pytest.mark.parametrize("channel", ["slack", "louder"])
def test_a_failure_that_is_not_stored_is_not_posted(
    world: World, publish: Publish, slack: Stub, channel: str
) -> None:
    publish(forged(), channel)

    assert slack.asked == []
    assert notes(world) == [], "no row grows"


def test_a_stored_failure_is_posted_with_its_own_text_and_once(
    world: World, publish: Publish, slack: Stub
) -> None:
    world.notes.add_failure(FAILURE, KEEP)
    publish(forged())
    publish(failure_announcement(FAILURE))
    publish(forged())

    assert len(slack.asked) == 1
    assert FAILURE.detail in shown(slack)
    assert not any(lie in shown(slack) for lie in ("evil.example", "Nothing to see", "PROD"))


def test_a_stored_failure_is_not_posted_to_the_escalation_channel(
    world: World, publish: Publish, slack: Stub
) -> None:
    world.notes.add_failure(FAILURE, KEEP)
    publish(forged(), "louder")

    assert slack.asked == []


def test_events_of_reviews_with_the_id_of_a_failure_do_not_hide_it(
    world: World, publish: Publish, slack: Stub
) -> None:
    world.notes.add_failure(FAILURE, KEEP)
    for event in ANNOUNCED:
        publish(forged(event=event, result="failed"))
    assert slack.asked == []
    publish(failure_announcement(FAILURE))
    for event in ANNOUNCED:
        publish(forged(event=event, result="failed"))
    publish(failure_announcement(FAILURE))

    assert len(slack.asked) == 1


def test_a_failure_with_the_id_of_a_review_does_not_disturb_it(
    world: World, publish: Publish, slack: Stub, review: Review
) -> None:
    publish(announcement(Event.REQUESTED, review))
    before = notes(world)
    publish(forged(review_id=review.review_id))
    publish(announcement(Event.REQUESTED, review))

    assert len(slack.asked) == 1, "the request is not posted again"
    assert notes(world) == before


@pytest.mark.parametrize(
    "message",
    [
        {"event": FAILED},
        {"event": FAILED, "review_id": None},
        {"event": FAILED, "review_id": ["a" * 16]},
        {"event": FAILED, "review_id": "../" * 5 + "a"},
        {"event": [FAILED], "review_id": "a" * 16},
        {"event": "execution.succeeded", "review_id": "a" * 16},
    ],
)
def test_an_invalid_failure_has_no_effect(
    world: World,
    publish: Publish,
    slack: Stub,
    message: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    publish({**LIES, **message})

    assert (slack.asked, notes(world)) == ([], [])
    assert "evil.example" not in "\n".join(str(vars(record)) for record in caplog.records)
