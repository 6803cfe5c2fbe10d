"""The function for `/signoff`, on the embedded AWS, with forms as Slack sends them."""

import json
import re
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest

from lambdas.domain.review.events import Event
from lambdas.domain.review.review import Outcome, Review, Status, Way
from local.slack.payloads.drafts import read_draft
from tests.lambdas.conftest import API_URL, LINK_KEY, World, before_each_call, make_review
from tests.lambdas.slack.commands import ANN, BOB, SECRET, event, form
from tests.lambdas.slack.messages import decided, full_review, texts

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def load(world: World, load_handler: Callable[..., ModuleType]) -> Callable[..., ModuleType]:
    boto3.client("ssm").put_parameter(Name="secret", Value=SECRET, Type="SecureString")

    def load(**changes: str) -> ModuleType:
        environment = {
            "STAGE": "dev",
            "REVIEWS_TABLE": world.table,
            "AUDIT_LOG_TABLE": world.audit_log_table,
            "NOTES_TABLE": world.notes_table,
            "REQUIRED_APPROVALS": "1",
            "KEEP_REVIEWS_SECONDS": "34560000",
            "SLACK_SIGNING_SECRET_PARAMETER": "secret",
            "SLACK_CHANNEL": "#signoff-dev",
            "SLACK_CHANNEL_ID": "",
            "SLACK_TEAM_ID": "",
            **changes,
        }
        return load_handler("slack_commands", **environment)

    return load


@pytest.fixture
def start(load: Callable[..., ModuleType]) -> Callable[..., Ask]:
    """Load the function with settings; its replies are validated as Slack does."""

    def start(**settings: str) -> Ask:
        function = load(**settings)

        def ask(text: str = "", **changes: str) -> dict[str, Any]:
            body = urllib.parse.urlencode(form(text, **changes))
            answer = function.handle(event(body), None)
            assert answer["statusCode"] == 200
            assert answer["headers"]["Content-Type"] == "application/json"
            message = json.loads(answer["body"])
            read_draft(message)
            assert message["response_type"] == "ephemeral"
            assert "dev" in message["text"], "several stages may share a workspace"
            return message

        return ask

    return start


@pytest.fixture
def ask(start: Callable[..., Ask]) -> Ask:
    return start()


def shown(message: dict[str, Any]) -> str:
    return "\n".join(texts(message))


def later(**duration: float) -> datetime:
    return datetime.now(UTC) + timedelta(**duration)


def id_of(number: int) -> str:
    """A review ID with a letter for each digit."""
    return f"{number:016}".translate(str.maketrans("0123456789", "abcdefghij"))


def review(number: int, **changes: Any) -> Review:
    facts: dict[str, Any] = {
        "review_id": id_of(number),
        "title": f"Review {number}",
        "requested_at": datetime.now(UTC) - timedelta(hours=1),
        "deadline": later(hours=number, seconds=30),
    }
    return make_review(**(facts | changes))


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    elements = [it["accessory"] for it in message["blocks"] if "accessory" in it]
    for block in message["blocks"]:
        elements += block["elements"] if block["type"] == "actions" else []
    return elements


def test_pending_lists_reviews_soonest_deadline_first(world: World, ask: Ask) -> None:
    for number in (5, 2, 30):
        world.add(review(number))
    world.store.change(review(2).review_id, {}, voice=(BOB, "Bob"))
    world.add(review(1, status=Status.CANCELLED))
    world.add(review(9, deadline=later(seconds=-1)))

    message = ask("pending")

    asked_by = "requested by <@U012ABCDEF> (says the caller)"
    assert list(texts(message)) == [
        "`dev` · *3 pending reviews*",
        "Review 2",
        "Open",
        f"*2 hours 1 minute left* · 1 of 1 approved · {asked_by} · `{id_of(2)}`",
        "Review 5",
        "Open",
        f"*5 hours 1 minute left* · {asked_by} · `{id_of(5)}`",
        "Review 30",
        "Open",
        f"*30 hours 1 minute left* · {asked_by} · `{id_of(30)}`",
    ]
    assert [it["url"] for it in buttons(message)] == [
        f"{API_URL}/approve?review={id_of(number)}.{LINK_KEY}" for number in (2, 5, 30)
    ]
    assert all("value" not in it for it in buttons(message))


