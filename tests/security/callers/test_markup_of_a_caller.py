"""A caller uses Slack markup in a request: a fake login, a link under a trusted name.

Text from callers and reviewers is always shown in Slack as plain text.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from lambdas.domain.review.request import Kind, Preview, Question
from lambdas.domain.review.review import Approvals, Outcome, Review, Status
from lambdas.domain.slack.messages import private_reply
from lambdas.domain.slack.text import bold, line, user_text
from local.slack.pages.mrkdwn import mrkdwn, plain
from local.slack.payloads.drafts import read_draft
from tests.http_stub import Stub
from tests.lambdas.conftest import NOW, World, make_file
from tests.lambdas.slack.clicks import FAR, Load, answered, click, endpoint, slack
from tests.lambdas.slack.messages import decided, every_answer, every_message, text_objects

__all__ = ["endpoint", "slack"]

LOGIN = "<https://evil.example/login|Your session ended: sign in>"
MARKUP = [
    LOGIN,
    "*approved*",
    "_it is fine_",
    "~no~",
    "`rm`",
    "```rm```",
    ":white_check_mark:",
    ":承認:",
    ":a:b:",
    "> Approved",
    "<!channel>",
    "<@U0EVIL0000>",
    "<!date^1^{date}|now>",
    "https://evil.example/login",
    "mailto:kim@evil.example",
]


def written(text: str) -> dict[str, Any]:
    """A review in which all text is this."""
    return {
        "title": text,
        "summary": f"{text}\n{text}",
        "facts": {text: text},
        "preview": Preview(columns=(text,), rows=((text,),)),
        "evidence": (make_file(name=text, link="https://api.example/evidence"),),
        "links": {text: "https://ci.example/run"},
        "questions": (
            Question(name="a", label=text, kind=Kind.CHOICE, choices=(text,)),
            Question(name="b", label=text, kind=Kind.TEXT),
        ),
        "answers": {"a": text, "b": text},
        "requested_by": text,
        "verified_requester": text,
        "started_by": text,
        "execution_arn": text,
        "reason": text,
        "ended_because": text,
    }


def everything(text: str) -> dict[str, dict[str, Any]]:
    them = Approvals({text: text, "U1ANN": text})
    end = decided(Outcome.REJECTED, **written(text), reviewer_key=text, reviewer=text)
    end |= {"approvals": them}
    approved = {"approvals": them, **decided(reviewer=text, reviewer_key=text)}
    return {
        **{f"asked: {name}": it for name, it in every_message(**written(text)).items()},
        **{f"ended: {name}": it for name, it in every_message(**end).items()},
        **{f"approved: {name}": it for name, it in every_message(**approved).items()},
        **{f"command: {name}": it for name, it in every_answer(**written(text)).items()},
        **{f"command, ended: {name}": it for name, it in every_answer(**end).items()},
        "private": private_reply(text, title=text, entered=[(text, text)]),
    }


def marked_up(message: dict[str, Any]) -> Iterator[str]:
    """All texts that Slack parses as markup."""
    for text in text_objects([message["blocks"]]):
        if text["type"] == "mrkdwn" or text.get("emoji", text["type"] == "plain_text"):
            assert text.get("verbatim", True) is True
            yield html.unescape(text["text"])
    if message.get("mrkdwn", True):
        yield html.unescape(message["text"])


@pytest.mark.parametrize("text", MARKUP)
def test_no_message_shows_the_callers_markup_as_markup(text: str) -> None:
    for name, message in everything(text).items():
        read_draft(message)
        shown = [it["text"] for it in text_objects(message["blocks"])]
        assert not [it for it in marked_up(message) if text in it], name
        if not name.startswith("approved") and not name.endswith(": reply"):
            assert any(text in html.unescape(it) for it in shown), f"{name} shows it"


def test_text_without_markup_keeps_its_style() -> None:
    for text in ("Kim Reyes", "1,284,311", "churn-model_7 (v2), 8 %", "us <3", "a -> b"):
        assert line(bold(text), "\n", text)["type"] == "mrkdwn"


@given(text=some.text(alphabet="ab1 *_~`:<>&|!@#/.\n日·") | some.sampled_from(MARKUP) | some.text())
@example("a *b* c")
@example(">x")
def test_the_page_shows_markup_verbatim(text: str) -> None:
    text = re.sub(r"\s+", " ", text).strip()
    for shown in (line(text), line("by ", text, ", once"), user_text(text)):
        is_plain = shown["type"] == "plain_text"
        page = (
            plain(shown["text"], emoji=shown["emoji"])
            if is_plain
            else mrkdwn(shown["text"], NOW, verbatim=shown["verbatim"])
        )
        bare = re.sub("</?p>", "", page)
        assert html.unescape(bare) in (text, f"by {text}, once")
        assert "<" not in bare


@pytest.mark.parametrize("text", MARKUP)
def test_an_ephemeral_reply_shows_a_label_as_plain_text(
    world: World, endpoint: Load, slack: Stub, text: str
) -> None:
    question = Question(name="q", label=text, kind=Kind.TEXT, required=True)
    review: Review = world.waiting_review(deadline=FAR, questions=(question,))

    endpoint()(click(review, slack), None)

    [note] = answered(slack)
    assert note["response_type"] == "ephemeral"
    assert not [it for it in marked_up(note) if text in it]
    assert any(text in html.unescape(it["text"]) for it in text_objects(note["blocks"]))
    assert world.store.get(review.review_id).status is Status.PENDING


def test_a_late_click_shows_the_reviewers_name_as_plain_text(
    world: World, endpoint: Load, slack: Stub
) -> None:
    end = decided(reviewer=LOGIN, reviewer_key="arn:aws:iam::1:user/kim")
    review = world.waiting_review(deadline=FAR, **end)

    endpoint()(click(review, slack, action_id="reject"), None)

    [note] = answered(slack)
    assert not [it for it in marked_up(note) if LOGIN in it]
