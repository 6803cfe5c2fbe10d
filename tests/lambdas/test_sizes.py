"""AWS accepts everything derived from the largest request, in any alphabet."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.access.rules import Rules
from lambdas.domain.callers.answers import answer_of
from lambdas.domain.lifecycle.announcements import Topic
from lambdas.domain.review.events import ANNOUNCED, ENDINGS, Event
from lambdas.domain.review.request import Request
from lambdas.domain.review.request_rules import KEY_LIMIT
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Approvals, Outcome, Review, Status, Way
from lambdas.domain.store.rows import row_of
from lambdas.domain.web.pages import Pages
from lambdas.domain.web.responses import facts_of
from tests.lambdas.conftest import NOW, make_review
from tests.lambdas.requests import CONTEXT_LIMIT, WIDEST, largest, parse

MOST_OF_AN_ANNOUNCEMENT = 256 * 1024
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
MOST_OF_AN_ANSWER = 256 * 1024
"""https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html"""
MOST_OF_A_ROW = 400 * 1024
MOST_OF_A_RESPONSE = 6 * 1024 * 1024
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
MOST_OF_AN_SMS = 1600
FAR = f"https://example.com/{'&' * 8000}"
"""Longer than S3's signature of the longest key."""
UNSEEN = "\x01" * KEY_LIMIT
"""A key whose characters are all escaped, as a name and in JSON."""
LETTERS = [WIDEST, "\U0001f600", "\u6570", "\xe4", '"', "\\", "&", "<"]


def request_in(letter: str) -> Request:
    """The largest request, filled with this letter, including fields that are not shown."""
    written: dict[str, Any] = json.loads(
        json.dumps(largest(), ensure_ascii=False).replace(WIDEST, json.dumps(letter)[1:-1])
    )
    written["summary"] = letter * 500 + "\n" * 499 + letter
    size = len(json.dumps(letter, ensure_ascii=False).encode()) - 2
    written["context"] = letter * ((CONTEXT_LIMIT - 2) // size)
    for question in written["questions"]:
        question["choices"] = [choice[:20] + 55 * "\0" for choice in question["choices"]]
    request = parse(written)
    files = tuple(replace(file, link=FAR) for file in request.evidence)
    return replace(request, evidence=files, timeout=None)


def review_at(event: Event, letter: str) -> Review:
    """The review of the largest request, decided by the largest quorum."""
    request = request_in(letter)
    status = next((it for it, ending in ENDINGS.items() if ending is event), Status.PENDING)
    result = {"result": Result.FAILED, "result_detail": letter * 303, "completed_at": NOW}
    if event is Event.COMPLETED:
        status = Status.APPROVED
    names = {f"T0123456789/U{n:010}": letter * 80 for n in range(10)}
    decision: dict[str, Any] = {
        "decision": Outcome.APPROVED,
        "reviewer": letter * 80,
        "reviewer_key": "T0123456789/U0000000009",
        "via": Way.SLACK,
        "decided_at": NOW,
        "answers": {it.name: letter * 500 for it in request.questions},
        "reason": letter * 500,
    }
    return make_review(
        **vars(request),
        **(decision if status.is_decided else {"ended_because": letter * 500}),
        **(result if event is Event.COMPLETED else {}),
        status=status,
        task_token="t" * 2048,
        approvals=Approvals(names),
    )


class Publisher:
    """Records what SNS would get."""

    def publish(self, **given: Any) -> None:
        self.given = given


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("event", ANNOUNCED)
def test_sns_accepts_every_announcement(event: Event, letter: str) -> None:
    sns: Any = Publisher()
    before = timedelta(hours=2) if event is Event.REMINDER else None

    Topic(sns, "topic", 10).announce(event, review_at(event, letter), "2 hours", before)

    size = len(sns.given["Message"].encode()) + len(str(sns.given["MessageAttributes"])) + 100
    assert size <= MOST_OF_AN_ANNOUNCEMENT
    message = json.loads(sns.given["Message"])
    assert len(message["sms"].encode()) <= MOST_OF_AN_SMS
    assert message["sms"].startswith(review_at(event, letter).approval_link)


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("event", ANNOUNCED)
def test_dynamodb_accepts_the_row(event: Event, letter: str) -> None:
    row = row_of(review_at(event, letter))

    size = sum(len(name) + len(str(value).encode()) for name, value in row.items())
    assert size < 0.8 * MOST_OF_A_ROW, "with room for its decision"


@pytest.mark.parametrize("letter", LETTERS)
def test_callers_accept_the_answer(letter: str) -> None:
    review = review_at(Event.DECIDED, letter)
    unnamed = tuple(replace(file, key=UNSEEN, name="") for file in review.evidence)

    for evidence in (review.evidence, unnamed):
        answer = answer_of(replace(review, evidence=evidence))

        assert len(json.dumps(answer).encode()) <= MOST_OF_AN_ANSWER


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("event", [Event.REQUESTED, Event.DECIDED, Event.COMPLETED])
def test_lambda_accepts_the_page(event: Event, letter: str) -> None:
    review = review_at(event, letter)
    page = Pages(rules=Rules(), slack_channel="#dev").of(review, NOW)

    for body in (page, json.dumps(facts_of(review, 10), default=str)):
        assert len(json.dumps(body).encode()) <= MOST_OF_A_RESPONSE / 2
