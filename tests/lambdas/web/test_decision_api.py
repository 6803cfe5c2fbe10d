"""The decision API through its handler: the response to each request."""

import itertools
import json
import urllib.parse
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.review.review import Review, Status, Way
from tests.lambdas.conftest import NOW, World, before_each_call
from tests.lambdas.web.conftest import FAR, Ask, decided, ended


@pytest.mark.parametrize("page", ["approve", "reject"])
def test_opening_a_page_makes_two_calls_and_records_the_first_visit(
    ask: Ask, review: Review, page: str, aws_calls: list[str]
) -> None:
    calls: list[list[str]] = []
    for _ in range(3):
        assert ask("GET", f"/{page}?review={review.linked_id}")["statusCode"] == 200
        calls.append(list(aws_calls))
        aws_calls.clear()

    look = ["UpdateItem", "BatchGetItem"]
    assert calls == [["UpdateItem", "ExecuteStatement", "BatchGetItem"], look, look]


def test_a_get_decides_nothing(world: World, ask: Ask, review: Review) -> None:
    for page in ("approve", "reject", "evidence"):
        ask("GET", f"/{page}?review={review.linked_id}")

    row = world.store.get(review.review_id)
    counted = {"opened": 3, "last_opened_at": row.last_opened_at, "last_opened_from": "203.0.113.7"}
    assert row == replace(review, **counted)


@pytest.mark.parametrize(("verb", "status"), [("approve", "APPROVED"), ("reject", "REJECTED")])
def test_a_post_decides_and_redirects_a_browser_to_the_review(
    world: World, ask: Ask, review: Review, verb: str, status: str
) -> None:
    answer = ask("POST", f"/{verb}", {"review": str(review.linked_id), "reason": "because"})

    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == f"{verb}?review={review.linked_id}"
    shown = ask("GET", f"/{answer['headers']['Location']}")
    assert shown["statusCode"] == 200
    assert f">{status.capitalize()}<" in shown["body"]
    row = world.store.get(review.review_id)
    assert (row.status, row.via, row.reason) == (status, Way.LINK, "because")


def test_json_is_returned_on_request(ask: Ask, review: Review) -> None:
    answer = ask(
        "POST", "/reject", {"review": str(review.linked_id), "reason": "no"}, json_wanted=True
    )

    facts = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/json"
    assert (facts["status"], facts["decision"], facts["reason"], facts["via"]) == (
        "REJECTED",
        "rejected",
        "no",
        "link",
    )


ROUTES = [("GET", "/approve"), ("GET", "/evidence"), ("POST", "/approve"), ("POST", "/reject")]
ID, KEY = "a" * 16, "0" * 32
UNKNOWN = [
    f"{ID}.{KEY}",
    *("", "x", ".", "..", "../../etc", "<script>alert", "\u0660" * 49, "x" * 10_000),
    *(ID, f"{ID}.", KEY, f".{KEY}", f"{ID}{KEY}", f"{ID}.{KEY}.", f"{ID}..{KEY}", f"{KEY}.{ID}"),
    *(
        f"{ID.upper()}.{KEY}",
        f"{ID}.{'A' * 32}",
        f"{ID}.{KEY}0",
        f"{ID}.{KEY}\n",
        f"{ID}.{KEY[1:]}é",
    ),
    *(
        f"{ID},{KEY}",
        f"{ID}.{KEY},{ID}.{KEY}",
        f" {ID}.{KEY}",
        f"{ID[1:]}\x00.{KEY}",
        f"{ID}.\ud800",
    ),
]


@pytest.mark.parametrize("json_wanted", [True, False])
def test_an_unknown_review_is_404(ask: Ask, json_wanted: bool) -> None:
    for given, (method, path) in itertools.product(UNKNOWN, ROUTES):
        sent = {"review": given.encode("utf-8", "surrogatepass")}
        query = urllib.parse.urlencode(sent if method == "GET" else {})
        form = {**sent, "reason": "x"} if method == "POST" else {}
        answer = ask(method, f"{path}?{query}", form, json_wanted=json_wanted)
        assert answer["statusCode"] == 404, given
        assert len(given) < 3 or given not in answer["body"]


def test_an_invalid_id_is_not_looked_up(ask: Ask, aws_calls: list[str]) -> None:
    ask("GET", "/approve?review=nonsense")
    ask("POST", "/approve", {"review": "nonsense"})

    assert aws_calls == []


def test_a_decided_review_is_409_with_reviewer_and_time_and_keeps_its_decision(
    world: World, ask: Ask
) -> None:
    review = decided(world)

    answer = ask("POST", "/approve", {"review": str(review.linked_id)})

    assert answer["statusCode"] == 409
    for words in (">Rejected<", "identity not verified", "2026-11-22T14:05:09Z"):
        assert words in answer["body"]
    assert "wrong &lt;month&gt;" in answer["body"]
    assert world.store.get(review.review_id).status is Status.REJECTED


