"""What each kind of channel posts: webhook, workflow and bot."""

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.lifecycle.end import end
from lambdas.domain.review.events import ASKING, ENDINGS, Event
from lambdas.domain.review.review import Outcome, Review, Status, Way
from lambdas.domain.slack.bot import SlackBot
from lambdas.domain.slack.clicks import respond
from lambdas.domain.slack.delivery import SlackDeliveryFailed
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.store.slack_notes import SlackNotes
from tests.http_stub import Answer, http_stub
from tests.lambdas.conftest import KEEP, NOW, World, make_review, new_review_id
from tests.lambdas.slack.channels import (
    BEFORE,
    Kind,
    announced,
    asked,
    bot_channel,
    escalation_channel,
    notify_of,
    posted_as,
    webhook_channel,
    workflow_channel,
)
from tests.lambdas.slack.messages import full_review, texts

OVER = list(ENDINGS)


def slack_error(error: str) -> Answer:
    return Answer(body=json.dumps({"ok": False, "error": error}).encode())


@pytest.fixture
def review(world: World) -> Review:
    """A review that is due for its reminder."""
    review = make_review(deadline=NOW + BEFORE)
    world.add(review)
    return review


def over(world: World, review: Review, status: Status = Status.CANCELLED, **more: str) -> None:
    """End a review without an announcement."""
    more |= {"ended_because": "why"}
    if status.is_decided:
        decided = {
            "decision": Outcome[status.name],
            "reviewer": "Lee",
            "reviewer_key": "U9LEE",
            "via": Way.SLACK,
        }
        more |= {**decided, "reason": "why", "decided_at": "2026-11-22T14:05:09Z"}
    change(world, review, status=status, **more)


def change(world: World, review: Review, **values: str) -> None:
    boto3.client("dynamodb").update_item(
        TableName=world.table,
        Key={"review_id": {"S": review.review_id}},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
        ExpressionAttributeNames={f"#{name}": name for name in values},
        ExpressionAttributeValues={f":{name}": {"S": value} for name, value in values.items()},
    )


def profile(**names: Any) -> Answer:
    user = {"id": "U012ABCDEF", "name": "kim", "profile": names}
    return Answer(body=json.dumps({"ok": True, "user": user}).encode())


@pytest.mark.parametrize("status", OVER)
def test_a_bot_posts_once_reminds_in_the_thread_and_updates_its_message(
    world: World, review: Review, status: Status
) -> None:
    with http_stub(posted_as("1.1"), posted_as("2.2"), posted_as("1.1")) as slack:
        channel = bot_channel(world, slack)
        notify_of(channel, Event.REQUESTED, review)
        notify_of(channel, Event.REMINDER, review)
        over(world, review, status)
        notify_of(channel, ENDINGS[status], review)

    [(post, request), (again, reminder), (update, closed)] = asked(slack)
    assert (post, again, update) == ("chat.postMessage", "chat.postMessage", "chat.update")
    assert {it["channel"] for it in (request, reminder, closed)} == {"C1"}
    assert '"actions"' in json.dumps(request)
    assert (reminder["thread_ts"], reminder["reply_broadcast"]) == ("1.1", True)
    assert "2 hours left" in reminder["text"]
    assert (closed["ts"], '"actions"' in json.dumps(closed)) == ("1.1", False)
    assert "*Flagged" not in closed["text"]


@pytest.mark.parametrize("status", OVER)
def test_a_webhook_posts_an_ending_as_a_separate_message(
    world: World, review: Review, status: Status
) -> None:
    with http_stub(Answer()) as slack:
        channel = webhook_channel(world, slack)
        notify_of(channel, Event.REQUESTED, review)
        notify_of(channel, Event.REMINDER, review)
        over(world, review, status)
        notify_of(channel, ENDINGS[status], review)

    assert len(slack.asked) == 3
    assert "review abcdefghijklmnop" in json.dumps(asked(slack)[-1][1])


@pytest.mark.parametrize("status", OVER)
def test_a_workflow_gets_the_same_variables_in_every_event_as_the_topics_subscribers(
    world: World, review: Review, status: Status
) -> None:
    with http_stub(Answer(body=b'{"ok":true}')) as slack:
        channel = workflow_channel(world, slack, needed=2)
        notify_of(channel, Event.REQUESTED, review)
        notify_of(channel, Event.REMINDER, review)
        over(world, review, status)
        notify_of(channel, ENDINGS[status], review)
        stands = world.store.get(review.review_id)

    assert [variables for _, variables in asked(slack)] == [
        announcement(Event.REQUESTED, review, needed=2),
        announcement(Event.REMINDER, review, "2 hours", BEFORE, 2),
        announcement(ENDINGS[status], stands, needed=2),
    ]


