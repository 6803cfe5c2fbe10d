"""A person who knows a review's id, such as its caller, uses it as a link.

A link also needs the key. Without it the review is not found, whatever its state.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.lifecycle.end import end
from lambdas.domain.review.events import ANNOUNCED, Event
from lambdas.domain.review.ids import new_link_key
from lambdas.domain.review.request import Kind, Question
from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from tests.lambdas.conftest import LINK_KEY, World, new_review_id
from tests.lambdas.lifecycle.test_undelivered import from_queue, lambdas_record
from tests.lambdas.web.conftest import FAR, Ask, OpenApi

USES = [
    *(("GET", "/approve"), ("GET", "/reject"), ("GET", "/evidence")),
    *(("POST", "/approve"), ("POST", "/reject")),
]
GUESSES: Mapping[str, Callable[[Review], str]] = {
    "the id alone": lambda review: review.review_id,
    "no key": lambda review: f"{review.review_id}.",
    "the id as its key": lambda review: f"{review.review_id}.{review.review_id * 2}",
    "another key": lambda review: f"{review.review_id}.{'f' * 32}",
    "half of the key": lambda review: f"{review.review_id}.{review.link_key[:16]}",
    "the key but for its end": lambda review: f"{review.review_id}.{review.link_key[:-1]}0",
    "the key in upper case": lambda review: f"{review.review_id}.{review.link_key.upper()}",
    "the key twice": lambda review: f"{review.linked_id}.{review.link_key}",
    "the key alone": lambda review: review.link_key,
    "the key of something else": lambda _: f"{'z' * 16}.{LINK_KEY}",
}


def use(ask: Ask, method: str, path: str, linked_id: str, reason: str = "why") -> dict[str, Any]:
    """Use this text as a link, or in its form."""
    if method == "GET":
        return ask("GET", f"{path}?review={linked_id}")
    return ask("POST", path, {"review": linked_id, "reason": reason})


def row(world: World, review: Review) -> Any:
    key = {"review_id": {"S": review.review_id}}
    return boto3.client("dynamodb").get_item(TableName=world.table, Key=key).get("Item")


@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES.keys())
def test_a_review_id_opens_decides_and_counts_nothing(
    world: World, ask: Ask, review: Review, guess: Callable[[Review], str]
) -> None:
    before, entries = row(world, review), world.story(review)
    unknown = use(ask, "GET", "/approve", f"{'a' * 16}.{'0' * 32}")

    for method, path in USES:
        answer = use(ask, method, path, guess(review))
        assert (answer["statusCode"], answer["body"]) == (404, unknown["body"]), (method, path)

    assert (row(world, review), world.story(review)) == (before, entries)
    assert world.announced() == []


def test_the_key_of_another_review_is_rejected(world: World, ask: Ask) -> None:
    mine, theirs = (
        world.waiting_review(review_id=new_review_id(), link_key=new_link_key(), deadline=FAR)
        for _ in range(2)
    )

    for method, path in USES:
        answer = use(ask, method, path, f"{theirs.review_id}.{mine.link_key}")
        assert answer["statusCode"] == 404, (method, path)

    assert world.store.get(theirs.review_id) == theirs
    assert use(ask, "POST", "/approve", str(mine.linked_id))["statusCode"] == 303


@pytest.mark.parametrize("settings", [{"LINKS_DECIDE": "false"}, {"REQUIRED_APPROVALS": "2"}])
def test_a_wrong_key_is_unknown_even_if_links_do_not_decide(
    world: World, open_api: OpenApi, review: Review, settings: dict[str, str]
) -> None:
    before, ask = row(world, review), open_api(**settings)

    for method, path in USES:
        answer = use(ask, method, path, wrongly_linked(review))
        assert answer["statusCode"] == 404, (method, path)

    assert row(world, review) == before, "neither a refusal nor a vote is counted"


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_wrong_key_gets_no_form_errors(world: World, ask: Ask, reason: str) -> None:
    question = Question(name="q", label="Secret?", kind=Kind.TEXT, required=True)
    review = world.waiting_review(deadline=FAR, questions=(question,))

    for path in ("/approve", "/reject"):
        answer = use(ask, "POST", path, wrongly_linked(review), reason)
        assert answer["statusCode"] == 404
        assert "Secret?" not in answer["body"]


@pytest.mark.parametrize("status", [it for it in Status if it is not Status.PENDING])
def test_a_wrong_key_gets_no_outcome(world: World, ask: Ask, status: Status) -> None:
    review = world.waiting_review(deadline=FAR)
    now = times.now()
    changes = {"status": status, "ended_because": "It is over.", "due_at": now}
    if status.is_decided:
        changes |= {"decision": status.lower(), "via": "link", "decided_at": now, "reviewer": "ann"}
    world.store.change(review.review_id, changes)
    before = row(world, review)

    for method, path in USES:
        answer = use(ask, method, path, wrongly_linked(review))
        assert answer["statusCode"] == 404, (method, path)

    assert row(world, review) == before, "an interrupted decision is not taken over either"


def test_checking_the_key_makes_no_extra_call(
    ask: Ask, review: Review, aws_calls: list[str]
) -> None:
    costs: list[int] = []
    linked_ids = [str(review.linked_id), wrongly_linked(review)]
    for linked_id in linked_ids:
        for method, path in (("GET", "/approve"), ("GET", "/evidence"), ("POST", "/approve")):
            aws_calls.clear()
            use(ask, method, path, linked_id)
            costs.append(len(aws_calls))

    # The first visit is recorded, and a page has the requester's name: one more call each.
    assert costs == [3, 1, 4, 1, 1, 1]


@pytest.fixture
def report(
    world: World, load_handler: Callable[..., ModuleType]
) -> Callable[[Mapping[str, object]], Any]:
    """Process a message in the queue of undelivered messages."""
    function = load_handler(
        "report_undelivered",
        REVIEWS_TABLE=world.table,
        AUDIT_LOG_TABLE=world.audit_log_table,
        NOTES_TABLE=world.notes_table,
        REVIEW_TOPIC_ARN=world.topic_arn,
        REQUIRED_APPROVALS="1",
        KEEP_REVIEWS_SECONDS="34560000",
    )
    return lambda message: function.handle(from_queue(lambdas_record(message)), None)


@pytest.mark.parametrize("event", ANNOUNCED)
@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES.keys())
def test_a_forged_undelivered_message_ends_nothing_and_is_not_recorded(
    world: World,
    report: Callable[[Mapping[str, object]], Any],
    review: Review,
    guess: Callable[[Review], str],
    event: Event,
) -> None:
    before, entries = row(world, review), world.story(review)
    forged = replace(review, approval_link=f"https://evil.example/?review={guess(review)}")

    assert report(announcement(event, forged))["batchItemFailures"]

    assert (row(world, review), world.story(review)) == (before, entries)
    assert world.announced() == []


@pytest.mark.parametrize("link", ["", "review=", "?review=x&review=y", "?n=0", None, 5, ["x"]])
def test_an_undelivered_message_without_a_link_ends_nothing(
    world: World,
    report: Callable[[Mapping[str, object]], Any],
    review: Review,
    link: object,
) -> None:
    before = row(world, review)

    forged = {**announcement(Event.REQUESTED, review), "approval_link": link}
    assert report(forged)["batchItemFailures"]

    assert row(world, review) == before


def test_a_wrong_link_in_the_queue_is_unknown_for_ended_and_pending_reviews(
    world: World, report: Callable[[Mapping[str, object]], Any]
) -> None:
    review = world.waiting_review(deadline=times.now() + timedelta(hours=1))
    end(world.gate, review, Status.CANCELLED, "maintenance")
    entries = world.story(review)

    forged = replace(review, approval_link=f"?review={wrongly_linked(review)}")
    assert report(announcement(Event.REQUESTED, forged))["batchItemFailures"]

    assert world.story(review) == entries


def wrongly_linked(review: Review) -> str:
    return f"{review.review_id}.{'f' * 32}"
