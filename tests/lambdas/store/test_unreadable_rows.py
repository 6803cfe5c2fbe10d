"""An unreadable row affects only its own review."""

import json
import logging
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.operators.api import OperatorApi
from lambdas.domain.operators.serializers import review_json, summary_json
from lambdas.domain.review.errors import InvalidInput, UnreadableRow, ended_error
from lambdas.domain.review.events import ENDINGS, Event
from lambdas.domain.review.ids import LinkedId
from lambdas.domain.review.review import Outcome, Refusal, Refusals, Review, Status
from lambdas.domain.review.time_plan import TimePlan, time_left
from lambdas.domain.runtime import times
from lambdas.domain.slack.commands.endpoint import SlackCommands
from lambdas.domain.slack.commands.replies import Replies
from lambdas.domain.slack.commands.throttle import Throttle
from lambdas.domain.slack.interactions import SlackInteractions
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.store import indexes
from lambdas.domain.store.due import due_reviews
from lambdas.domain.store.reviews import SHOWN
from lambdas.domain.store.rows import review_from, row_of, values
from lambdas.domain.web.http import HttpRequest
from lambdas.domain.web.pages import Pages
from lambdas.domain.web.responses import facts_of
from lambdas.domain.web.routes import DecisionApi
from local.slack.payloads.drafts import read_draft
from tests.http_stub import Stub
from tests.lambdas.conftest import LINK_KEY, NOW, World, make_review, new_review_id
from tests.lambdas.slack import clicks, commands
from tests.lambdas.slack.messages import ANSWERS, decided, full_review

Row = dict[str, Any]

