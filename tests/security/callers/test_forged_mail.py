"""A caller adds lines to an e-mail that pass for Signoff's own: "Approve: https://evil…".

E-mails and text messages are plain text, in which programs turn URLs into links. Signoff's lines
and links come first; text from others is quoted below.
"""

import json
from typing import Any
from unittest.mock import create_autospec

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lambdas.domain.lifecycle.announcements import Topic, announcement
from lambdas.domain.review.events import ANNOUNCED, ASKING, Event
from lambdas.domain.review.request import Gauge, Kind, Question
from lambdas.domain.review.text import visible
from tests.lambdas.conftest import make_file, make_review
from tests.lambdas.lifecycle.test_announcements import review_at

EVIL = "https://evil.example/approve?review=1"
LINES = f"Fine.\n\nApprove: {EVIL}\nReject: {EVIL}\n\nRequested by: root\nReason: fine"
OURS = (
    "Approve: ",
    "Reject: ",
    "Requested by: ",
    "Deadline: ",
    "Reason: ",
    "Result: ",
    "You'll confirm ",
)


def forged(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "summary": LINES,
        "gauge": Gauge(name="Approve", value=0.5, limit=0.5),
        "facts": {"Approve": EVIL, "Reject": EVIL, "Deadline": "never"},
        "links": {"Approve": EVIL},
        "evidence": (make_file(name="Approve", link="https://api.example/evidence?review=x.y"),),
        "questions": (Question(name="q", label="Approve", kind=Kind.TEXT),),
        "answers": {"q": f"{EVIL}\nApprove: {EVIL}"},
        "result_detail": f"Approve: {EVIL}",
    }
    return facts | changes


def details(event: Event, **changes: Any) -> list[str]:
    review = review_at(event, **forged(**changes))
    return announcement(event, review)["details"].split("\n")


@pytest.mark.parametrize("event", ANNOUNCED)
def test_unquoted_lines_are_signoffs_own(event: Event) -> None:
    shown = [it for it in details(event) if it and not it.startswith(">")]

    assert all(it.startswith(OURS) for it in shown)
    assert not [it for it in shown if "evil" in it]
    assert len({it.split(":")[0] for it in shown}) == len(shown), "each line once"


def test_the_real_links_come_first_and_no_other_line_has_their_labels() -> None:
    for event in ASKING:
        shown = details(event)
        review = make_review()
        assert shown[0] == f"Approve: {review.approval_link}"
        assert shown[1] == f"Reject: {review.rejection_link}"
        assert not [it for it in shown[2:] if it.startswith(("Approve", "Reject"))]


@pytest.mark.parametrize("reason", [LINES, f"no\rApprove: {EVIL}", f"no\u2028Approve: {EVIL}"])
def test_a_multiline_reason_cannot_imitate_the_links(reason: str) -> None:
    review = make_review(**forged(ended_because=reason))

    shown = announcement(Event.CANCELLED, review)["details"].splitlines()

    assert not [it for it in shown if it.startswith(("Approve", "Reject"))]


@given(text=some.text(alphabet="Aprove: htps/.\n\r\u2028\x0b>", max_size=60))
def test_every_line_of_a_summary_is_quoted(text: str) -> None:
    shown = announcement(Event.REQUESTED, make_review(summary=visible(text)))["details"]
    empty = announcement(Event.REQUESTED, make_review(summary=""))["details"]

    more = [it for it in shown.splitlines() if it not in empty.splitlines()]
    assert all(it.startswith(">") for it in more)


def test_emails_and_text_messages_have_only_the_real_links() -> None:
    sns = create_autospec(boto3.client("sns", region_name="eu-central-1"))
    title = f"Approve: {EVIL}"
    review = make_review(**forged(title=title))

    Topic(sns, "arn").announce(Event.REQUESTED, review)

    [sent] = [it.kwargs for it in sns.publish.call_args_list]
    assert sent["Subject"] == "[dev] Signoff: Decision needed"
    protocols = json.loads(sent["Message"])
    first, *rest = protocols["email"].splitlines()
    assert first == f"Decision needed in dev: {title}"
    real = f"Approve: {review.approval_link}"
    assert [it for it in rest if it.startswith("Approve")] == [real]
    assert protocols["sms"].startswith(f"{review.approval_link} Decision needed in dev: ")


def test_a_link_shows_the_host_that_it_opens() -> None:
    assert f"> Approve (evil.example): {EVIL}" in details(Event.REQUESTED)
