"""Announcements as Slack messages."""

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from slack_sdk.models.blocks import Block

from lambdas.shared.announcements import announcement
from lambdas.shared.record import Event
from lambdas.shared.reviews import UNVERIFIED, Outcome, Status, Way
from lambdas.shared.slack_message import replacement, slack_message
from tests.lambdas.conftest import NOW, make_review

REQUEST = announcement(Event.REQUESTED, make_review())


ANNOUNCED = (Event.REQUESTED, Event.DECIDED, Event.EXPIRED, Event.CANCELLED)


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


@pytest.mark.parametrize("event", ANNOUNCED)
def test_no_message_lets_slack_open_its_links(event: Event) -> None:
    message = slack_message(ending(event))

    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("review", "headline"),
    [
        (
            ending(Event.DECIDED, **decided()),
            ":white_check_mark: *Approved* by somebody with the link (identity not verified)",
        ),
        (
            ending(Event.DECIDED, **decided(Outcome.REJECTED, reviewer="U9", reason="no")),
            ":no_entry: *Rejected* by <@U9>",
        ),
        (
            ending(Event.DECIDED, **decided(reviewer="U0987654")),
            ":white_check_mark: *Approved* by <@U0987654>",
        ),
        (ending(Event.EXPIRED, status=Status.EXPIRED), ":hourglass: *Expired*: nobody decided"),
        (
            ending(
                Event.EXPIRED,
                **decided(Outcome.REJECTED, status=Status.EXPIRED, via=Way.TIMEOUT),
            ),
            ":hourglass: *Expired*: nobody decided, which means rejected here",
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
    "cancelled": slack_message(ending(Event.CANCELLED, status=Status.CANCELLED)),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_slacks_own_library_takes_every_block(message: dict[str, Any]) -> None:
    for block in message["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict() == block
