"""The decision API as its callers see it: the handler, on mocked AWS."""

import json
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.shared.review.review import Decision, Outcome, Review, Status, Way
from lambdas.shared.store.claims import claim
from tests.lambdas.conftest import NOW, World
from tests.story import story

Ask = Callable[..., dict[str, Any]]
FAR = NOW + timedelta(days=365_0)


def environment(world: World, links_decide: str = "true") -> dict[str, str]:
    return {
        "REVIEWS_TABLE": world.table,
        "RECORD_TABLE": world.record_table,
        "REVIEW_TOPIC_ARN": world.topic_arn,
        "SLACK_CHANNEL": "#signoff-dev",
        "LINKS_DECIDE": links_decide,
    }


@pytest.fixture
def ask(world: World, load_handler: Callable[..., ModuleType]) -> Ask:
    return _asking(load_handler("decision_api", **environment(world)))


def _asking(handler: ModuleType) -> Ask:
    def send(
        method: str, path: str, form: dict[str, str] | None = None, *, json_wanted: bool = False
    ) -> dict[str, Any]:
        path, _, query = path.partition("?")
        return handler.handle(
            {
                "rawPath": path,
                "queryStringParameters": dict(urllib.parse.parse_qsl(query)),
                "headers": {
                    "accept": "application/json" if json_wanted else "text/html",
                    "content-type": "application/x-www-form-urlencoded",
                },
                "requestContext": {"http": {"method": method, "sourceIp": "203.0.113.7"}},
                "body": urllib.parse.urlencode(form or {}),
            },
            None,
        )

    return send


@pytest.fixture
def review(world: World) -> Review:
    return world.waiting_review(deadline=FAR)


def ended(world: World, status: Status) -> Review:
    review = world.waiting_review(deadline=FAR)
    return world.store.end(review.review_id, Status.PENDING, status, "It is over.", NOW)[1]


def decided(world: World) -> Review:
    review = world.waiting_review(deadline=FAR)
    decision = Decision(
        decision=Outcome.REJECTED,
        reviewer="unverified",
        reason="wrong <month>",
        via=Way.LINK,
        decided_at=NOW,
    )
    return claim(world.store, review.review_id, decision, needed=1, own=True)


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_a_get_shows_the_facts_and_one_form_and_only_reads(
    ask: Ask, review: Review, page: str, aws_calls: list[str]
) -> None:
    answer = ask("GET", f"/{page}?review={review.review_id}")

    assert answer["statusCode"] == 200
    assert aws_calls == ["GetItem", "ExecuteStatement"], "what it writes is the record only"
    body = answer["body"]
    assert body.count("<form") == body.count("<button") == 1
    assert f'<form method="post" action="{page}">' in body
    for fact in (
        "Customer upload 2026-11-22",
        "8.0% (80 of 1,000 rows, limit 6.0%)",
        "U012ABCDEF",
        "ab" * 32,
        f'href="evidence?review={review.review_id}"',
        "identity is not verified",
    ):
        assert fact in body


def test_only_a_rejection_insists_on_a_reason(ask: Ask, review: Review) -> None:
    assert " required>" not in ask("GET", f"/approve?review={review.review_id}")["body"]
    assert " required>" in ask("GET", f"/reject?review={review.review_id}")["body"]


def test_pages_carry_no_script_and_strict_headers(ask: Ask, review: Review) -> None:
    answer = ask("GET", f"/approve?review={review.review_id}")

    assert "<script" not in answer["body"]
    assert 'style="' not in answer["body"], "the policy allows one style sheet by its hash"
    headers = answer["headers"]
    policy = headers["Content-Security-Policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; "
        r"base-uri 'none'; frame-ancestors 'none'",
        policy,
    )
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_post_decides(world: World, ask: Ask, review: Review) -> None:
    answer = ask("POST", "/approve", {"review": review.review_id, "reason": "fine"})

    assert answer["statusCode"] == 200
    assert "by link, identity not verified" in answer["body"]
    row = world.store.get(review.review_id)
    assert (row.status, row.via) == (Status.APPROVED, Way.LINK)


def test_json_is_answered_to_those_who_ask_for_it(ask: Ask, review: Review) -> None:
    answer = ask("POST", "/reject", {"review": review.review_id, "reason": "no"}, json_wanted=True)

    facts = json.loads(answer["body"])
    assert answer["headers"]["Content-Type"] == "application/json"
    assert (facts["status"], facts["decision"], facts["reason"], facts["via"]) == (
        "REJECTED",
        "rejected",
        "no",
        "link",
    )


UNKNOWN = ["0" * 32, "", "x", "../../etc", "0" * 31 + "G", "\u0660" * 32, "0" * 33, "<script>"]