SECRET = clicks.SECRET
FAR = NOW + timedelta(days=3650)
ANSWERED = decided(Outcome.REJECTED, reviewer="U9LEE", reason="no", answers=ANSWERS)
REVIEWS = (
    full_review(deadline=FAR, due_at=NOW),
    full_review(deadline=FAR, **ANSWERED),
    full_review(deadline=FAR, status=Status.EXPIRED, ended_at=NOW, ended_because="why"),
)
TEXTS = (
    "",
    "garbage",
    "0999-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59Z",
    "12026-11-22T14:05:09Z",
    "2026-11-22T14:05:09",
    "PENDING",
    "APPROVED",
    "approved",
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "1e999",
    "NaN",
    "9" * 400,
    "9" * 5000,
    "[" * 100_000,
    '"\\ud800"',
    '{"x":"http://["}',
    '{"columns":["a"],"rows":[[1,2]]}',
    '{"value":1e300,"limit":-1}',
    '[{"bucket":"b","key":"k","size":-1}]',
    '[{"name":"a","label":"b","kind":"choice"}]',
    "long " * 2000,
    "https://example.com/" + "x" * 4000,
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
STORED = st.one_of(
    st.none(),
    st.sampled_from(TEXTS).map(lambda it: {"S": it}),
    st.text(st.characters(codec="utf-8"), max_size=30).map(lambda it: {"S": it}),
    ANY_JSON.map(lambda it: {"S": json.dumps(it)}),
    st.integers(-(10**37), 10**37).map(lambda it: {"N": str(it)}),
    st.sampled_from(
        [
            {"BOOL": True},
            {"NULL": True},
            {"L": []},
            {"M": {}},
            {"M": {"U1ANN": {"N": "1"}}},
            {"B": b"x"},
            {"SS": ["x"]},
        ]
    ),
)
"""Values that may replace an attribute; None removes it."""


def full_row(review: Review) -> Row:
    ann: Row = {"M": {"U1ANN": {"S": "Ann"}}}
    eve = Refusal(name="Eve", times=3, first_at=NOW, last_at=NOW)
    refusals: Row = values({"refusals": Refusals({"T1/U9EVE": eve})})
    counted: Row = {"approvals": ann, "opened": {"N": "2"}, **refusals}
    return values(row_of(review)) | counted


@st.composite
def broken_rows(draw: st.DrawFn) -> Row:
    row = full_row(draw(st.sampled_from(REVIEWS)))
    for name in draw(st.lists(st.sampled_from(sorted({*row} - {"review_id"})), min_size=1)):
        stored = draw(STORED)
        row = {**row, name: stored} if stored else {it: row[it] for it in row if it != name}
    return row


@given(broken_rows())
@settings(max_examples=settings().max_examples * 3)
def test_every_readable_row_can_be_shown_everywhere(row: Row) -> None:
    try:
        review = review_from(row)
    except UnreadableRow:
        return
    seen = review.seen_at(NOW)
    answers = Replies(stage="dev", needed=2)
    pages = Pages(rules=Rules(), slack_channel="#signoff-dev")
    event = ENDINGS.get(seen.status, Event.REQUESTED)
    shown = [
        summary_json(review, 2, NOW),
        review_json(review, 2, NOW),
        facts_of(seen, 2),
        announcement(event, review),
        SlackNotices(buttons=True, needed=2).notice(event, seen, NOW),
        answers.review(seen, [], NOW),
        pages.of(seen, NOW),
        time_left(review, NOW),
        review.evidence_until.isoformat(),
        TimePlan(remind_before=(timedelta(hours=1),)).next_check(review, NOW).isoformat(),
    ]
    if seen.status is not Status.PENDING:
        shown.append(str(ended_error(seen)))
        read_draft(answers.history([seen]))
    else:
        read_draft(answers.pending([seen], NOW, more=False))
    json.dumps(shown).encode()


class Endpoints:
    """Every endpoint that lists, shows or decides reviews."""

    def __init__(self, world: World) -> None:
        rules = Rules()
        self._replies: list[str] = []
        self._operators = OperatorApi(
            gate=world.gate, rules=rules, identities=Identities(), stage="dev"
        )
        self._links = DecisionApi(
            gate=world.gate,
            pages=Pages(rules=rules, slack_channel="#signoff-dev"),
            presign=lambda _: "",
        )
        self._commands = SlackCommands(
            store=world.store,
            replies=Replies(stage="dev", needed=1),
            rules=rules,
            identities=Identities(),
            channel="#signoff-dev",
            channel_id="",
            signing_secret=lambda: commands.SECRET,
            throttle=Throttle(limit=10_000, clock=lambda: 0.0),
            now=world.clock,
        )
        self._clicks = SlackInteractions(
            gate=world.gate,
            rules=rules,
            signing_secret=lambda: SECRET,
            respond=lambda _, message: self._replies.append(str(message["text"])) is None,
        )
        self._clock = world.clock
        self._clock.moment = NOW

    def operator(self, route: str, review_id: str = "", **query: str) -> tuple[int, Any]:
        event: Row = {
            "body": json.dumps({"reason": "no"}) if route.endswith(("ect", "cancel")) else "",
            "routeKey": route,
            "pathParameters": {"review_id": review_id},
            "queryStringParameters": query,
            "requestContext": {
                "http": {"method": route.split()[0]},
                "authorizer": {"iam": {"userArn": "arn:aws:iam::1:user/kim"}},
            },
        }
        answer = self._operators.handle(HttpRequest.from_event(event))
        return int(answer.status), json.loads(answer.body)

    def link(self, method: str, path: str, review_id: str, accept: str) -> tuple[int, str]:
        sent = {"review": str(LinkedId(review_id, LINK_KEY)), "reason": "no"}
        event: Row = {
            "rawPath": path,
            "queryStringParameters": sent,
            "headers": {"accept": accept, "content-type": "application/x-www-form-urlencoded"},
            "requestContext": {"http": {"method": method}},
            "body": urllib.parse.urlencode(sent),
        }
        answer = self._links.handle(HttpRequest.from_event(event))
        return int(answer.status), answer.body

    def command(self, text: str) -> str:
        body = urllib.parse.urlencode(commands.form(text))
        answer = self._commands.handle(
            HttpRequest.from_event(commands.event(body, at=self._clock.moment.timestamp()))
        )
        read_draft(json.loads(answer.body))
        return answer.body

    def press(self, review: Review) -> str:
        self._clock.moment = times.now()  # which is part of the signature
        payload = clicks.payload(review, Stub(url="https://hooks.slack.com/x", script=[]))
        body = urllib.parse.urlencode({"payload": json.dumps(payload)})
        self._clicks.handle(HttpRequest.from_event(clicks.event(body)))
        return self._replies.pop()


def put(world: World, row: Row) -> bool:
    """Store a row; false if DynamoDB rejects the types of its index keys."""
    try:
        boto3.client("dynamodb").put_item(TableName=world.table, Item=row)
    except ClientError:
        return False
    return True


def pages(endpoints: Endpoints, **query: str) -> Iterator[list[str]]:
    """The titles on each page of a list in the operator API."""
    after: dict[str, str] = {}
    while True:
        status, page = endpoints.operator("GET /operator/reviews", **query, **after)
        assert status == HTTPStatus.OK, page
        yield [it["title"] for it in page["reviews"]]
        if not page["next"]:
            return
        after = {"next": page["next"]}


def titles(endpoints: Endpoints, status: str) -> list[str]:
    return [title for page in pages(endpoints, status=status) for title in page]


@settings(max_examples=settings().max_examples // 5)
@given(row=broken_rows())
def test_a_broken_row_breaks_no_list_and_no_sweep(world: World, row: Row) -> None:
    endpoints = Endpoints(world)
    good = make_review(review_id=new_review_id(), title="good", deadline=FAR, due_at=NOW)
    world.add(good)
    broken = new_review_id()
    if not put(world, row | {"review_id": {"S": broken}}):
        return

    for status in ("ALL", Status.PENDING):
        assert "good" in titles(endpoints, status)
    for status in Status:
        titles(endpoints, status)
    assert "good" in endpoints.command("pending")
    endpoints.command("history")
    due = [it.review_id for it in due_reviews(world.store, "dev", NOW)]
    assert good.review_id in due
    of_execution = indexes.reviews_of(world.store, good.execution_arn)
    assert good.review_id in of_execution
    for review_id in (broken, good.review_id):
        key: Any = {"review_id": {"S": review_id}}
        boto3.client("dynamodb").delete_item(TableName=world.table, Key=key)


BROKEN: dict[str, Row | None] = {
    "requested_at": {"S": "0999-01-01T00:00:00Z"},
    "deadline": {"S": "9999-12-31T23:59:59Z"},
    "via": {"S": "pigeon"},
    "title": None,
    "facts": {"S": '{"Rows":'},
    "gauge": {"S": '{"value":"8","limit":0.06}'},
    "task_token": {"N": "7"},
    "opened": {"S": "often"},
    "approvals": {"M": {"U1ANN": {"NULL": True}}},
}


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest) -> str:
    """The damaged attribute."""
    return request.param


@pytest.fixture
def unreadable(world: World, broken: str) -> Review:
    """A review whose row has one damaged attribute."""
    review = full_review(review_id=new_review_id(), deadline=FAR)
    row = full_row(review)
    stored = BROKEN[broken]
    if stored:
        row[broken] = stored
    else:
        del row[broken]
    assert put(world, row)
    return review


def test_an_unreadable_review_is_reported_everywhere_with_the_fix(
    world: World, unreadable: Review, broken: str
) -> None:
    endpoints, review_id = Endpoints(world), unreadable.review_id
    why = "The stored data of this review is damaged"

    for accept in ("text/html", "application/json"):
        for method, path in (
            ("GET", "/approve"),
            ("GET", "/reject"),
            ("GET", "/evidence"),
            ("POST", "/approve"),
            ("POST", "/reject"),
        ):
            status, text = endpoints.link(method, path, review_id, accept)
            assert (status, why in text) == (HTTPStatus.GONE, True)
    one = "/operator/reviews/{review_id}"
    for route in (
        f"GET {one}",
        *(f"POST {one}/{verb}" for verb in ("approve", "reject", "cancel", "remind")),
    ):
        status, answer = endpoints.operator(route, review_id)
        assert (status, why in answer["error"]) == (HTTPStatus.GONE, True)
    assert why in endpoints.press(unreadable)
    # `/signoff show` reads only what it shows.
    assert (why in endpoints.command(f"show {review_id}")) is (broken in SHOWN)


def test_an_unreadable_row_is_logged_without_its_contents(
    world: World, unreadable: Review, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UnreadableRow):
        world.store.get(unreadable.review_id)

    [line] = caplog.records
    facts = {name: vars(line)[name] for name in ("event", "review_id", "attribute")}
    assert facts["event"] == line.getMessage() == "row.unreadable"
    assert facts["review_id"] == unreadable.review_id
    assert facts["attribute"] in {*BROKEN, ""} - {"title"}
    assert line.levelno == logging.ERROR
    assert unreadable.task_token not in str(vars(line))
    assert unreadable.link_key not in str(vars(line))


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {"SS": ["U1ANN"]},
        {"S": '{"U1ANN":"Ann"}'},
        {"L": [{"S": "U1ANN"}]},
        {"M": {"U1ANN": {"N": "1"}}},
        {"M": {"U1ANN": {"M": {}}}},
        {"M": {"U1ANN": {}}},
    ],
)
def test_approvals_are_a_map_of_names_or_the_row_cannot_be_read(stored: Row | None) -> None:
    row = full_row(REVIEWS[0]) | {"approvals": stored}
    if not stored:
        del row["approvals"]

    with pytest.raises(UnreadableRow):
        review_from(row)