def test_one_pending_review_is_counted_in_the_singular(world: World, ask: Ask) -> None:
    world.add(review(1))
    assert "*1 pending review*" in shown(ask("pending"))


def test_an_empty_list_is_announced(ask: Ask) -> None:
    assert list(texts(ask("pending"))) == ["`dev` · *No pending reviews*"]


def test_long_lists_show_the_first_reviews_and_count_the_others(world: World, ask: Ask) -> None:
    for number in range(1, 62):
        world.add(review(number))

    message = ask("pending")

    assert len(buttons(message)) == 20
    assert "*61 pending reviews*" in shown(message)
    assert "and 41 more, with later deadlines" in shown(message)


def test_a_quorum_shows_the_number_of_approvals(world: World, start: Callable[..., Ask]) -> None:
    world.add(review(1))
    assert "0 of 3 approved" in shown(start(REQUIRED_APPROVALS="3")("pending"))


def test_history_shows_outcome_reviewer_way_and_time_latest_first(world: World, ask: Ask) -> None:
    at = later(minutes=-5)
    ends = {
        1: decided(reviewer=ANN, via=Way.SLACK, decided_at=at),
        2: decided(Outcome.REJECTED, reviewer=BOB, via=Way.CLI, decided_at=at - timedelta(hours=1)),
        3: {"status": Status.CANCELLED, "ended_at": at + timedelta(minutes=1)},
        4: {"deadline": at + timedelta(minutes=2)},
        5: decided(decided_at=at - timedelta(days=1)),
    }
    for number, changes in ends.items():
        world.add(review(number, **changes))
    world.add(review(9))

    message = ask("history")

    lines = [re.sub("<!date[^>]+>", "WHEN", it) for it in texts(message) if it != "Open"]
    assert lines == [
        "`dev` · *Recently ended reviews*",
        "Review 4",
        f":hourglass: *Expired*: no decision by the deadline · WHEN · `{id_of(4)}`",
        "Review 3",
        f":heavy_minus_sign: *Cancelled* · WHEN · `{id_of(3)}`",
        "Review 1",
        f":white_check_mark: *Approved* by <@{ANN}> · in Slack · WHEN · `{id_of(1)}`",
        "Review 2",
        f":no_entry: *Rejected* by <@{BOB}> · through the operator API · WHEN · `{id_of(2)}`",
        "Review 5",
        ":white_check_mark: *Approved* by someone with the link (identity not verified)"
        f" · by link · WHEN · `{id_of(5)}`",
    ]
    assert len(buttons(message)) == 5


def test_history_finds_reviews_older_than_all_pending_ones(world: World, ask: Ask) -> None:
    world.add(
        review(1, requested_at=later(days=-2), **decided(reviewer=ANN, decided_at=later(days=-1)))
    )
    for number in range(2, 60):
        world.add(review(number))

    assert "Review 1\n" in shown(ask("history"))


def test_an_empty_history_is_announced(ask: Ask) -> None:
    assert "No ended reviews" in shown(ask("history"))


@pytest.mark.parametrize("given", ["abcdefghijklmnop", "ABCDEFGHIJKLMNOP", "`abcdefghijklmnop`"])
def test_show_has_the_facts_the_status_and_the_audit_log(
    world: World, ask: Ask, given: str
) -> None:
    asked = full_review(deadline=later(hours=5, seconds=30))
    world.add(asked)
    world.audit_log.append(Event.NOTIFIED, asked, later(), why="in 1 try")

    message = ask(f"show {given}")

    words = shown(message)
    for fact in (
        "Customer upload 2026-11-22",
        "`dev` · *Decision pending*",
        "*Requested by*\n<@U012ABCDEF>",
        "in 5 hours 1 minute",
        "*Training rows*\n1,284,311",
        "New · 18,211 · 0.71",
        "evaluation.pdf · 1.2 MB",
        "· Requested by <@U012ABCDEF>\nstarted by arn:aws:states",
        "· Posted to the channel\nin 1 try",
    ):
        assert fact in words
    assert [it["url"] for it in buttons(message)] == [asked.approval_link]
    assert not [it for it in message["blocks"] if it["type"] in ("input", "table")]