@pytest.mark.parametrize("review_id", UNKNOWN)
@pytest.mark.parametrize("json_wanted", [True, False])
def test_an_unknown_review_is_404(ask: Ask, review_id: str, json_wanted: bool) -> None:
    query = urllib.parse.urlencode({"review": review_id})
    form = {"review": review_id, "reason": "x"}

    for answer in (
        ask("GET", f"/approve?{query}", json_wanted=json_wanted),
        ask("GET", f"/evidence?{query}", json_wanted=json_wanted),
        ask("POST", "/approve", form, json_wanted=json_wanted),
        ask("POST", "/reject", {"review": review_id}, json_wanted=json_wanted),
    ):
        assert answer["statusCode"] == 404
        assert review_id not in answer["body"] or not review_id or review_id == "x"


def test_an_id_that_cannot_exist_is_not_looked_up(ask: Ask, aws_calls: list[str]) -> None:
    ask("GET", "/approve?review=nonsense")
    ask("POST", "/approve", {"review": "nonsense"})

    assert aws_calls == []


def test_a_decided_review_answers_409_with_who_and_when_and_keeps_its_decision(
    world: World, ask: Ask
) -> None:
    review = decided(world)

    answer = ask("POST", "/approve", {"review": review.review_id})

    assert answer["statusCode"] == 409
    for words in ("Already decided: Rejected", "identity not verified", "2026-11-22T14:05:09Z"):
        assert words in answer["body"]
    assert "wrong &lt;month&gt;" in answer["body"]
    assert world.store.get(review.review_id).status is Status.REJECTED


def test_409_says_so_in_json_too(world: World, ask: Ask) -> None:
    review = decided(world)

    answer = ask("POST", "/approve", {"review": review.review_id}, json_wanted=True)

    facts = json.loads(answer["body"])
    assert facts["error"] == "This review was already rejected by unverified."
    assert (facts["reviewer"], facts["decided_at"]) == ("unverified", "2026-11-22T14:05:09Z")


def test_a_decided_review_can_still_be_looked_at(world: World, ask: Ask) -> None:
    review = decided(world)

    answer = ask("GET", f"/approve?review={review.review_id}")

    assert answer["statusCode"] == 200
    assert "<form" not in answer["body"]
    assert ask("GET", f"/evidence?review={review.review_id}")["statusCode"] == 302


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED])
@pytest.mark.parametrize("json_wanted", [True, False])
def test_an_ended_review_answers_410(
    world: World, ask: Ask, status: Status, json_wanted: bool
) -> None:
    review = ended(world, status)
    form = {"review": review.review_id, "reason": "x"}

    for answer in (
        ask("POST", "/approve", form, json_wanted=json_wanted),
        ask("POST", "/reject", {"review": review.review_id}, json_wanted=json_wanted),
        ask("GET", f"/approve?review={review.review_id}", json_wanted=json_wanted),
        ask("GET", f"/evidence?review={review.review_id}", json_wanted=json_wanted),
    ):
        assert answer["statusCode"] == 410
        assert status.lower() in answer["body"].lower()
        assert "It is over." in answer["body"]
        assert "Download the file" not in answer["body"], "that link answers 410, too"
    assert world.store.get(review.review_id).status is status


def test_past_the_deadline_it_is_410_even_before_the_row_is_closed(world: World, ask: Ask) -> None:
    review = world.waiting_review(deadline=NOW - timedelta(days=3650))

    for method in ("GET", "POST"):
        answer = ask(method, f"/approve?review={review.review_id}", {"review": review.review_id})
        assert answer["statusCode"] == 410
        assert "Expired" in answer["body"]


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_missing_or_long_reason_is_422_and_the_form_comes_back_filled(
    world: World, ask: Ask, review: Review, reason: str
) -> None:
    answer = ask("POST", "/reject", {"review": review.review_id, "reason": reason})

    assert answer["statusCode"] == 422
    assert 'role="alert"' in answer["body"]
    assert f"\n{reason}</textarea>" in answer["body"]
    assert world.store.get(review.review_id).status is Status.PENDING


def test_a_missing_reason_on_a_decided_review_is_409(world: World, ask: Ask) -> None:
    assert ask("POST", "/reject", {"review": decided(world).review_id})["statusCode"] == 409


def test_evidence_is_a_redirect_to_a_link_made_at_that_moment(ask: Ask, review: Review) -> None:
    answer = ask("GET", f"/evidence?review={review.review_id}")

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(str(answer["headers"]["Location"])).query)
    assert answer["statusCode"] == 302
    assert int(query["X-Amz-Expires"][0]) <= 300
    assert query["versionId"] == [review.version_id]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/favicon.ico"),
        ("POST", "/evidence"),
        ("PUT", "/approve"),
        ("DELETE", "/reject"),
        ("GET", "/approve/"),
        ("GET", "//approve"),
        ("GET", "/APPROVE"),
        ("HEAD", "/approve"),
        ("", ""),
    ],
)
def test_anything_else_is_404_as_json(ask: Ask, method: str, path: str) -> None:
    answer = ask(method, path)

    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["error"]