@pytest.mark.parametrize(
    "kind", [bot_channel, webhook_channel, workflow_channel, escalation_channel]
)
@pytest.mark.parametrize("how", ["ended", "past its deadline", "unknown"])
def test_an_ended_review_is_not_posted(world: World, review: Review, kind: Kind, how: str) -> None:
    change(world, review, escalating_at="2026-11-22T14:05:09Z")
    if how == "ended":
        over(world, review)
    elif how == "unknown":
        review = make_review(review_id="f" * 16)
    else:
        world.clock.moment = review.deadline
    with http_stub(posted_as()) as slack:
        for event in ASKING:
            notify_of(kind(world, slack), event, review)

    assert slack.asked == []


@pytest.mark.parametrize("event", [Event.ESCALATED, Event.CANCELLED])
def test_the_escalation_channel_gets_escalated_reviews_only(
    world: World, review: Review, event: Event
) -> None:
    if event is not Event.ESCALATED:
        over(world, review)
    with http_stub(Answer()) as slack:
        channel = escalation_channel(world, slack)
        notify_of(channel, event, review)
        assert slack.asked == []

        change(world, review, escalating_at="2026-11-22T14:05:09Z")
        notify_of(channel, event, review)

    assert len(slack.asked) == 1


@pytest.mark.parametrize(
    ("kind", "event", "text"),
    [
        (webhook_channel, Event.REMINDER, "Reminder: 2 hours left, 1 of 2 approved"),
        (bot_channel, Event.REMINDER, "Reminder: 2 hours left to decide, 1 of 2 approved."),
        (workflow_channel, Event.REMINDER, "2 hours left, 1 of 2 approved, in dev"),
        (
            escalation_channel,
            Event.ESCALATED,
            "More approvals needed, 2 hours left, 1 of 2 approved",
        ),
        (webhook_channel, Event.EXPIRED, "*Expired*: 1 of 2 approved"),
        (bot_channel, Event.EXPIRED, "*Expired*: 1 of 2 approved"),
        (workflow_channel, Event.EXPIRED, "Expired: 1 of 2 approved in dev"),
        (escalation_channel, Event.EXPIRED, "*Expired*: 1 of 2 approved"),
    ],
)
def test_one_approval_of_two_is_shown(
    world: World, review: Review, kind: Any, event: Event, text: str
) -> None:
    with http_stub(posted_as()) as slack:
        channel = kind(world, slack, needed=2)
        notify_of(channel, Event.REQUESTED, review)
        world.store.change(
            review.review_id, {}, "deadline > :now", {"now": NOW}, voice=("U1ANN", "Ann")
        )
        change(world, review, escalating_at="2026-11-22T14:05:09Z")
        if event is Event.EXPIRED:
            over(world, review, Status.EXPIRED)
        notify_of(channel, event, review)

    assert text in json.dumps(asked(slack)[-1][1])


def test_the_message_whose_button_decided_becomes_the_outcome(world: World, review: Review) -> None:
    with http_stub(Answer()) as clicked, http_stub(Answer()) as slack:
        over(world, review, Status.APPROVED, response_url=clicked.url)
        notify_of(webhook_channel(world, slack), Event.DECIDED, review)
        notify_of(webhook_channel(world, slack), Event.DECIDED, review)

    [(_, outcome)] = asked(clicked)
    assert outcome["replace_original"] is True
    assert "*Approved* by <@U9LEE>" in json.dumps(outcome)
    assert len(slack.asked) == 1


def test_the_outcome_is_posted_even_if_the_clicked_message_cannot_be_replaced(
    world: World, review: Review
) -> None:
    with http_stub(Answer(500)) as clicked, http_stub(Answer()) as slack:
        over(world, review, Status.APPROVED, response_url=clicked.url)
        notify_of(webhook_channel(world, slack), Event.DECIDED, review)

    assert len(clicked.asked) == 1
    assert "*Approved*" in json.dumps(asked(slack)[0][1])


@pytest.mark.parametrize(
    "error", ["message_not_found", "cant_update_message", "edit_window_closed"]
)
def test_if_the_message_cannot_be_updated_the_ending_is_a_new_one(
    world: World, review: Review, error: str
) -> None:
    with http_stub(posted_as(), slack_error(error), posted_as("3.3")) as slack:
        channel = bot_channel(world, slack)
        notify_of(channel, Event.REQUESTED, review)
        over(world, review)
        notify_of(channel, Event.CANCELLED, review)

    assert [method for method, _ in asked(slack)] == [
        "chat.postMessage",
        "chat.update",
        "chat.postMessage",
    ]


