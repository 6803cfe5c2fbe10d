"""Reviews as Slack messages."""

import json
from datetime import timedelta
from typing import Any, cast

import pytest
from slack_sdk.models.blocks import Block

from lambdas.shared.review.events import ENDINGS, Event
from lambdas.shared.review.review import UNVERIFIED, Outcome, Review, Status, Way
from lambdas.shared.slack.notices import SlackNotices
from tests.lambdas.conftest import NOW, make_review

REVIEW = make_review()
ASKING = (Event.REQUESTED, Event.REMINDER, Event.ESCALATED)
LEFT = {
    Event.REQUESTED: timedelta(hours=24),
    Event.REMINDER: timedelta(hours=2),
    Event.ESCALATED: timedelta(hours=1),
}


def slack_message(
    event: Event = Event.REQUESTED,
    review: Review = REVIEW,
    *,
    buttons: bool = False,
    needed: int = 1,
    own: bool = False,
) -> dict[str, Any]:
    notices = SlackNotices(buttons=buttons, needed=needed, own=own)
    return notices.notice(event, review, review.deadline - LEFT.get(event, timedelta(0)))


def reply(*, buttons: bool = False, needed: int = 1, **changes: Any) -> dict[str, Any]:
    review = make_review(**changes)
    notices = SlackNotices(buttons=buttons, needed=needed)
    return notices.reply(Event.REMINDER, review, review.deadline - LEFT[Event.REMINDER])


def ending(status: Status, **changes: Any) -> dict[str, Any]:
    return slack_message(ENDINGS[status], make_review(status=status, **changes))


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
    shown = json.dumps(slack_message(), ensure_ascii=False)

    for words in (
        "Decision needed in dev",
        "Customer upload 2026-11-22",
        "8.0%: 80 of 1,000 rows flagged (limit 6.0%)",
        "<@U012ABCDEF>",
        "<!date^1795442709^{date_short_pretty} at {time}|23 November 2026, 14:05 UTC>",
        "/evidence?review=0123456789abcdef0123456789abcdef|Open the file>",
    ):
        assert words in shown


def test_without_buttons_the_ways_to_decide_are_links_whose_press_slack_tells_nobody() -> None:
    shown = json.dumps(slack_message())

    assert '"button"' not in shown
    assert f"<{REVIEW.approval_link}|Approve>" in shown
    assert f"<{REVIEW.rejection_link}|Reject>" in shown


def test_the_plain_text_is_for_notifications() -> None:
    assert slack_message()["text"] == "Decision needed in dev: Customer upload 2026-11-22"


def test_the_plain_text_of_an_ending_has_no_markup() -> None:
    message = ending(**decided())

    assert message["text"] == (
        "Approved by somebody with the link (identity not verified) in dev: "
        "Customer upload 2026-11-22"
    )


@pytest.mark.parametrize("event", ASKING)
def test_no_message_lets_slack_open_its_links(event: Event) -> None:
    notices = SlackNotices()
    messages = [notices.notice(event, REVIEW, NOW), notices.reply(event, REVIEW, NOW)]
    messages += [ending(status) for status in ENDINGS]
    messages += [notices.outcome(make_review(status=status)) for status in ENDINGS]

    for message in messages:
        assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("event", "headline"),
    [
        (Event.REMINDER, "Reminder: 2 hours left in dev"),
        (Event.ESCALATED, "Nobody has decided, 1 hour left in dev"),
    ],
)
@pytest.mark.parametrize("buttons", [True, False])
def test_a_reminder_says_the_time_left_and_can_be_decided_at_once(
    event: Event, headline: str, buttons: bool
) -> None:
    message = slack_message(event, buttons=buttons)

    assert message["text"] == f"{headline}: Customer upload 2026-11-22"
    assert message["blocks"][0]["text"]["text"] == headline
    shown = json.dumps(message)
    assert ('"action_id": "approve"' in shown) is buttons
    assert (f"<{REVIEW.rejection_link}|Reject>" in shown) is not buttons


