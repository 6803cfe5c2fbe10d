"""The asker API: responses of each route, for any caller and input."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle import request
from lambdas.domain.lifecycle.sweep import sweep
from lambdas.domain.review.errors import NotAllowed
from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.review import Outcome, Status
from lambdas.domain.review.time_plan import TimePlan
from tests.lambdas.askers.conftest import (
    CI,
    LIST,
    OTHER,
    POST,
    ROLE,
    SHOW,
    WITHDRAW,
    Call,
    requests_of,
)
from tests.lambdas.conftest import World, before_each_call

Ask = Callable[..., str]

LIN = Actor(person="T1/U045REVIEW", name="Lin Berg", via="slack", ids=frozenset({"U045REVIEW"}))


def test_a_request_is_stored_and_announced_without_an_execution(
    world: World, ask: Ask, aws_calls: list[str]
) -> None:
    review_id = ask(requested_by="kim", context={"run": 17})

    assert aws_calls == ["Query", "ExecuteTransaction", "Query", "Publish"]
    review = world.store.get(review_id)
    assert (review.asker, review.requester_identity) == (f"{ROLE}/ci", CI)
    assert (review.verified_requester, review.requested_by) == ("role ci", "kim")
    assert (review.execution_arn, review.task_token, review.callback_id) == ("", "", "")
    [announced] = world.announced()
    assert announced["review_id"] == review_id


def test_an_empty_execution_is_not_indexed(world: World, ask: Ask) -> None:
    row: Any = boto3.client("dynamodb").get_item(
        TableName=world.table, Key={"review_id": {"S": ask()}}
    )
    assert "execution_arn" not in row["Item"]


def test_the_answer_has_the_status_and_a_verified_requester(
    world: World, call: Call, ask: Ask
) -> None:
    review_id = ask(context={"run": 17})
    status, before = call(SHOW, review_id)
    assert (status, before["status"], before["answer"]) == (200, "PENDING", None)

    world.deciding()(review_id, Outcome.APPROVED, "fine", LIN)

    status, after = call(SHOW, review_id)
    assert (status, after["status"]) == (200, "APPROVED")
    assert after["answer"] == {
        "review_id": review_id,
        "decision": "approved",
        "reviewer": "Lin Berg",
        "approved_by": ["Lin Berg"],
        "reason": "fine",
        "answers": {},
        "via": "slack",
        "decided_at": after["answer"]["decided_at"],
        "requester_verified": True,
        "evidence": [],
        "context": {"run": 17},
    }
    assert world.store.get(review_id).delivered_at, "nothing is left for the sweeper"


def test_a_withdrawn_review_is_cancelled_once(world: World, call: Call, ask: Ask) -> None:
    review_id = ask()

    status, answer = call(WITHDRAW, review_id, {"reason": "superseded"})

    assert (status, answer["status"]) == (200, "CANCELLED")
    assert answer["answer"]["decision"] == "cancelled"
    assert "superseded" in answer["answer"]["reason"]
    assert [it["event"] for it in world.announced()] == ["review.requested", "review.cancelled"]
    status, again = call(WITHDRAW, review_id)
    assert (status, again["review"]["status"]) == (410, "CANCELLED")


def test_a_decided_review_cannot_be_withdrawn(world: World, call: Call, ask: Ask) -> None:
    review_id = ask()
    world.deciding()(review_id, Outcome.REJECTED, "no", LIN)

    status, answer = call(WITHDRAW, review_id)

    assert (status, answer["review"]["answer"]["decision"]) == (409, "rejected")


def test_all_sessions_of_a_role_are_one_asker(call: Call, ask: Ask) -> None:
    review_id = ask(arn=f"{ROLE}/ci/run-17")
    assert call(SHOW, review_id, arn=f"{ROLE}/ci/run-18")[0] == 200


def test_a_list_has_only_the_askers_own_reviews_in_pages(call: Call, ask: Ask) -> None:
    own = {ask(f"Question {n}") for n in range(3)}
    theirs = ask(arn=OTHER)

    _, page = call(LIST)

    assert {it["review_id"] for it in page["reviews"]} == own
    assert page["next"] is None
    _, other = call(LIST, arn=OTHER)
    assert [it["review_id"] for it in other["reviews"]] == [theirs]
    assert call(LIST, query={"next": "nonsense"})[0] == 422


def test_an_askers_review_expires_at_its_deadline(world: World, call: Call, ask: Ask) -> None:
    review_id = ask(timeout="10m")
    world.clock.advance(minutes=5)
    sweep(world.gate, TimePlan(), None, "dev", lambda: 60)
    assert call(SHOW, review_id)[1]["status"] == "PENDING", "a heartbeat does not end the review"

    world.clock.advance(minutes=6)
    sweep(world.gate, TimePlan(), None, "dev", lambda: 60)

    _, answer = call(SHOW, review_id)
    assert (answer["status"], answer["answer"]["decision"]) == ("EXPIRED", "expired")


def test_an_askers_review_stays_pending_until_the_timeout_is_processed(
    world: World, call: Call, ask: Ask
) -> None:
    review_id = ask(timeout="10m")
    world.clock.advance(minutes=11)

    _, answer = call(SHOW, review_id)

    assert (answer["status"], answer["answer"]) == ("PENDING", None)


def test_the_fifty_first_pending_review_is_rejected_with_the_limit(
    world: World, call: Call, ask: Ask
) -> None:
    asked = [ask(f"Question {n}") for n in range(50)]

    status, answer = call(POST, body={"title": "One more"})
    assert status == 429
    assert "role ci has 50 pending reviews" in answer["error"]
    assert call(POST, body={"title": "Another session"}, arn=f"{ROLE}/ci/other")[0] == 429

    ask(arn=OTHER)
    call(WITHDRAW, asked[0])
    ask("In its place")
    world.deciding()(asked[1], Outcome.APPROVED, "", LIN)
    ask("And one more")


def test_concurrent_requests_beyond_the_limit_are_cancelled_and_not_announced(
    world: World, call: Call, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(50):
        ask(f"Question {n}")
    assert len(world.announced()) == 50
    counts = [49, 51]

    def count(*_: object) -> int:
        return counts.pop(0)

    monkeypatch.setattr(request, "pending_of_asker", count)

    status, answer = call(POST, body={"title": "One more"})

    assert (status, counts) == (429, [])
    assert "role ci has 50 pending reviews" in answer["error"]
    assert world.announced() == []
    _, listed = call(LIST)
    [refused] = [it for it in listed["reviews"] if it["title"] == "One more"]
    assert refused["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"title": "Deploy?", "asker": "root"}, "asker"),
        ({"title": "Deploy?", "requester_verified": True}, "requester_verified"),
        ({"title": "Deploy?", "verified_requester": "role root"}, "verified_requester"),
        ({"title": "Deploy?", "timeout": "25h"}, "timeout"),
    ],
)
def test_all_errors_are_reported_at_once(
    world: World, call: Call, body: dict[str, Any], problem: str
) -> None:
    status, answer = call(POST, body=body)

    assert status == 422
    assert problem in answer["error"]
    assert world.announced() == []


@pytest.mark.parametrize("raw", ["[]", "null", "{", "NaN", '{"context": NaN}', "[" * 10**5])
def test_a_body_must_be_a_json_object(call: Call, raw: str) -> None:
    assert call(POST, raw=raw)[0] == 400


def test_a_request_to_an_unconnected_stage_is_409_with_the_fix(world: World, call: Call) -> None:
    unconnected = requests_of(world, slack_missing="set slackBotToken")
    status, answer = call(POST, body={"title": "Deploy?"}, requests=unconnected)

    assert status == 409
    assert "set slackBotToken" in answer["error"]


def test_a_request_that_cannot_be_announced_is_cancelled(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(operation: str, _: Any) -> None:
        if operation == "Publish":
            raise ClientError({"Error": {"Code": "InternalError"}}, operation)

    with before_each_call(monkeypatch, fail):
        status, _ = call(POST, body={"title": "Deploy?"})

    assert status == 503
    _, page = call(LIST)
    assert [it["status"] for it in page["reviews"]] == [Status.UNDELIVERED]


@pytest.mark.parametrize("route", [POST, LIST, SHOW, WITHDRAW])
def test_an_unsigned_request_is_rejected(call: Call, route: str) -> None:
    assert call(route, "abcdefghijklmnop", arn="")[0] == 403


USERS = "arn:aws:iam::123456789012:user"
KIM = Identities(
    persons=Persons(identities={"U012ABCDEF": (f"{USERS}/kim", f"{ROLE}/data-ops/kim")})
)


@pytest.mark.parametrize(
    ("asked_as", "decides"),
    [
        (f"{USERS}/kim", KIM.clicker("U012ABCDEF", team="T1")),
        (f"{ROLE}/data-ops/kim", KIM.clicker("U012ABCDEF", team="T1")),
        (f"{ROLE}/data-ops/kim", KIM.caller(f"{ROLE}/data-ops/other", "")),
        (CI, KIM.caller(f"{ROLE}/ci/run-99", "")),
    ],
    ids=["user, in Slack", "session, in Slack", "session of the role", "the job"],
)
def test_a_verified_requester_cannot_approve_but_can_reject(
    world: World, call: Call, asked_as: str, decides: Actor
) -> None:
    body = {"title": "Deploy?", "requested_by": "someone else"}
    _, asked = call(POST, body=body, arn=asked_as, identities=KIM)

    decide = world.deciding(Rules(links_decide=False))
    with pytest.raises(NotAllowed, match="someone else must approve"):
        decide(asked["review_id"], Outcome.APPROVED, "", decides)

    rejected = decide(asked["review_id"], Outcome.REJECTED, "no", decides)
    assert rejected.status is Status.REJECTED


def test_self_approval_by_root_is_marked_as_unchecked(world: World, ask: Ask) -> None:
    root = "arn:aws:iam::123456789012:root"
    decide = world.deciding(Rules(links_decide=False))

    approved = decide(ask(arn=root), Outcome.APPROVED, "", KIM.caller(root, ""))

    assert approved.self_approval_unchecked is True


def test_a_claimed_requester_cannot_approve_either(world: World, ask: Ask) -> None:
    review_id = ask(requested_by="U045REVIEW")
    with pytest.raises(NotAllowed, match="someone else must approve"):
        world.deciding(Rules(links_decide=False))(review_id, Outcome.APPROVED, "", LIN)


def test_the_audit_log_has_the_signer_and_the_claimed_requester(world: World, ask: Ask) -> None:
    verified = world.store.get(ask(requested_by="kim"))

    [entry] = world.audit_log.page(verified.review_id).entries

    assert (entry.person, entry.identity) == ("role ci", f"verified by AWS: {CI}")
    assert entry.why == "requested by kim, says the caller"


def test_the_audit_log_marks_an_unverified_requester(world: World) -> None:
    review = world.waiting_review(requested_by="kim")

    entry, *_ = world.audit_log.page(review.review_id).entries

    assert (entry.person, entry.identity) == ("kim", "says the caller")


def test_reminders_are_sent_for_an_askers_review(world: World, ask: Ask) -> None:
    ask()
    world.announced()
    world.clock.advance(hours=23)
    plan = TimePlan(remind_before=(timedelta(hours=2),))

    sweep(world.gate, plan, None, "dev", lambda: 60)

    assert [it["event"] for it in world.announced()] == ["review.reminder"]


@pytest.mark.parametrize(
    "body",
    [
        '{"title": "T", "title": "U"}',
        '{"title": "T", "facts": {"Rows": 1, "Rows": 2}}',
        '{"title": "T", "context": [{"a": 1, "a": 1}]}',
    ],
)
def test_duplicate_names_in_json_are_rejected(call: Call, body: str) -> None:
    status, answer = call(POST, raw=body)

    assert status == 422
    assert answer["error"].startswith("names in an object must be unique, got ")