def test_409_is_json_for_api_clients(world: World, ask: Ask) -> None:
    review = decided(world)

    answer = ask("POST", "/approve", {"review": str(review.linked_id)}, json_wanted=True)

    facts = json.loads(answer["body"])
    assert facts["error"] == "This review was already rejected by someone with the link."
    assert (facts["reviewer"], facts["decided_at"]) == ("unverified", "2026-11-22T14:05:09Z")


def test_a_decided_review_can_still_be_opened(world: World, ask: Ask) -> None:
    review = decided(world)

    answer = ask("GET", f"/approve?review={review.linked_id}")

    assert answer["statusCode"] == 200
    assert "<form" not in answer["body"]


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.CANCELLED, Status.UNDELIVERED])
@pytest.mark.parametrize("json_wanted", [True, False])
def test_an_ended_review_answers_410(
    world: World, ask: Ask, status: Status, json_wanted: bool
) -> None:
    review = ended(world, status)
    form = {"review": str(review.linked_id), "reason": "x"}

    for answer in (
        ask("POST", "/approve", form, json_wanted=json_wanted),
        ask("POST", "/reject", {"review": str(review.linked_id)}, json_wanted=json_wanted),
        ask("GET", f"/approve?review={review.linked_id}", json_wanted=json_wanted),
    ):
        assert answer["statusCode"] == 410
        assert status.lower() in answer["body"].lower()
        assert "It is over." in answer["body"]
    assert world.store.get(review.review_id).status is status


def test_a_review_past_its_deadline_is_410_before_its_row_is_updated(
    world: World, ask: Ask
) -> None:
    review = world.waiting_review(deadline=NOW - timedelta(days=3650))

    for method in ("GET", "POST"):
        answer = ask(
            method, f"/approve?review={review.linked_id}", {"review": str(review.linked_id)}
        )
        assert answer["statusCode"] == 410
        assert "Expired" in answer["body"]


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_missing_or_long_reason_is_422_and_the_form_keeps_its_values(
    world: World, ask: Ask, review: Review, reason: str
) -> None:
    answer = ask("POST", "/reject", {"review": str(review.linked_id), "reason": reason})

    assert answer["statusCode"] == 422
    assert 'role="alert"' in answer["body"]
    assert f"\n{reason}</textarea>" in answer["body"]
    assert world.store.get(review.review_id).status is Status.PENDING


def test_a_missing_reason_on_a_decided_review_is_409(world: World, ask: Ask) -> None:
    assert ask("POST", "/reject", {"review": str(decided(world).linked_id)})["statusCode"] == 409


def test_evidence_redirects_to_a_freshly_signed_link(ask: Ask, review: Review) -> None:
    answer = ask("GET", f"/evidence?review={review.linked_id}")

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(str(answer["headers"]["Location"])).query)
    assert answer["statusCode"] == 302
    assert int(query["X-Amz-Expires"][0]) <= 300
    assert query["versionId"] == [review.evidence[0].version_id]


ELSEWHERE = [
    ("GET", "/"),
    ("GET", "/favicon.ico"),
    ("POST", "/evidence"),
    ("PUT", "/approve"),
    ("DELETE", "/reject"),
    ("GET", "/approve/"),
    ("GET", "//approve"),
    ("GET", "/APPROVE"),
    ("OPTIONS", "/approve"),
    ("", ""),
]


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_an_unknown_path_is_404_as_json_for_api_clients(ask: Ask, accept: str) -> None:
    for method, path in ELSEWHERE:
        answer = ask(method, path, accept=accept)
        assert answer["statusCode"] == 404, (method, path)
        assert json.loads(answer["body"])["error"]


def test_an_unknown_path_is_404_with_a_help_page_for_browsers(ask: Ask) -> None:
    for method, path in ELSEWHERE:
        answer = ask(method, path)
        assert answer["statusCode"] == 404, (method, path)
        assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
        assert "Content-Security-Policy" in answer["headers"]
        assert "#signoff-dev" in answer["body"]


def test_the_task_token_is_on_no_page_and_in_no_header(world: World, ask: Ask) -> None:
    review = world.waiting_review(deadline=FAR)
    form = {"review": str(review.linked_id), "reason": "x"}
    answers = [
        ask(method, path, form, json_wanted=json_wanted)
        for json_wanted in (True, False)
        for method, path in (
            ("GET", f"/approve?review={review.linked_id}"),
            ("GET", f"/evidence?review={review.linked_id}"),
            ("POST", "/reject"),
            ("POST", "/approve"),
            ("GET", f"/approve?review={review.linked_id}"),
        )
    ]

    assert {answer["statusCode"] for answer in answers} == {200, 302, 409}
    assert review.task_token not in json.dumps(answers)


