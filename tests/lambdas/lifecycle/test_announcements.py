"""Announcements: what subscribers receive, and which parts are trusted."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import Topic, announcement, read_announcement
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.events import ANNOUNCED, ENDINGS, Announced, Event
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Approvals, Outcome, Review, Status, Way
from lambdas.domain.review.time_plan import TimePlan
from tests.docs.pages import first_cells, section
from tests.lambdas.conftest import NOW, World, before_each_call, make_review

ASKING_AGAIN = (Event.REMINDER, Event.ESCALATED)
BEFORE = timedelta(hours=2)


def review_at(event: Event, **changes: Any) -> Review:
    """A review in the state in which the event is announced."""
    status = next((it for it, ending in ENDINGS.items() if ending is event), Status.PENDING)
    if event is Event.COMPLETED:
        status = Status.APPROVED
        changes = {
            "result": Result.FAILED,
            "result_detail": "E: no",
            "completed_at": NOW,
        } | changes
    if status.is_decided:
        changes |= {
            "decision": Outcome.APPROVED,
            "reviewer": "Ann",
            "reviewer_key": "Ann",
            "via": Way.SLACK,
        }
        changes |= {"decided_at": NOW, "reason": "why"}
    return make_review(status=status, ended_because="" if status.is_decided else "why", **changes)


def message(event: Event, needed: int = 1, **changes: Any) -> dict[str, str]:
    left, before = ("2 hours", BEFORE) if event in ASKING_AGAIN else ("", None)
    return announcement(event, review_at(event, **changes), left, before, needed)


def test_every_event_has_every_key_and_every_value_is_a_string() -> None:
    announced = {event: message(event) for event in ANNOUNCED}

    assert {frozenset(it) for it in announced.values()} == {frozenset(announced[Event.REQUESTED])}
    assert all(isinstance(value, str) for it in announced.values() for value in it.values())
    assert {"decision", "reviewer", "reason", "decided_at", "time_left", "reminder"} < set(
        announced[Event.REQUESTED]
    )
    results = {event: (it["result"], it["result_detail"]) for event, it in announced.items()}
    assert results.pop(Event.COMPLETED) == ("failed", "E: no")
    assert set(results.values()) == {("", "")}
    assert not {"SubscribeURL", "Type", "task_token"} & set(announced[Event.REQUESTED])
    assert all(it["summary"] and it["details"] for it in announced.values()), (
        "every variable of a workflow has a value in every event"
    )


def test_the_documentation_names_every_key_of_an_event() -> None:
    rows = first_cells(section("docs/embedding.md", "Subscribe to events"))
    named = {name for row in rows for name in re.findall(r"`([a-z_\d]+)`", row)}

    assert named == set(message(Event.REQUESTED))


@pytest.mark.parametrize("event", ANNOUNCED)
def test_an_announcement_is_read_back_unchanged(event: Event) -> None:
    announced = message(event)

    assert read_announcement(json.dumps(announced)) == Announced(
        event=event,
        review_id=announced["review_id"],
        before=BEFORE if event is Event.REMINDER else None,
        result=Result.FAILED if event is Event.COMPLETED else None,
    )


@pytest.mark.parametrize("reminder", ["", "0", "-1", "soon", "9" * 5000])
def test_a_reminder_without_a_valid_number_is_rejected(reminder: str) -> None:
    with pytest.raises(InvalidInput):
        read_announcement(json.dumps(message(Event.REMINDER) | {"reminder": reminder}))


@pytest.mark.parametrize(
    ("event", "approvals", "summary"),
    [
        (Event.REQUESTED, [], "Decision needed in dev: "),
        (Event.REMINDER, [], "Reminder: decision needed, 2 hours left, 0 of 2 approved, in dev: "),
        (
            Event.REMINDER,
            ["U1"],
            "Reminder: decision needed, 2 hours left, 1 of 2 approved, in dev: ",
        ),
        (
            Event.ESCALATED,
            ["U1"],
            "Still no decision, 2 hours left, 1 of 2 approved, in dev: ",
        ),
        (Event.EXPIRED, [], "Expired: no decision in dev: "),
        (Event.EXPIRED, ["U1"], "Expired: 1 of 2 approved in dev: "),
        (Event.DECIDED, ["Ann", "Bob"], "Approved by Ann, Bob in dev: "),
        (Event.COMPLETED, ["Ann", "Bob"], "Failed after approval in dev: "),
    ],
)
def test_an_announcement_has_the_progress_of_a_quorum(
    event: Event, approvals: list[str], summary: str
) -> None:
    announced = message(event, 2, approvals=Approvals({it: it for it in approvals}))

    assert announced["summary"].startswith(summary)
    assert (announced["approvals"], announced["required_approvals"]) == (str(len(approvals)), "2")


def test_an_announcement_states_that_the_requester_is_unknown() -> None:
    asked = announcement(Event.REQUESTED, make_review(requested_by=""))

    assert "Requested by: not stated" in asked["details"]
    assert asked["requested_by"] == ""


@pytest.mark.parametrize(
    ("approvals", "why"),
    [
        (set[str](), "No decision within 24 hours."),
        ({"U1ANN"}, "1 of 2 approved within 24 hours."),
    ],
)
@pytest.mark.parametrize("on_timeout", [None, Outcome.REJECTED])
def test_an_expiry_lists_who_had_approved(
    world: World, approvals: set[str], why: str, on_timeout: Outcome | None
) -> None:
    review = world.waiting_review(approvals=Approvals({it: it for it in approvals}))
    topic = Topic(boto3.client("sns"), world.topic_arn, 2)
    gate = replace(world.gate, topic=topic, required_approvals=2)
    world.clock.moment = review.deadline + timedelta(seconds=15)

    sweep(gate, TimePlan(), on_timeout, "dev", lambda: 60)

    [announced] = world.announced()
    assert (announced["reason"], announced["required_approvals"]) == (why, "2")
    assert announced["approvals"] == str(len(approvals))


@pytest.mark.parametrize("event", ANNOUNCED)
def test_no_fact_is_lost_and_none_overrides_a_key_of_the_event(event: Event) -> None:
    without = message(event, facts={})
    facts = {name.title(): "x" for name in without} | {
        "Gr\xf6\xdfe": 4,
        "AUC": 0.9,
        "\u6570": "\U0001f600",
        "a b": 1,
        "a-b": 2,
    }

    announced = message(event, facts=facts)

    assert json.loads(announced["facts"]) == facts
    own = without.keys() - {"facts", "details", "rows", "flagged_rows"}
    assert {name: announced[name] for name in own} == {name: without[name] for name in own}
    assert all(isinstance(value, str) for value in announced.values())
    assert announced["auc"] == "0.9"


@pytest.mark.parametrize("result", ["", "fine", None, 1])
def test_an_unknown_result_is_rejected(result: Any) -> None:
    with pytest.raises(InvalidInput):
        read_announcement(json.dumps(message(Event.COMPLETED) | {"result": result}))


@pytest.mark.parametrize(
    ("result", "attributes"),
    [
        (Result.SUCCEEDED, {"event": "review.completed", "informational": "true"}),
        (Result.FAILED, {"event": "review.completed"}),
    ],
)
def test_only_a_success_is_informational(
    monkeypatch: pytest.MonkeyPatch, moto_aws: None, result: Result, attributes: dict[str, str]
) -> None:
    sns = boto3.client("sns")
    topic = Topic(sns, sns.create_topic(Name="reviews")["TopicArn"])
    published: list[dict[str, Any]] = []

    with before_each_call(monkeypatch, lambda _, parameters: published.append(parameters)):
        topic.announce(Event.COMPLETED, review_at(Event.COMPLETED, result=result))

    [sent] = published
    given = {name: it["StringValue"] for name, it in sent["MessageAttributes"].items()}
    assert given == attributes