@pytest.mark.parametrize("error", ["not_in_channel", "invalid_auth", "channel_not_found"])
def test_a_refusal_is_reported_with_slacks_error_code_and_without_the_token(
    world: World, review: Review, error: str
) -> None:
    with http_stub(slack_error(error)) as slack, pytest.raises(SlackDeliveryFailed) as refused:
        notify_of(bot_channel(world, slack), Event.REQUESTED, review)

    assert error in str(refused.value)
    assert "xoxb" not in repr(refused.value)
    assert len(slack.asked) == 1


@pytest.mark.parametrize(
    "passing",
    [
        slack_error("ratelimited"),
        slack_error("internal_error"),
        Answer(429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "0"}),
        Answer(200, b"<html>"),
    ],
)
def test_transient_errors_are_retried(world: World, review: Review, passing: Answer) -> None:
    with http_stub(passing, posted_as()) as slack:
        notify_of(bot_channel(world, slack), Event.REQUESTED, review)

    assert len(slack.asked) == 2
    assert world.story(review)[-1][3] == "review.requested, 2 tries"


def test_reading_a_review_requests_neither_token_nor_storage_location(
    world: World, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("dynamodb")
    seen: list[Any] = []
    original: Any = client.get_item

    def noted(**request: Any) -> Any:
        answer = original(**request)
        seen.append(answer)
        return answer

    monkeypatch.setattr(client, "get_item", noted)
    standing = SlackNotes(client, world.table, world.notes_table, world.audit_log, keep=KEEP).look(
        announced(Event.REQUESTED, review)
    )

    assert not {"task_token", "link_key", "bucket", "key", "version_id"} & set(seen[0]["Item"])
    assert standing is not None
    assert standing.review.task_token == ""


def test_nothing_is_posted_after_the_deadline(world: World, review: Review) -> None:
    with http_stub(Answer()) as slack:
        world.clock.moment = review.deadline - timedelta(seconds=1)
        notify_of(webhook_channel(world, slack), Event.REQUESTED, review)

    assert len(slack.asked) == 1


def test_an_ending_is_posted_in_the_channel(world: World, review: Review) -> None:
    end(world.gate, review, Status.CANCELLED, "maintenance")
    with http_stub(Answer()) as slack:
        notify_of(webhook_channel(world, slack), Event.CANCELLED, review)

    assert "maintenance" in json.dumps(asked(slack)[0][1])


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (profile(display_name="Kim", real_name="Kim Reyes"), "Kim"),
        (profile(display_name="", real_name="Kim\u202e Reyes\n<!here>"), "Kim Reyes <!here>"),
        (profile(real_name="K" * 81), "K" * 80),
        (profile(), "kim"),
        (profile(display_name=7, real_name={}), "kim"),
        (slack_error("missing_scope"), ""),
        (slack_error("user_not_found"), ""),
        (Answer(429, b"", {"Retry-After": "30"}), ""),
        (Answer(500), ""),
        (Answer(200, b"[" * 9999), ""),
        (Answer(200, b'{"ok": true, "user": {"name": "kim", "profile": null}}'), ""),
    ],
)
def test_a_bot_stores_the_requesters_name_if_slack_returns_it_promptly(
    world: World, review: Review, aws_calls: list[str], answer: Answer, name: str
) -> None:
    with http_stub(posted_as("1.1"), answer) as slack:
        aws_calls.clear()
        notify_of(bot_channel(world, slack, kind=SlackBot), Event.REQUESTED, review)

    assert aws_calls == ["UpdateItem", "GetItem", "ExecuteTransaction"]
    assert world.notes.with_names([review])[0].requested_by_name == name
    [_, (_, path, body)] = slack.asked
    assert (path, body) == ("/users.info", b"user=U012ABCDEF")
    assert slack.headers[1]["Authorization"] == "Bearer xoxb-secret"
    assert slack.headers[1]["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_failed_name_lookup_does_not_delay_a_message(world: World, review: Review) -> None:
    never = threading.Event()
    with http_stub(posted_as("1.1"), Answer(hold=never)) as slack:
        began = time.monotonic()
        notify_of(bot_channel(world, slack, kind=SlackBot), Event.REQUESTED, review)
        took_seconds = time.monotonic() - began
        never.set()

    assert took_seconds < 10, "two seconds, and what a busy machine adds"
    assert world.story(review)[-1][0] == "review.notified"
    assert world.notes.with_names([review])[0].requested_by_name == ""


@pytest.mark.parametrize(
    ("requested_by", "event", "seconds_left"),
    [("Kim", Event.REQUESTED, 10), ("U012ABCDEF", Event.REQUESTED, 2), ("", Event.REQUESTED, 10)],
)
def test_names_are_looked_up_only_with_an_id_and_time_left(
    world: World, requested_by: str, event: Event, seconds_left: float
) -> None:
    review = make_review(requested_by=requested_by)
    world.add(review)
    with http_stub(posted_as()) as slack:
        notify_of(bot_channel(world, slack, kind=SlackBot), event, review, seconds_left)

    assert [path for _, path, _ in slack.asked] == ["/chat.postMessage"]


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (bot_channel, slack_error("invalid_blocks")),
        (bot_channel, slack_error("invalid_attachments")),
        (webhook_channel, Answer(400, b"invalid_blocks")),
    ],
)
def test_a_table_is_posted_in_a_form_that_slack_accepts_and_the_next_message_starts_with_it(
    world: World, kind: Kind, refusal: Answer
) -> None:
    forms: list[str] = []
    reviews = [full_review(requested_by="Kim", review_id=new_review_id()) for _ in range(3)]
    answers = [refusal, posted_as(), posted_as(), refusal, refusal, posted_as()]
    with http_stub(*answers) as slack:
        channel = kind(world, slack)
        for review in reviews:
            world.add(review)
            notify_of(channel, Event.REQUESTED, review)
            assert world.story(review)[-1][0] == "review.notified"
        for _, message in asked(slack):
            tables = [it for it in message["blocks"] if it["type"] == "table"]
            attached = [it for part in message.get("attachments", []) for it in part["blocks"]]
            lines = "New · 18,211 · 0.71" in "\n".join(texts(message))
            forms.append("blocks" if tables else "attachment" if attached else f"lines: {lines}")

    first, remembered = ["blocks", "attachment"], ["attachment"]
    assert forms == [*first, *remembered, "attachment", "blocks", "lines: True"]


