"""An attacker searches for a link key, which opens the page and may decide, outside of links."""

import json
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.review.audience import Audience, view
from lambdas.domain.review.events import Event
from lambdas.domain.review.review import Outcome, Status, Way
from lambdas.domain.runtime.link_shortener import shortened
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.store.slack_notes import READ
from lambdas.domain.web.http import HttpRequest
from tests.http_stub import Answer, http_stub
from tests.lambdas.conftest import LINK_KEY, NOW, World, both_forms, make_review
from tests.lambdas.test_functions import payload
from tests.lambdas.web.conftest import FAR, Ask

LINKS = ("approval_link", "rejection_link", "evidence", "link_key")


def without_links(shown: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in shown.items() if name not in LINKS})


@pytest.mark.parametrize("audience", Audience)
def test_audiences_get_the_link_key_in_links_only(audience: Audience) -> None:
    shown = view(make_review(), audience)

    assert "link_key" not in shown
    assert LINK_KEY not in without_links(shown)


def test_the_notifier_cannot_read_the_link_key() -> None:
    assert "link_key" not in READ


def test_a_click_contains_the_review_id_without_the_key() -> None:
    message = SlackNotices(buttons=True).notice(Event.REQUESTED, make_review(), NOW)
    values = [
        element["value"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]

    assert values == [make_review().review_id] * 2


def test_no_repr_has_the_link_key() -> None:
    review = make_review()
    event = {
        "rawPath": "/approve",
        "rawQueryString": f"review={review.linked_id}",
        "queryStringParameters": {"review": str(review.linked_id)},
        "body": f"review={review.linked_id}",
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "requestContext": {"http": {"method": "POST"}},
    }

    shown = [repr(review), repr(review.linked_id), repr(HttpRequest.from_event(event))]
    assert LINK_KEY not in "".join(shown)


@both_forms
@pytest.mark.parametrize("outcome", Outcome)
def test_no_answer_and_no_audit_entry_has_the_link_key(
    world: World, ask: Ask, outcome: Outcome
) -> None:
    review = world.waiting_review(deadline=FAR)
    verb = {Outcome.APPROVED: "approve", Outcome.REJECTED: "reject"}[outcome]

    ask("GET", f"/{verb}?review={review.linked_id}")
    ask("POST", f"/{verb}", {"review": str(review.linked_id), "reason": "why"})

    ending = world.form.end(review)
    assert world.store.get(review.review_id).via is Way.LINK
    assert LINK_KEY not in repr(ending)
    entries: Any = boto3.client("dynamodb").scan(TableName=world.audit_log_table)["Items"]
    assert len(entries) > 2
    assert LINK_KEY not in str(entries)


@pytest.mark.parametrize("shortener", ["tinyurl", "builtin", "none"])
def test_the_link_shortener_never_gets_the_link_key(
    world: World,
    request_review: Callable[..., ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    shortener: str,
) -> None:
    with http_stub(Answer(200, b"https://tinyurl.com/abc")) as service:
        function = request_review(shortener)
        monkeypatch.setattr(shortened, "__defaults__", (service.url,))
        function.handle(payload(), None)
    review = world.store.get(world.announced()[-1]["review_id"])

    assert len(service.asked) == (1 if shortener == "tinyurl" else 0)
    assert review.link_key not in str(service.asked)
    assert (review.link_key in review.evidence[0].link) is (shortener == "builtin")


@pytest.mark.parametrize("status", Status)
def test_messages_have_the_link_key_in_links_only(status: Status) -> None:
    review = make_review(status=status)
    links = {review.approval_link, review.rejection_link, review.evidence[0].link}
    notices = SlackNotices()

    shown = json.dumps([notices.outcome(review), notices.replacement(review, NOW)])

    for link in links:
        shown = shown.replace(link, "")
    assert LINK_KEY not in shown