def test_show_has_the_outcome_of_a_review(world: World, ask: Ask) -> None:
    ended = review(1, **decided(Outcome.REJECTED, reviewer=BOB, reason="wrong month"))
    world.add(ended)

    words = shown(ask(f"show {id_of(1)}"))

    assert f":no_entry: *Rejected* by <@{BOB}>" in words
    assert "Reason: wrong month" in words
    assert "Deadline" not in words


def test_show_leaves_out_entries_that_cannot_be_read(world: World, ask: Ask) -> None:
    asked = review(1)
    world.add(asked)
    damaged: Any = {"review_id": asked.review_id, "event_id": "2026-11-22T", "at": "yesterday"}
    entry = {name: {"S": value} for name, value in damaged.items()}
    boto3.client("dynamodb").put_item(TableName=world.audit_log_table, Item=entry)

    words = shown(ask(f"show {id_of(1)}"))

    assert "Requested" in words


def test_show_lists_the_latest_events_only_and_mentions_earlier_ones(
    world: World, ask: Ask
) -> None:
    asked = review(1)
    world.add(asked)
    for number in range(20):
        world.audit_log.append(
            Event.REFUSED, asked, later(), why=f"attempt {number} " + "*_x_* " * 1000
        )

    words = shown(ask(f"show {id_of(1)}"))

    assert "… earlier entries not shown" in words
    assert "attempt 7 " not in words
    assert "attempt 8 " in words
    assert "attempt 19 " in words


def test_an_unknown_review_is_reported(ask: Ask) -> None:
    given = "f" * 16
    assert f"`dev` · Review {given} was not found in this stage." in shown(ask(f"show {given}"))


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("pending", ["Query"]),
        ("history", ["Query"]),
        (f"show {id_of(1)}", ["GetItem", "Query"]),
        ("help", []),
        ("nonsense", []),
    ],
)
def test_a_cold_start_reads_the_secret_and_a_command_makes_at_most_two_calls(
    world: World, load: Callable[..., ModuleType], aws_calls: list[str], text: str, calls: list[str]
) -> None:
    world.add(review(1))
    aws_calls.clear()
    function = load()
    assert aws_calls == ["GetParameter"]
    aws_calls.clear()

    function.handle(event(urllib.parse.urlencode(form(text))), None)

    assert aws_calls == calls


def test_a_missing_secret_is_503_until_it_can_be_read(load: Callable[..., ModuleType]) -> None:
    function = load(SLACK_SIGNING_SECRET_PARAMETER="later")
    asked = event(urllib.parse.urlencode(form("help")))
    assert function.handle(asked, None)["statusCode"] == 503
    boto3.client("ssm").put_parameter(Name="later", Value=SECRET, Type="SecureString")
    assert function.handle(asked, None)["statusCode"] == 200


def test_an_aws_error_is_reported_in_private_without_details(
    start: Callable[..., Ask], caplog: pytest.LogCaptureFixture
) -> None:
    refused = shown(start(REVIEWS_TABLE="gone")("pending"))
    assert refused == "`dev` · AWS did not respond in time. Run the command again."
    assert "aws.unavailable" in caplog.text


def test_no_command_changes_anything(
    world: World, start: Callable[..., Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add(review(1))
    ask = start()
    operations: set[str] = set()
    with before_each_call(monkeypatch, lambda operation, _: operations.add(operation)):
        for text in ("pending", "history", f"show {id_of(1)}", "help", f"approve {id_of(1)}"):
            ask(text)
    assert operations == {"Query", "GetItem"}