@pytest.mark.parametrize("listing", [Status.PENDING, "ALL"])
@pytest.mark.parametrize("broken", ["title", "requested_at", "deadline"])
def test_paging_continues_past_unreadable_rows(world: World, listing: str, broken: str) -> None:
    number = indexes.PAGE_LIMIT
    for n in range(2 * number + 10):
        at = NOW + timedelta(hours=1, minutes=n)
        review = make_review(review_id=new_review_id(), title=f"{n}", requested_at=at, deadline=at)
        row = values(row_of(review))
        if n < number + 5 or n % 2:  # the first page and every other row after it
            row[broken] = {"S": ""} if broken == "title" else {"S": f"{row[broken]['S'][:-1]}+"}
        assert put(world, row)

    found = list(pages(Endpoints(world), status=listing))

    expected = [f"{n}" for n in range(number + 5, 2 * number + 10) if not n % 2]
    assert sorted(title for page in found for title in page) == sorted(expected)
    assert len(found) == 3


def test_paging_continues_after_a_review_that_expired_between_pages(world: World) -> None:
    for n in range(indexes.PAGE_LIMIT + 3):
        deadline = NOW + timedelta(minutes=n + 1)
        world.add(make_review(review_id=new_review_id(), title=f"{n}", deadline=deadline))
    first = indexes.waiting(world.store, NOW)

    later = NOW + timedelta(minutes=indexes.PAGE_LIMIT + 1)
    second = indexes.waiting(world.store, later, first.next)

    last = [f"{n}" for n in range(indexes.PAGE_LIMIT + 1, indexes.PAGE_LIMIT + 3)]
    assert [it.title for it in second.reviews] == last
    assert second.next == ""


@given(after=st.text(min_size=1) | ANY_JSON.map(json.dumps))
def test_an_invalid_cursor_is_rejected_or_reads_no_reviews(world: World, after: str) -> None:
    for page in (
        lambda: indexes.waiting(world.store, NOW, after),
        lambda: indexes.newest(world.store, "dev", after),
    ):
        with suppress(InvalidInput):
            assert page().reviews == []