@pytest.mark.parametrize(
    ("event", "approvals", "headline"),
    [
        (Event.REMINDER, [], "Reminder: 2 hours left, 0 of 2 approved in dev"),
        (Event.REMINDER, ["U1ANN"], "Reminder: 2 hours left, 1 of 2 approved in dev"),
        (Event.ESCALATED, [], "Nobody has decided, 1 hour left, 0 of 2 approved in dev"),
        (Event.ESCALATED, ["U1ANN"], "Still no decision, 1 hour left, 1 of 2 approved in dev"),
    ],
)
def test_a_quorum_s_reminder_says_who_has_approved(
    event: Event, approvals: list[str], headline: str
) -> None:
    review = make_review(approvals=frozenset(approvals))
    message = slack_message(event, review, buttons=True, needed=2)

    assert message["blocks"][0]["text"]["text"] == headline
    names = f": {', '.join(f'<@{name}>' for name in approvals)}" if approvals else ""
    assert f"{len(approvals)} of 2 approvals{names} ·" in json.dumps(message, ensure_ascii=False)


def test_a_reply_has_links_that_stay_true_instead_of_buttons() -> None:
    for buttons in (True, False):
        below = reply(buttons=buttons)

        assert below["text"] == "Reminder: 2 hours left to decide."
        shown = json.dumps(below)
        assert REVIEW.approval_link in shown
        assert (REVIEW.rejection_link in shown) is not buttons
        assert '"actions"' not in shown


@pytest.mark.parametrize("status", ENDINGS)
def test_every_ending_names_the_review_and_who_requested_it(status: Status) -> None:
    shown = json.dumps(ending(status))

    for words in ("Customer upload 2026-11-22", "review 01234567", "<@U012ABCDEF>"):
        assert words in shown


@pytest.mark.parametrize(
    ("message", "headline"),
    [
        (
            ending(**decided()),
            ":white_check_mark: *Approved* by somebody with the link (identity not verified)",
        ),
        (
            ending(**decided(Outcome.REJECTED, reviewer="U9LEE", reason="no")),
            ":no_entry: *Rejected* by <@U9LEE>",
        ),
        (ending(**decided(reviewer="U0987654")), ":white_check_mark: *Approved* by <@U0987654>"),
        (ending(Status.EXPIRED), ":hourglass: *Expired*: nobody decided"),
        (
            ending(Status.EXPIRED, approvals=frozenset({"U1ANN"})),
            ":hourglass: *Expired*: 1 of 1 approved",
        ),
        (
            ending(**decided(Outcome.REJECTED, reviewer="timeout", via=Way.TIMEOUT)),
            ":no_entry: *Rejected* by timeout",
        ),
        (ending(Status.UNDELIVERED), ":heavy_minus_sign: *Undelivered*"),
        (ending(Status.CANCELLED), ":heavy_minus_sign: *Cancelled*"),
    ],
)
def test_every_ending_has_its_headline(message: dict[str, Any], headline: str) -> None:
    assert message["blocks"][0]["text"]["text"].split("\n")[0] == headline


@pytest.mark.parametrize(
    ("name", "buttons", "own", "shown"),
    [
        ("U012ABCDEF", True, False, "<@U012ABCDEF>"),
        ("Kim", True, False, "Kim (not a Slack user: self-approval cannot be checked)"),
        ("Kim", True, True, "Kim"),
        ("Kim", False, False, "Kim"),
        ("", True, False, "nobody (started automatically)"),
        ("", False, False, "nobody (started automatically)"),
    ],
)
def test_a_request_says_who_asked_and_whether_that_can_be_held_against_a_click(
    name: str, buttons: bool, own: bool, shown: str
) -> None:
    review = make_review(requested_by=name)
    blocks = slack_message(review=review, buttons=buttons, own=own)["blocks"]

    assert f"*Requested by*\n{shown}" in [text for block in blocks for text in _texts(block)]


HOSTILE = (
    "<!channel> & <https://evil.example|Approve> https://evil.example @here :white_check_mark:"
)


