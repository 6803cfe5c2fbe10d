"""A reviewer's reason or a request's title has invisible or misleading characters."""

import re
import sys
import unicodedata

import pytest

from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.access.rules import REASON_LIMIT, checked_reason
from lambdas.domain.callers.answers import describe_end
from lambdas.domain.review.errors import InvalidReason
from lambdas.domain.review.review import Outcome, Review, Status
from lambdas.domain.review.text import visible
from tests.http_stub import Stub
from tests.lambdas.conftest import World
from tests.lambdas.slack.clicks import Load, answered, click

EMPTY_TO_THE_EYE = [
    "",
    " \t\n\r\x0b\x0c",
    "\u00a0\u2003\u3000",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u202e\u202d\u2066\u2069\u061c",
    "\x00\x07\x1b\x7f\x9f",
    "\u3164\u115f\u1160\uffa0\u2800",
    "\ufe0f\U000e0041\U000e0100",
    "\u2028\u2029\x85",
    "\u00ad\u034f\u180e",
    "\ud800",
]
# Visible format characters: signs around digits and letters in Arabic, Syriac, Kaithi, Egyptian.
DRAWN = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001345f]"
)


@pytest.mark.parametrize("reason", EMPTY_TO_THE_EYE, ids=ascii)
def test_a_rejection_needs_a_visible_reason(reason: str) -> None:
    with pytest.raises(InvalidReason, match="Enter a reason to reject"):
        checked_reason(Outcome.REJECTED, reason)


@pytest.mark.parametrize("reason", ["\u200b\u202e\u3164", "\ud800"], ids=ascii)
def test_slacks_endpoint_rejects_an_invisible_reason(
    world: World, endpoint: Load, review: Review, slack: Stub, reason: str
) -> None:
    answer = endpoint()(click(review, slack, action_id="reject", reason=reason), None)

    assert answer["statusCode"] == 200
    assert "Enter a reason to reject" in answered(slack)[0]["text"]
    assert world.store.get(review.review_id).status is Status.PENDING


def test_control_format_and_surrogate_characters_are_removed() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    hidden = [it for it in every if unicodedata.category(it) in ("Cc", "Cf", "Cs")]

    through = [it for it in hidden if visible(f"a{it}b").strip("ab \n")]

    assert [it for it in through if not DRAWN.fullmatch(it)] == []


def test_ordinary_text_is_unchanged() -> None:
    written = "Größe 3 €: שלום، مرحبا · 日本語, naïve e\u0301 👍🏽\nsecond line"

    assert visible(f"  {written}\r\n") == written


def test_bidirectional_controls_do_not_reverse_text() -> None:
    assert visible("approve \u202etcejer\u202c now\t!") == "approve tcejer now !"


def test_the_limit_counts_visible_characters() -> None:
    assert checked_reason(Outcome.APPROVED, "x\u200b" * REASON_LIMIT) == "x" * REASON_LIMIT


def test_invisible_characters_of_a_stopped_executions_cause_are_removed() -> None:
    stopped = describe_end("ABORTED", cause="\u202eecnanetniam\u200b")
    failed = describe_end("FAILED", error="\u2066\u3164")

    assert stopped == "The execution was stopped: ecnanetniam."
    assert failed == "The execution failed."


@pytest.mark.parametrize("field", ["title", "requested_by"])
@pytest.mark.parametrize("text", EMPTY_TO_THE_EYE, ids=ascii)
def test_a_field_with_only_invisible_characters_is_empty(field: str, text: str) -> None:
    assert getattr(WorkflowInput.parse({field: text}), field) == ""