def test_an_aws_outage_is_503(world: World, ask: Ask) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.table)

    for json_wanted in (True, False):
        answer = ask("GET", f"/approve?review={'a' * 16}.{'0' * 32}", json_wanted=json_wanted)
        assert answer["statusCode"] == 503
        assert ("AWS did not respond" if json_wanted else "Reload the page.") in answer["body"]


def test_an_unconfirmed_decision_is_503_and_will_be_retried(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(operation: str, _: Any) -> None:
        if operation in world.form.answers:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)

    for json_wanted in (True, False):
        review = world.waiting_review(deadline=FAR)
        with before_each_call(monkeypatch, busy):
            form = {"review": str(review.linked_id)}
            answer = ask("POST", "/approve", form, json_wanted=json_wanted)
        assert answer["statusCode"] == 503
        assert "within two minutes" in answer["body"]


@pytest.mark.parametrize("json_wanted", [True, False])
def test_a_decision_by_link_is_403_and_recorded_if_only_slack_decides(
    world: World, ask_where_slack_decides: Ask, review: Review, json_wanted: bool
) -> None:
    for verb in ("approve", "reject"):
        form = {"review": str(review.linked_id), "reason": "x"}
        answer = ask_where_slack_decides("POST", f"/{verb}", form, json_wanted=json_wanted)
        assert answer["statusCode"] == 403
        refusal = (
            "Links cannot decide in this stage"
            if json_wanted
            else "This link only shows the review."
        )
        assert refusal in answer["body"]

    assert world.store.get(review.review_id).status is Status.PENDING
    assert [entry[0] for entry in world.story(review)][1:] == ["review.refused"]


def test_without_a_signing_secret_a_click_is_200_and_has_no_effect(
    world: World, ask: Ask, review: Review
) -> None:
    payload = {"type": "block_actions", "actions": [{"action_id": "approve"}]}
    answer = ask("POST", "/slack/interactions", {"payload": json.dumps(payload)})

    assert (answer["statusCode"], answer["body"]) == (200, "")
    assert world.store.get(review.review_id).status is Status.PENDING


def test_without_a_signing_secret_a_slash_command_gets_an_ephemeral_hint(
    ask: Ask,
) -> None:
    answer = ask("POST", "/slack/commands", {"command": "/signoff", "text": "pending"})

    assert answer["statusCode"] == 200
    reply = json.loads(answer["body"])
    assert reply["response_type"] == "ephemeral"
    assert "no signing secret" in reply["text"]
    assert "`slackSigningSecret`" in reply["text"]


@pytest.mark.parametrize("path", ["/slack/interactions", "/slack/commands", "/slack/other"])
def test_a_get_of_a_slack_path_is_404(ask: Ask, path: str) -> None:
    assert ask("GET", path, {})["statusCode"] == 404


@pytest.mark.parametrize("json_wanted", [False, True])
@pytest.mark.parametrize("path", ["/approve", "/reject", "/evidence", "/approve/", "/"])
def test_head_answers_like_get_without_its_body(
    world: World, ask: Ask, path: str, json_wanted: bool
) -> None:
    for review in (
        world.waiting_review(deadline=FAR),
        ended(world, Status.CANCELLED),
        decided(world),
    ):
        there = f"{path}?review={review.linked_id}"

        got = ask("GET", there, json_wanted=json_wanted)
        answer = ask("HEAD", there, json_wanted=json_wanted)

        assert answer["body"] == ""
        assert (answer["statusCode"], answer["headers"].keys()) == (
            got["statusCode"],
            got["headers"].keys(),
        )


def test_head_decides_nothing(world: World, ask: Ask, review: Review) -> None:
    ask("HEAD", "/approve", {"review": str(review.linked_id)})

    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "multipart/form-data",
        "text/plain",
        "",
    ],
)
@pytest.mark.parametrize("json_wanted", [False, True])
def test_a_body_that_is_not_a_form_is_415(
    world: World, ask: Ask, review: Review, verb: str, content_type: str, json_wanted: bool
) -> None:
    form = {"review": str(review.linked_id), "reason": "x"}

    answer = ask("POST", f"/{verb}", form, json_wanted=json_wanted, content_type=content_type)

    assert answer["statusCode"] == 415
    assert "Send a form (Content-Type: application/x-www-form-urlencoded)" in answer["body"]
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_slacks_certificate_check_of_a_command_is_200(ask: Ask, method: str) -> None:
    form = {"ssl_check": "1", "token": "x"} if method == "POST" else None

    assert ask(method, "/slack/commands?ssl_check=1&token=x", form)["statusCode"] == 200