@pytest.mark.parametrize("refusal", [Answer(400, b"invalid_blocks"), slack_error("invalid_blocks")])
def test_a_replacement_whose_table_slack_rejects_has_its_rows_as_lines(refusal: Answer) -> None:
    message = SlackNotices(buttons=True, needed=2).replacement(full_review(), NOW)

    with http_stub(refusal, Answer()) as slack:
        assert respond(slack.url, message)

    _, taken = [json.loads(body) for _, _, body in slack.asked]
    assert "table" not in {block["type"] for block in taken["blocks"]}
    assert "New · 18,211 · 0.71" in "\n".join(texts(taken))


def test_an_outcome_replaces_an_attachment_too(world: World) -> None:
    review = full_review(requested_by="Kim")
    world.add(review)
    with http_stub(posted_as("1.1")) as slack:
        channel = bot_channel(world, slack)
        notify_of(channel, Event.REQUESTED, review)
        over(world, review, Status.REJECTED)
        notify_of(channel, Event.DECIDED, review)

    method, changed = asked(slack)[-1]
    assert (method, changed["attachments"]) == ("chat.update", [])


@pytest.mark.parametrize("error", ["rate_limited", "ratelimited"])
def test_a_rate_limit_with_status_200_is_waited_out_without_a_second_message(
    world: World, error: str
) -> None:
    review = make_review()
    world.add(review)
    limited = replace(slack_error(error), headers={"Retry-After": "1"})
    with http_stub(posted_as("1.1"), limited, posted_as("1.1")) as slack:
        channel = bot_channel(world, slack)
        notify_of(channel, Event.REQUESTED, review, 60)
        over(world, review, Status.REJECTED)
        notify_of(channel, Event.DECIDED, review, 60)

    assert [method for method, _ in asked(slack)] == ["chat.postMessage", *["chat.update"] * 2]


@pytest.mark.parametrize("answer", [Answer(400, b"invalid_blocks"), Answer(404, b"no_service")])
def test_errors_unrelated_to_the_table_are_not_retried_without_it(
    world: World, answer: Answer
) -> None:
    has_table = answer.status == 404
    review = full_review() if has_table else make_review()
    world.add(review)
    with http_stub(answer) as slack, pytest.raises(SlackDeliveryFailed):
        notify_of(webhook_channel(world, slack), Event.REQUESTED, review)

    assert len(slack.asked) == 1
