"""User text of any kind and length: Slack accepts it and shows it verbatim."""

import html
import json
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from lambdas.domain.review.review import Outcome, Review
from local.slack.payloads.blocks import MAX_BLOCKS
from local.slack.payloads.drafts import read_draft
from tests.lambdas.conftest import make_review
from tests.lambdas.requests import WIDEST, largest, parse
from tests.lambdas.slack.messages import (
    decided,
    every_answer,
    every_message,
    full_review,
    slack_message,
    text_objects,
    texts,
)

HOSTILE = "<!channel> & <https://evil.example|Approve> https://evil.example :x: *@here*"
WORDS: dict[str, Any] = {
    "title": HOSTILE,
    "summary": HOSTILE,
    "requested_by": HOSTILE,
    "facts": {HOSTILE[:60]: HOSTILE},
    "started_by": HOSTILE,
}


def everything_shown(**changes: Any) -> dict[str, dict[str, Any]]:
    return every_message(**changes) | every_answer(**changes)


def request_of(letter: str) -> dict[str, Any]:
    """The largest request, filled with this letter."""
    request: dict[str, Any] = json.loads(
        json.dumps(largest(), ensure_ascii=False).replace(WIDEST, letter)
    )
    return {**request, "links": {n: it.replace("x", "&") for n, it in request["links"].items()}}


def largest_review(letter: str) -> dict[str, Any]:
    """The fields of that request, with evidence links of maximum length."""
    request = parse(request_of(letter))
    far = f"https://example.com/{'&' * 3000}"
    return {**vars(request), "evidence": tuple(replace(it, link=far) for it in request.evidence)}


@pytest.mark.parametrize("letter", [WIDEST, "&", "*"])
@pytest.mark.parametrize("message", everything_shown())
def test_slack_accepts_the_largest_request_in_every_message(letter: str, message: str) -> None:
    answers = {question["name"]: letter * 500 for question in request_of(letter)["questions"]}
    entered = {"answers": answers, "reason": letter * 500, "ended_because": letter * 500}
    written = everything_shown(**(largest_review(letter) | entered))[message]

    read_draft(written)
    assert len(written["blocks"]) < MAX_BLOCKS
    assert len(written["text"]) < 4000
    _is_accepted_by_slacks_library(written)


@pytest.mark.parametrize("message", everything_shown())
def test_slacks_own_library_accepts_every_block(message: str) -> None:
    _is_accepted_by_slacks_library(everything_shown()[message])


def _is_accepted_by_slacks_library(message: dict[str, Any]) -> None:
    for block in message["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
        assert parsed.to_dict() == block


@pytest.mark.parametrize("message", everything_shown())
def test_user_text_is_escaped_wherever_slack_could_read_markup(message: str) -> None:
    entered = {"reason": HOSTILE, "ended_because": HOSTILE, "answers": {"watch": HOSTILE}}
    written = everything_shown(**(WORDS | entered))[message]

    shown = json.dumps(written)
    assert "<!channel>" not in shown
    assert "<https://evil.example" not in shown
    for text in text_objects(written["blocks"]):
        if "evil.example" in text["text"]:
            assert text.get("verbatim") is True or text.get("emoji") is False


def test_a_hostile_reviewer_name_is_not_read_as_markup() -> None:
    end = decided(Outcome.REJECTED, reviewer=HOSTILE)

    assert "<!channel>" not in "".join(texts(every_message(**end)["closed"]))


@pytest.mark.parametrize("letter", ["&", "<"])
def test_a_headline_too_long_to_be_escaped_is_left_unescaped(letter: str) -> None:
    for title in (letter * 10, letter * 150):
        header = slack_message(review=make_review(title=title))["blocks"][0]

        assert len(header["text"]["text"]) <= 150
        assert html.unescape(header["text"]["text"]) == title


def test_messages_have_every_word_of_the_largest_request() -> None:
    review: Review = full_review(**largest_review("&"))
    written = slack_message(review=review, buttons=True)
    shown = html.unescape("\n".join(texts(written)))

    expected = [review.title, review.summary, *review.facts, *map(str, review.facts.values())]
    expected += [file.name for file in review.evidence]
    expected += [question.label for question in review.questions]
    expected += [choice for question in review.questions for choice in question.choices]
    assert review.preview
    expected += [str(cell) for row in review.preview.rows for cell in row]
    assert [it for it in expected if it not in shown] == []
