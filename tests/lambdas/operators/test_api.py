"""The operator API: responses of each route, for any caller and input."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle import end
from lambdas.domain.operators.api import OperatorApi
from lambdas.domain.review.events import Event
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.questions import Kind
from lambdas.domain.review.request import Question
from lambdas.domain.review.review import Status
from lambdas.domain.web.http import HttpRequest
from tests.lambdas.conftest import World, both_forms, make_review, new_review_id

ROLE = "arn:aws:sts::123456789012:assumed-role/data-ops"
KIM, ADA = f"{ROLE}/kim", f"{ROLE}/ada"
KIM_SHOWN = "kim (role data-ops)"
USERS = "arn:aws:iam::123456789012:user"
LISTED = frozenset({f"{ROLE}/*"})
SECRET = {"card": "4242 4242"}

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def call(world: World) -> Call:
    """Send a request as API Gateway does, and parse the response."""

    def send(
        route: str, review_id: str = "", body: object = None, **how: Any
    ) -> tuple[int, dict[str, Any]]:
        rules = how.pop("rules", Rules(reviewers=LISTED))
        identities = how.pop("identities", Identities(reviewers=rules.reviewers))
        api = OperatorApi(gate=world.gate, rules=rules, identities=identities, stage="dev")
        answer = api.handle(HttpRequest.from_event(event(route, review_id, body, **how))).to_event()
        assert answer["headers"]["Content-Type"] == "application/json"
        assert answer["headers"]["Cache-Control"] == "no-store"
        return answer["statusCode"], json.loads(answer["body"])

    return send


def event(
    route: str, review_id: str, body: object, arn: str = KIM, query: Any = None, raw: str = ""
) -> dict[str, Any]:
    method, path = route.split(" ")
    text = raw or (json.dumps(body) if body is not None else "")
    return {
        "routeKey": route,
        "rawPath": path.replace("{review_id}", review_id),
        "pathParameters": {"review_id": review_id},
        "queryStringParameters": query or {},
        "headers": {},
        "requestContext": {
            "http": {"method": method, "sourceIp": "203.0.113.7"},
            "authorizer": {"iam": {"userArn": arn, "accountId": "123456789012"}},
        },
        "body": base64.b64encode(text.encode("utf-8", "surrogatepass")).decode(),
        "isBase64Encoded": True,
    }


LIST = "GET /operator/reviews"
SHOW = "GET /operator/reviews/{review_id}"
APPROVE, REJECT, CANCEL, REMIND = (
    f"POST /operator/reviews/{{review_id}}/{verb}"
    for verb in ("approve", "reject", "cancel", "remind")
)


def test_pending_reviews_are_listed_soonest_deadline_first(world: World, call: Call) -> None:
    late, soon, over = (
        make_review(review_id=new_review_id(), title=title, deadline=world.clock() + left)
        for title, left in (
            ("late", timedelta(hours=9)),
            ("soon", timedelta(hours=1)),
            ("over", timedelta(seconds=-1)),
        )
    )
    for review in (late, soon, over):
        world.add(review)

    status, answer = call(LIST)

    assert status == HTTPStatus.OK
    assert [it["title"] for it in answer["reviews"]] == ["soon", "late"]
    assert answer["next"] is None
    first = answer["reviews"][0]
    assert first["seconds_left"] == pytest.approx(3600, abs=2)
    assert first["page"] == soon.approval_link
    assert (first["approvals"], first["required_approvals"]) == (0, 1)


def test_a_list_makes_two_calls_per_page(world: World, call: Call, aws_calls: list[str]) -> None:
    for n in range(53):
        deadline = world.clock() + timedelta(minutes=n + 1)
        world.add(make_review(review_id=new_review_id(), title=str(n), deadline=deadline))
    aws_calls.clear()

    _, first = call(LIST)
    _, second = call(LIST, query={"next": first["next"]})

    titles = [it["title"] for page in (first, second) for it in page["reviews"]]
    assert titles == [str(n) for n in range(53)]
    assert second["next"] is None
    assert aws_calls == ["Query", "BatchGetItem"] * 2, (
        "one call for the reviews, and one for Slack users"
    )


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"status": "pending"}, "status must be one of"),
        ({"status": "DROP TABLE"}, "status must be one of"),
        ({"next": "x"}, "next must be"),
        ({"next": "2026-11-22T14:05:09Z.../../etc"}, "next must be"),
        ({"next": "9" * 5000 + "." + "a" * 16}, "next must be"),
        ({"next": ".", "status": "ALL"}, "next must be"),
    ],
)
def test_an_invalid_list_query_is_rejected(call: Call, query: dict[str, str], problem: str) -> None:
    status, answer = call(LIST, query=query)

    assert (status, problem in answer["error"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)


def test_all_reviews_are_listed_newest_first_and_filtered_by_status(
    world: World, call: Call
) -> None:
    old = world.waiting_review(review_id=new_review_id(), title="old")
    world.waiting_review(
        review_id=new_review_id(), title="new", requested_at=world.clock() + timedelta(minutes=5)
    )
    end.end(world.gate, old, Status.UNDELIVERED, "Slack is down")

    _, everything = call(LIST, query={"status": "ALL"})
    _, undelivered = call(LIST, query={"status": "UNDELIVERED"})

    assert [it["title"] for it in everything["reviews"]] == ["new", "old"]
    assert [(it["title"], it["seconds_left"]) for it in undelivered["reviews"]] == [("old", 0)]


def test_a_review_is_shown_with_its_audit_entries_and_without_caller_secrets(
    world: World, call: Call
) -> None:
    review = world.waiting_review(context=SECRET)

    status, answer = call(SHOW, review.review_id)

    assert status == HTTPStatus.OK
    assert (answer["review_id"], answer["page"]) == (review.review_id, review.approval_link)
    assert answer["evidence"][0] | {"key": "incoming/run-1.csv"} == answer["evidence"][0]
    assert [it["event"] for it in answer["audit_entries"]] == ["review.requested"]
    assert "4242" not in json.dumps(answer)
    assert review.task_token not in json.dumps(answer)


def test_a_long_audit_log_is_shown_in_pages_and_the_review_stays_decidable(
    world: World, call: Call
) -> None:
    review = world.waiting_review()
    for n in range(120):
        at = world.clock.moment + timedelta(seconds=n + 1)
        world.audit_log.append(Event.REFUSED, review, at, why=f"{n}" + "\U0001f4a5" * 15_000)

    pages = [call(SHOW, review.review_id)]
    while pages[-1][1]["next"]:
        pages.append(call(SHOW, review.review_id, query={"next": pages[-1][1]["next"]}))

    assert {status for status, _ in pages} == {HTTPStatus.OK}
    assert sum(len(page["audit_entries"]) for _, page in pages) == 121
    assert all(len(json.dumps(page)) < 6_000_000 for _, page in pages), (
        "the limit of a Lambda response"
    )
    assert call(SHOW, review.review_id, query={"next": "x"})[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert call(APPROVE, review.review_id)[0] == HTTPStatus.OK


def test_operators_see_refused_people_with_count_and_time(world: World, call: Call) -> None:
    review = world.waiting_review()
    for _ in range(3):
        call(APPROVE, review.review_id, arn=f"{USERS}/eve")

    [refusal] = call(SHOW, review.review_id)[1]["refusals"]

    moment = "2026-11-22T14:05:09Z"
    eve = {"name": "eve (IAM user)", "times": 3, "first_at": moment, "last_at": moment}
    assert refusal == eve


@pytest.mark.parametrize(
    "review_id",
    [
        "f" * 16,
        "f" * 8,
        "",
        "..",
        "F" * 16,
        "0" * 16,
        "\u202e",
        "f" * 9000,
        make_review().review_id[:8],
        str(make_review().linked_id),
    ],
)
def test_an_unknown_review_is_404_for_operators(call: Call, review_id: str) -> None:
    for route in (SHOW, APPROVE, REJECT, CANCEL, REMIND):
        body = {"reason": "why"} if route in (APPROVE, REJECT, CANCEL) else None
        status, answer = call(route, review_id, body)
        assert (status, "not found in this stage" in answer["error"]) == (
            HTTPStatus.NOT_FOUND,
            True,
        ), route


@both_forms
def test_an_approval_is_delivered_and_recorded_with_its_identity(world: World, call: Call) -> None:
    review = world.waiting_review()

    status, answer = call(APPROVE, review.review_id, {"reason": "fine"})

    assert (status, answer["status"], answer["via"]) == (HTTPStatus.OK, "APPROVED", "cli")
    assert (answer["reviewer"], answer["reviewer_key"]) == (KIM_SHOWN, ROLE)
    output = world.execution_output(review)["output"]
    assert (output["decision"], output["reviewer"], output["via"]) == ("approved", KIM_SHOWN, "cli")
    assert output["approved_by"] == answer["approved_by"] == [KIM_SHOWN]
    entry = world.audit_log.page(review.review_id).entries[-1]
    assert (entry.event, entry.identity) == ("review.decided", f"verified by AWS: {KIM}")
    assert entry.source_address == "203.0.113.7"


def test_a_decision_makes_four_calls(world: World, call: Call, aws_calls: list[str]) -> None:
    review = world.waiting_review()
    aws_calls.clear()

    call(APPROVE, review.review_id)

    assert len(aws_calls) == 4


def test_answers_are_typed_and_validated_against_the_questions(world: World, call: Call) -> None:
    question = Question(name="share", label="How much?", kind=Kind.NUMBER, required=True)
    review = world.waiting_review(questions=(question,))

    missing, body = call(APPROVE, review.review_id)
    wrong, _ = call(APPROVE, review.review_id, {"answers": {"share": "much"}})
    right, answer = call(APPROVE, review.review_id, {"answers": {"share": 0.25}})

    assert (missing, wrong, right) == (422, 422, 200)
    assert "How much?" in body["error"]
    assert answer["answers"] == {"share": 0.25}


@pytest.mark.parametrize(
    "raw", ["nonsense", "[]", '"text"', "1", "{", "[" * 50_000, '{"a":' * 20_000, "\ud800"]
)
def test_a_body_that_is_not_an_object_decides_nothing(world: World, call: Call, raw: str) -> None:
    review = world.waiting_review()

    for route in (APPROVE, REJECT, CANCEL, REMIND):
        status, answer = call(route, review.review_id, raw=raw)
        assert (status, "JSON object" in answer["error"]) == (HTTPStatus.BAD_REQUEST, True), route
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize(
    ("route", "body"),
    [
        (APPROVE, {"reason": 1}),
        (APPROVE, {"reason": "x" * 501}),
        (APPROVE, {"reasons": "typo"}),
        (APPROVE, {"answers": ["x"]}),
        (REJECT, {}),
        (REJECT, {"reason": "\u200b"}),
        (CANCEL, {"reason": None}),
        (CANCEL, {"reason": "x" * 501}),
        (REMIND, {"reason": "now"}),
    ],
)
def test_an_invalid_field_decides_nothing(
    world: World, call: Call, route: str, body: dict[str, Any]
) -> None:
    review = world.waiting_review()

    status, answer = call(route, review.review_id, body)

    assert (status, bool(answer["error"])) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert world.store.get(review.review_id).status is Status.PENDING


def test_an_unsigned_operator_request_is_rejected(world: World, call: Call) -> None:
    """If a route loses its authorization, all requests are rejected."""
    review = world.waiting_review()

    for route in (LIST, SHOW, APPROVE, REJECT, CANCEL, REMIND):
        assert call(route, review.review_id, arn="")[0] == HTTPStatus.FORBIDDEN, route


def test_an_unknown_route_is_404(call: Call) -> None:
    assert call("DELETE /operator/reviews")[0] == HTTPStatus.NOT_FOUND


def test_a_caller_who_is_not_a_reviewer_sees_and_decides_nothing(world: World, call: Call) -> None:
    review = world.waiting_review()
    stranger = "arn:aws:iam::123456789012:user/eve"

    status, answer = call(APPROVE, review.review_id, arn=stranger)

    assert (status, answer["review"]["status"]) == (HTTPStatus.FORBIDDEN, "PENDING")
    entry = world.audit_log.page(review.review_id).entries[-1]
    assert (entry.event, entry.person) == ("review.refused", "eve (IAM user)")


@pytest.mark.parametrize(
    ("requested_by", "identities"),
    [
        (KIM, {}),
        ("kim", {}),
        ("U012ABCDEF", {"U012ABCDEF": [KIM]}),
        ("Kim Reyes", {"Kim Reyes": [KIM]}),
        ("data-ops/kim", {}),
        ("data-ops/kim2", {}),
    ],
)
def test_a_requester_under_any_of_their_names_cannot_decide(
    world: World, call: Call, requested_by: str, identities: dict[str, list[str]]
) -> None:
    review = world.waiting_review(requested_by=requested_by)
    known = Identities(persons=Persons(identities=identities), reviewers=LISTED)

    status, answer = call(APPROVE, review.review_id, identities=known)

    assert (status, "You requested this; someone else must approve" in answer["error"]) == (
        HTTPStatus.FORBIDDEN,
        True,
    )
    assert call(REJECT, review.review_id, {"reason": "no"}, identities=known)[0] == HTTPStatus.OK


def test_a_shared_role_does_not_count_towards_a_quorum(world: World, call: Call) -> None:
    review = world.waiting_review()
    quorum = Rules(required_approvals=2, links_decide=False)

    refused, why = call(APPROVE, review.review_id, rules=quorum)
    assert (refused, "identify one person" in why["error"]) == (HTTPStatus.FORBIDDEN, True)
    for user in ("ann", "bob"):
        status, answer = call(APPROVE, review.review_id, arn=f"{USERS}/{user}", rules=quorum)
        assert status == HTTPStatus.OK

    assert answer["status"] == "APPROVED"
    assert answer["approved_by"] == ["ann (IAM user)", "bob (IAM user)"]


def test_the_audit_log_marks_an_approval_by_a_role_as_unchecked(world: World, call: Call) -> None:
    review = world.waiting_review()

    _, answer = call(APPROVE, review.review_id)

    assert answer["self_approval_unchecked"] is True
    assert "self-approval could not be checked" in world.story(review)[-1][-1]


def test_a_late_decision_gets_the_reviews_outcome(world: World, call: Call) -> None:
    decided, cancelled = (world.waiting_review(review_id=new_review_id()) for _ in range(2))
    call(APPROVE, decided.review_id)
    call(CANCEL, cancelled.review_id)

    for route in (APPROVE, REJECT, CANCEL, REMIND):
        body = {} if route == REMIND else {"reason": "late"}
        status, answer = call(route, decided.review_id, body, arn=ADA)
        assert (status, answer["review"]["reviewer"]) == (HTTPStatus.CONFLICT, KIM_SHOWN)
        assert "kim (role data-ops)" in answer["error"]
        status, answer = call(route, cancelled.review_id, body, arn=ADA)
        assert (status, answer["review"]["status"]) == (HTTPStatus.GONE, "CANCELLED")


@both_forms
def test_a_cancelled_review_is_answered_as_cancelled(world: World, call: Call) -> None:
    review = world.waiting_review()

    status, answer = call(CANCEL, review.review_id, {"reason": "wrong file"})

    because = "Cancelled by kim (role data-ops): wrong file"
    assert (status, answer["status"], answer["reason"]) == (HTTPStatus.OK, "CANCELLED", because)
    answer = world.form.end(review).answer
    assert (answer["decision"], answer["reason"]) == ("cancelled", because)
    assert answer["via"] == "cli"
    announced = world.announced()[-1]
    assert (announced["event"], announced["reason"]) == ("review.cancelled", because)
    entry = world.audit_log.page(review.review_id).entries[-1]
    assert (entry.event, entry.person, entry.via) == ("review.cancelled", KIM_SHOWN, "cli")


def test_a_cancellation_makes_four_calls(world: World, call: Call, aws_calls: list[str]) -> None:
    review = world.waiting_review()
    aws_calls.clear()

    call(CANCEL, review.review_id)

    assert len(aws_calls) == 4


def test_a_review_past_its_deadline_cannot_be_cancelled(world: World, call: Call) -> None:
    review = world.waiting_review()
    world.clock.advance(hours=24)

    status, answer = call(CANCEL, review.review_id)

    assert (status, answer["review"]["status"]) == (HTTPStatus.GONE, "EXPIRED")
    assert world.store.get(review.review_id).status is Status.PENDING


def test_the_channel_is_reminded_at_most_once_a_minute(
    world: World, call: Call, aws_calls: list[str]
) -> None:
    review = world.waiting_review()
    aws_calls.clear()

    assert call(REMIND, review.review_id)[0] == HTTPStatus.OK
    assert len(aws_calls) == 3
    world.clock.advance(seconds=50)
    status, answer = call(REMIND, review.review_id, {})
    assert (status, "within the last minute" in answer["error"]) == (429, True)
    world.clock.advance(seconds=11)
    assert call(REMIND, review.review_id)[0] == HTTPStatus.OK

    reminders = world.announced()
    assert [it["event"] for it in reminders] == ["review.reminder"] * 2
    assert len({it["reminder"] for it in reminders}) == 2, (
        "each reminder is announced once, not only the first"
    )
    assert [it[:3] for it in world.story(review)[1:]] == [("review.reminder", "cli", KIM_SHOWN)] * 2


def test_an_unreachable_aws_is_503(
    world: World, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = world.waiting_review()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    status, answer = call(SHOW, review.review_id)

    assert (status, "did not respond" in answer["error"]) == (HTTPStatus.SERVICE_UNAVAILABLE, True)
