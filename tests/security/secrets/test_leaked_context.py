"""A reviewer searches everything shown to people for the caller's context."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.review.events import ANNOUNCED, Event
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Outcome, Review, Status, Way
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.store.slack_notes import READ
from tests.lambdas.conftest import NOW, World, make_review
from tests.lambdas.web.conftest import Ask

SECRET = {"card": "speak friend and enter"}
ENDS: list[dict[str, Any]] = [
    {"status": Status.PENDING},
    {"status": Status.EXPIRED, "ended_because": "No decision."},
    {
        "status": Status.APPROVED,
        "decision": Outcome.APPROVED,
        "reviewer": "U1ANN",
        "via": Way.SLACK,
        "decided_at": NOW,
    },
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end["status"])
def test_the_context_is_in_no_announcement_message_or_traceback(end: dict[str, Any]) -> None:
    review = make_review(context=SECRET, **end)
    notices = SlackNotices(buttons=True, needed=2)

    outputs: list[Any] = []
    for event in ANNOUNCED:
        announced = replace(review, result=Result.SUCCEEDED, decision=Outcome.APPROVED)
        announced = announced if event is Event.COMPLETED else review
        outputs += [announcement(event, announced), notices.notice(event, announced, NOW)]
    outputs += [notices.outcome(review), notices.replacement(review, NOW), repr(review)]

    assert "friend" not in json.dumps(outputs)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end["status"])
def test_the_context_is_on_no_page(
    world: World, ask: Ask, end: dict[str, Any], accept: str
) -> None:
    review: Review = make_review(context=SECRET, **end)
    world.add(review)

    for path in ("/approve", "/reject"):
        answer = ask("GET", f"{path}?review={review.linked_id}", headers={"accept": accept})
        assert "friend" not in json.dumps(answer)
    answer = ask("POST", "/approve", {"review": str(review.linked_id)}, headers={"accept": accept})
    assert "friend" not in json.dumps(answer)


def test_the_notifier_cannot_read_the_context() -> None:
    assert not {"context", "task_token", "callback_id"} & set(READ)