def test_words_of_people_are_escaped_wherever_they_stand() -> None:
    facts: dict[str, Any] = {"title": HOSTILE, "requested_by": HOSTILE}
    request = slack_message(review=make_review(**facts))
    facts |= decided(Outcome.REJECTED, reviewer=HOSTILE, reason=HOSTILE)

    for message in (request, ending(**facts), SlackNotices().outcome(make_review(**facts))):
        shown = json.dumps(message)
        assert "<!channel>" not in shown
        assert "<https://evil.example" not in shown


def test_of_the_words_of_people_slack_makes_neither_links_nor_mentions() -> None:
    facts: dict[str, Any] = {"title": HOSTILE, "requested_by": HOSTILE}
    asking = slack_message(review=make_review(**facts))["blocks"]
    facts |= decided(Outcome.REJECTED, reviewer=HOSTILE, reason=HOSTILE)

    for block in [*asking, *ending(**facts)["blocks"]]:
        for text in _text_objects(block):
            if "evil.example" in text["text"]:
                assert text.get("verbatim") is True or text.get("emoji") is False


def test_the_longest_words_stay_within_slacks_limits() -> None:
    facts: dict[str, Any] = {
        "title": "&" * 150,
        "requested_by": "<" * 80,
        "s3_file": "https://x/" + "y" * 1500,
    }
    request = slack_message(review=make_review(**facts), buttons=True)
    facts |= decided(Outcome.REJECTED, reviewer="<" * 80, reason="<" * 500)

    for message in (request, ending(**facts), SlackNotices().outcome(make_review(**facts))):
        assert len(message["blocks"]) <= 50
        for block in message["blocks"]:
            limit = 2000 if "fields" in block else 3000
            assert all(len(text) <= limit for text in _texts(block))


def _text_objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [it for one in cast("list[Any]", value) for it in _text_objects(one)]
    if not isinstance(value, dict):
        return []
    known = cast("dict[str, Any]", value)
    own = [known] if known.get("type") in ("plain_text", "mrkdwn") else []
    return own + [it for one in known.values() for it in _text_objects(one)]


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for it in cast("dict[str, Any]", value).values() for text in _texts(it)]
    if isinstance(value, list):
        return [text for it in cast("list[Any]", value) for text in _texts(it)]
    return [value] if isinstance(value, str) else []


def test_with_buttons_people_decide_in_slack_and_may_say_why() -> None:
    blocks = slack_message(buttons=True)["blocks"]

    [reason] = [it for it in blocks if it["type"] == "input"]
    [actions] = [it for it in blocks if it["type"] == "actions"]
    assert (reason["optional"], reason["element"]["max_length"]) == (True, 500)
    assert [(it["action_id"], it["value"], "url" in it) for it in actions["elements"]] == [
        ("approve", REVIEW.review_id, False),
        ("reject", REVIEW.review_id, False),
    ]
    assert REVIEW.approval_link in json.dumps(blocks), "the page can still be reached"


def replacement(review: Review, needed: int = 1) -> dict[str, Any]:
    return SlackNotices(buttons=True, needed=needed).replacement(review)


def test_a_quorum_says_how_many_have_approved() -> None:
    assert "0 of 2 approvals" in json.dumps(slack_message(buttons=True, needed=2))
    voted = make_review(approvals=frozenset({"U1ANN"}))
    assert "1 of 3 approvals: <@U1ANN>" in json.dumps(replacement(voted, 3))


DECIDED = make_review(**decided())
MESSAGES = {
    "links": slack_message(),
    "buttons": slack_message(buttons=True),
    "quorum": slack_message(buttons=True, needed=3),
    "one of three": replacement(make_review(approvals=frozenset({"U1ANN"})), 3),
    "decided": ending(**decided()),
    "replaced": replacement(DECIDED),
    "expired": ending(Status.EXPIRED),
    "reminder": slack_message(Event.REMINDER),
    "reminder with buttons": slack_message(Event.REMINDER, buttons=True),
    "reply": reply(),
    "escalated": slack_message(Event.ESCALATED),
    "closed": SlackNotices().outcome(DECIDED),
    "undelivered": ending(Status.UNDELIVERED),
    "cancelled": ending(Status.CANCELLED),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slacks_own_library_takes_every_block(message: dict[str, Any]) -> None:
    for block in message["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict() == block