def test_hostile_words_are_shown_as_words(world: World, ask: Ask) -> None:
    hostile = '"><script>alert(1)</script>'
    review = world.waiting_review(deadline=FAR, title=hostile, requested_by=hostile, stage=hostile)

    for page in ("approve", "reject"):
        body = ask("GET", f"/{page}?review={review.review_id}")["body"]
        assert "<script" not in body
        assert "&lt;script&gt;" in body
    form = {"review": review.review_id, "reason": hostile + "x" * 500}
    assert "<script" not in ask("POST", "/reject", form)["body"]
    form["reason"] = hostile
    assert "<script" not in ask("POST", "/reject", form)["body"]


def test_the_task_token_is_on_no_page_and_in_no_header(world: World, ask: Ask) -> None:
    review = world.waiting_review(deadline=FAR)
    form = {"review": review.review_id, "reason": "x"}
    answers = [
        ask(method, path, form, json_wanted=json_wanted)
        for json_wanted in (True, False)
        for method, path in (
            ("GET", f"/approve?review={review.review_id}"),
            ("GET", f"/evidence?review={review.review_id}"),
            ("POST", "/reject"),
            ("POST", "/approve"),
            ("GET", f"/approve?review={review.review_id}"),
        )
    ]

    assert {answer["statusCode"] for answer in answers} == {200, 302, 409}
    assert review.task_token not in json.dumps(answers)


def test_when_aws_does_not_answer_the_page_says_what_to_do(world: World, ask: Ask) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.table)

    for json_wanted in (True, False):
        answer = ask("GET", f"/approve?review={'0' * 32}", json_wanted=json_wanted)
        assert answer["statusCode"] == 503
        assert "AWS did not answer" in answer["body"]


def test_a_decision_that_is_not_confirmed_says_that_it_will_be_tried_again(
    world: World, ask: Ask
) -> None:
    review = world.waiting_review(deadline=FAR)
    stuck = replace(review, review_id="1" * 32, task_token="gone")
    world.add(stuck)

    for json_wanted in (True, False):
        row = replace(stuck, review_id=f"{int(json_wanted)}" * 31 + "2")
        world.add(row)
        answer = ask("POST", "/approve", {"review": row.review_id}, json_wanted=json_wanted)
        assert answer["statusCode"] == 503
        assert "within two minutes" in answer["body"]


@pytest.fixture
def ask_where_slack_decides(world: World, load_handler: Callable[..., ModuleType]) -> Ask:
    return _asking(load_handler("decision_api", **environment(world, links_decide="false")))


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_where_only_slack_decides_links_show_the_facts_and_where_to_go(
    ask_where_slack_decides: Ask, review: Review, page: str
) -> None:
    answer = ask_where_slack_decides("GET", f"/{page}?review={review.review_id}")

    assert answer["statusCode"] == 200
    assert "<form" not in answer["body"]
    for words in ("8.0% (80 of 1,000 rows", "buttons in Slack only", "#signoff-dev"):
        assert words in answer["body"]


@pytest.mark.parametrize("json_wanted", [True, False])
def test_where_only_slack_decides_a_link_is_403_and_recorded(
    world: World, ask_where_slack_decides: Ask, review: Review, json_wanted: bool
) -> None:
    for verb in ("approve", "reject"):
        form = {"review": review.review_id, "reason": "x"}
        answer = ask_where_slack_decides("POST", f"/{verb}", form, json_wanted=json_wanted)
        assert answer["statusCode"] == 403
        assert "buttons in Slack only" in answer["body"]

    assert world.store.get(review.review_id).status is Status.PENDING
    assert [entry[0] for entry in world.story(review)][1:] == ["review.refused"] * 2


@pytest.mark.parametrize("page", ["approve", "reject", "evidence"])
def test_opening_a_page_or_the_evidence_is_recorded_with_the_address_it_came_from(
    world: World, ask: Ask, review: Review, page: str
) -> None:
    ask("GET", f"/{page}?review={review.review_id}")

    entry = story(boto3.client("dynamodb"), world.record_table, review.review_id)[-1]
    assert (entry["event"], entry["via"], entry["source_address"], entry["why"]) == (
        "review.opened",
        "link",
        "203.0.113.7",
        page,
    )


def test_a_page_is_shown_although_the_record_does_not_answer(
    world: World, ask: Ask, review: Review
) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.record_table)

    assert ask("GET", f"/approve?review={review.review_id}")["statusCode"] == 200


def test_slacks_clicks_are_401_where_nothing_could_verify_them(ask: Ask) -> None:
    assert ask("POST", "/slack/interactions", {"payload": "{}"})["statusCode"] == 401
