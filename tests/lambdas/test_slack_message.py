"""Announcements as Slack messages."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from slack_sdk.models.blocks import Block

from lambdas.shared.lifecycle.announcements import announcement
from lambdas.shared.review.events import Event
from lambdas.shared.review.review import UNVERIFIED, Outcome, Status, Way
from lambdas.shared.slack.messages import replacement
from lambdas.shared.slack.notices import SlackNotices
from tests.lambdas.conftest import NOW, make_review

REQUEST = announcement(Event.REQUESTED, make_review())
REMINDER = announcement(Event.REMINDER, make_review(), "2 hours")
ESCALATED = announcement(Event.ESCALATED, make_review(), "1 hour")
ASKING = (Event.REQUESTED, Event.REMINDER, Event.ESCALATED)
ENDINGS = (Event.DECIDED, Event.EXPIRED, Event.CANCELLED, Event.UNDELIVERED)


def slack_message(
    told: dict[str, str], *, buttons: bool = False, needed: int = 1
) -> dict[str, Any]:
    return SlackNotices(buttons=buttons, needed=needed).notice(told)


def ending(event: Event, **changes: Any) -> dict[str, str]:
    return announcement(event, make_review(**changes))


def decided(decision: Outcome = Outcome.APPROVED, **changes: Any) -> dict[str, Any]:
    """What a decision adds to a review."""
    facts: dict[str, Any] = {
        "status": decision.status,
        "decision": decision,
        "reviewer": UNVERIFIED,
        "via": Way.LINK,
        "decided_at": NOW,
    }
    return facts | changes


def test_a_request_says_what_why_how_many_who_until_when_and_where_to_look() -> None:
    shown = json.dumps(slack_message(REQUEST), ensure_ascii=False)

    for words in (
        "Decision needed in dev",
        "Customer upload 2026-11-22",
        "8.0%: 80 of 1,000 rows flagged (limit 6.0%)",
        "<@U012ABCDEF>",
        "<!date^1795442709^{date_short_pretty} at {time}|23 November 2026, 14:05 UTC>",
        "/evidence?review=0123456789abcdef0123456789abcdef|Open the file>",
    ):
        assert words in shown


def test_a_request_has_one_button_to_approve_and_one_to_reject() -> None:
    [actions] = [it for it in slack_message(REQUEST)["blocks"] if it["type"] == "actions"]

    assert [
        (it["action_id"], it["style"], it["url"].split("?")[0].rsplit("/", 1)[-1])
        for it in actions["elements"]
    ] == [("approve", "primary", "approve"), ("reject", "danger", "reject")]


def test_the_plain_text_is_for_notifications() -> None:
    assert slack_message(REQUEST)["text"] == "Decision needed in dev: Customer upload 2026-11-22"


def test_the_plain_text_of_an_ending_has_no_markup() -> None:
    message = slack_message(ending(Event.DECIDED, **decided()))

    assert message["text"] == (
        "Approved by somebody with the link (identity not verified) in dev: "
        "Customer upload 2026-11-22"
    )


@pytest.mark.parametrize("event", [*ASKING, *ENDINGS])
def test_no_message_lets_slack_open_its_links(event: Event) -> None:
    told = announcement(event, make_review(), "2 hours" if event in ASKING else "")
    notices = SlackNotices()
    messages = [notices.notice(told)]
    if event in ASKING:
        messages += [notices.reply(told), notices.overtaken(told)]
    else:
        messages += [notices.outcome(told)]

    for message in messages:
        assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("told", "headline"),
    [
        (REMINDER, "Reminder: 2 hours left in dev"),
        (ESCALATED, "Nobody has decided, 1 hour left in dev"),
    ],
)
@pytest.mark.parametrize("buttons", [True, False])
def test_a_reminder_says_the_time_left_and_can_be_decided_at_once(
    told: dict[str, str], headline: str, buttons: bool
) -> None:
    message = slack_message(told, buttons=buttons)

    assert message["text"] == f"{headline}: Customer upload 2026-11-22"
    assert message["blocks"][0]["text"]["text"] == headline
    [actions] = [it for it in message["blocks"] if it["type"] == "actions"]
    assert [it["action_id"] for it in actions["elements"]] == ["approve", "reject"]
    assert ("value" in actions["elements"][0]) is buttons


def test_a_reply_has_links_that_stay_true_instead_of_buttons() -> None:
    for buttons in (True, False):
        reply = SlackNotices(buttons=buttons).reply(REMINDER)

        assert reply["text"] == "Reminder: 2 hours left to decide."
        shown = json.dumps(reply)
        assert REMINDER["approval_link"] in shown
        assert (REMINDER["rejection_link"] in shown) is not buttons
        assert '"actions"' not in shown


@pytest.mark.parametrize("event", ENDINGS)
def test_every_ending_names_the_review_and_who_requested_it(event: Event) -> None:
    shown = json.dumps(slack_message(ending(event)))

    for words in ("Customer upload 2026-11-22", "review 01234567", "<@U012ABCDEF>"):
        assert words in shown


@pytest.mark.parametrize(
    ("review", "headline"),
    [
        (
            ending(Event.DECIDED, **decided()),
            ":white_check_mark: *Approved* by somebody with the link (identity not verified)",
        ),
        (
            ending(Event.DECIDED, **decided(Outcome.REJECTED, reviewer="U9LEE", reason="no")),
            ":no_entry: *Rejected* by <@U9LEE>",
        ),
        (
            ending(Event.DECIDED, **decided(reviewer="U0987654")),
            ":white_check_mark: *Approved* by <@U0987654>",
        ),
        (ending(Event.EXPIRED, status=Status.EXPIRED), ":hourglass: *Expired*: nobody decided"),
        (
            ending(Event.DECIDED, **decided(Outcome.REJECTED, reviewer="timeout", via=Way.TIMEOUT)),
            ":no_entry: *Rejected* by timeout",
        ),
        (
            ending(Event.UNDELIVERED, status=Status.UNDELIVERED),
            ":heavy_minus_sign: *Undelivered*",
        ),
        (ending(Event.CANCELLED, status=Status.CANCELLED), ":heavy_minus_sign: *Cancelled*"),
    ],
)
def test_every_ending_has_its_headline(review: dict[str, str], headline: str) -> None:
    assert slack_message(review)["blocks"][0]["text"]["text"].split("\n")[0] == headline


def test_words_of_people_are_escaped_wherever_they_stand() -> None:
    hostile = "<!channel> & <https://evil.example|Approve>"
    review = make_review(
        title=hostile,
        requested_by=hostile,
        **decided(Outcome.REJECTED, reviewer=hostile, reason=hostile),
    )

    for event in (Event.REQUESTED, Event.DECIDED):
        shown = json.dumps(slack_message(announcement(event, review)))
        assert "<!channel>" not in shown
        assert "<https://evil.example" not in shown


def test_the_longest_words_stay_within_slacks_limits() -> None:
    review = make_review(
        title="&" * 150,
        requested_by="<" * 80,
        **decided(Outcome.REJECTED, reviewer="<" * 80, reason="<" * 500),
    )
    review = replace(review, s3_file="https://x/" + "y" * 1500)

    for event in (Event.REQUESTED, Event.DECIDED):
        message = slack_message(announcement(event, review))
        assert len(message["blocks"]) <= 50
        for block in message["blocks"]:
            limit = 2000 if "fields" in block else 3000
            assert all(len(text) <= limit for text in _texts(block))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for it in cast("dict[str, Any]", value).values() for text in _texts(it)]
    if isinstance(value, list):
        return [text for it in cast("list[Any]", value) for text in _texts(it)]
    return [value] if isinstance(value, str) else []


def test_with_buttons_people_decide_in_slack_and_may_say_why() -> None:
    blocks = slack_message(REQUEST, buttons=True)["blocks"]

    [reason] = [it for it in blocks if it["type"] == "input"]
    [actions] = [it for it in blocks if it["type"] == "actions"]
    assert (reason["optional"], reason["element"]["max_length"]) == (True, 500)
    assert [(it["action_id"], it["value"], "url" in it) for it in actions["elements"]] == [
        ("approve", REQUEST["review_id"], False),
        ("reject", REQUEST["review_id"], False),
    ]
    assert REQUEST["approval_link"] in json.dumps(blocks), "the page can still be reached"


def test_a_quorum_says_how_many_have_approved() -> None:
    assert "0 of 2 approvals" in json.dumps(slack_message(REQUEST, buttons=True, needed=2))
    assert "1 of 3 approvals: <@U1ANN>" in json.dumps(replacement(REQUEST, ["U1ANN"], 3))


MESSAGES = {
    "links": slack_message(REQUEST),
    "buttons": slack_message(REQUEST, buttons=True),
    "quorum": slack_message(REQUEST, buttons=True, needed=3),
    "one of three": replacement(REQUEST, ["U1ANN"], 3),
    "decided": slack_message(ending(Event.DECIDED, **decided())),
    "replaced": replacement(ending(Event.DECIDED, **decided()), [], 1),
    "expired": slack_message(ending(Event.EXPIRED, status=Status.EXPIRED)),
    "reminder": slack_message(REMINDER),
    "reminder with buttons": slack_message(REMINDER, buttons=True),
    "reply": SlackNotices().reply(REMINDER),
    "escalated": slack_message(ESCALATED),
    "overtaken": SlackNotices().overtaken(REQUEST),
    "closed": SlackNotices().outcome(ending(Event.DECIDED, **decided())),
    "undelivered": slack_message(ending(Event.UNDELIVERED, status=Status.UNDELIVERED)),
    "cancelled": slack_message(ending(Event.CANCELLED, status=Status.CANCELLED)),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slacks_own_library_takes_every_block(message: dict[str, Any]) -> None:
    for block in message["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict() == block
