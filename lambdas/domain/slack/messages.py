"""Reviews as Slack messages: blocks, and a plain `text` for notifications."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.domain.access.rules import REASON_LIMIT
from lambdas.domain.lifecycle.announcements import so_far
from lambdas.domain.review.questions import ANSWER_LIMIT, answers_in_words
from lambdas.domain.review.request import Kind, Question
from lambdas.domain.review.requester import COULD_NOT_CHECK
from lambdas.domain.review.review import Review, Status
from lambdas.domain.slack import content
from lambdas.domain.slack.blocks import (
    Message,
    button,
    context,
    field,
    fields,
    header,
    message,
    quotation,
    section,
)
from lambdas.domain.slack.text import (
    Block,
    Markup,
    Part,
    bare,
    bold,
    date,
    line,
    link,
    people,
    plain,
    requester,
    words,
)

REASON = "reason"
"""The block and action id of the field for the reason."""
ANSWER = "answer_"
"""What the block id of a question's field begins with; its name follows, which is the action id."""
_OPTION_LIMIT = 75
_APPROVED = Markup(":white_check_mark:", "✅")
_REJECTED = Markup(":no_entry:", "⛔")
_EXPIRED = Markup(":hourglass:", "⌛")
_OVER = Markup(":heavy_minus_sign:", "➖")  # noqa: RUF001
_DIVIDER: Block = {"type": "divider"}


def private_answer(*parts: Part) -> Message:
    """An answer that only the person who clicked sees; the message stays as it is."""
    shown = line(*parts)
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": shown["text"],
        "mrkdwn": shown["type"] == "mrkdwn",
        "blocks": [{"type": "section", "text": shown}],
    }


def request(
    review: Review,
    asked_by: Sequence[Part],
    left: str,
    ways_to_decide: list[Block],
    why: str = "",
) -> Message:
    """Ask for a decision; `why` is said in place of `Decision needed`.

    `left` is how long people have as the message is written, which shows its own time.
    """
    what = why or "Decision needed"
    people = [
        field("Requested by", *asked_by),
        field("Decide before", date(review.deadline), f"\nin {left}"),
    ]
    return message(
        f"{what} in {review.stage}: {review.title}",
        [
            header(review.title),
            content.banner(review, bold(what)),
            *content.summary(review),
            *fields(people),
            *content.facts(review),
            *content.preview(review),
            *content.sources(review),
            _DIVIDER,
            *ways_to_decide,
            content.small_print(review),
        ],
    )


def closed(review: Review, needed: int) -> Message:
    """What the request becomes: how it ended, and what it was content."""
    return message(
        _headline(review, needed),
        [
            header(review.title),
            content.banner(review, *outcome(review, needed), *when(review)),
            *_said(review),
            _DIVIDER,
            *content.summary(review),
            *content.facts(review),
            *content.sources(review),
            *fields([field("Requested by", *requester(review))]),
            content.small_print(review),
        ],
    )


def ending(review: Review, needed: int) -> Message:
    """Say how a review ended, in a short message of its own."""
    which = [*content.tag(review.stage), f" · review {review.review_id}"]
    who = [" · requested by ", *requester(review)]
    return message(
        _headline(review, needed),
        [
            section(*outcome(review, needed)),
            quotation(review.title),
            *_said(review),
            context(line(*which, *who, *when(review))),
        ],
    )


def outcome(review: Review, needed: int) -> list[Part]:
    """How a review ended: `:white_check_mark: *Approved* by …`."""
    mark, word, how = _end(review, needed)
    return [mark, " ", bold(word), *how]


def links(review: Review) -> list[Block]:
    """Ways to decide on the review's page, which are no buttons: Slack would tell their presses."""
    approve = bold(link(review.approval_link, "Approve"))
    reject = bold(link(review.rejection_link, "Reject"))
    asked = len(review.questions)
    hint = "Opening a link decides nothing: it shows a page with a button"
    hint += f", and asks {asked} question{'s' * (asked > 1)}." if asked else "."
    return [section(approve, "   ·   ", reject), context(line(hint))]


def buttons(review: Review, needed: int) -> list[Block]:
    """Ways to decide in Slack: two buttons; answers and a reason come along with a press on them.

    Slack sends them whether or not everything required is answered.
    """
    reason: Block = {
        "type": "input",
        "block_id": REASON,
        "optional": True,
        "label": plain("Reason (a rejection needs one)"),
        "element": {
            "type": "plain_text_input",
            "action_id": REASON,
            "multiline": True,
            "max_length": REASON_LIMIT,
        },
    }
    decide: Block = {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            button("approve", "Approve", "primary", review.review_id),
            button("reject", "Reject", "danger", review.review_id),
        ],
    }
    asked = [_input(question) for question in review.questions]
    return [*_approvals(review, needed), *asked, reason, decide]


def _approvals(review: Review, needed: int) -> list[Block]:
    if needed == 1:
        return []
    names = [": ", *people(review.approvals)] if review.approvals else []
    count = bold(f"{len(review.approvals)} of {needed} approvals")
    return [section(count, *names, " · one rejection ends it")]


def _input(question: Question) -> Block:
    """A field for an answer, as a message may have it.

    https://docs.slack.dev/reference/block-kit/blocks/input-block
    """
    hint = {"hint": plain("A number, such as 12.5")} if question.kind is Kind.NUMBER else {}
    return {
        "type": "input",
        "block_id": f"{ANSWER}{question.name}",
        "optional": not question.required,
        "label": words(question.label),
        "element": {"action_id": question.name, **_element(question)},
        **hint,
    }


def _element(question: Question) -> Block:
    match question.kind:
        case Kind.CHOICE:
            return {
                "type": "static_select",
                "placeholder": plain("Choose"),
                "options": [_option(it, str(n)) for n, it in enumerate(question.shown_choices)],
            }
        case Kind.YES_NO:
            options = [_option("Yes", "yes"), _option("No", "no")]
            return {"type": "radio_buttons", "options": options}
        case Kind.TEXT | Kind.NUMBER:  # a number_input is for modals only
            return {"type": "plain_text_input", "max_length": ANSWER_LIMIT}


def _option(label: str, value: str) -> Mapping[str, Any]:
    return {"text": words(label, _OPTION_LIMIT), "value": value}


def _end(review: Review, needed: int) -> tuple[Markup, str, list[Part]]:
    """Say how a review ended: an emoji, a word, and the rest of the sentence."""
    end = review.status.capitalize()
    match review.status:
        case Status.APPROVED:
            doubt = f" ({COULD_NOT_CHECK})" if review.self_approval_unchecked else ""
            return _APPROVED, end, [" by ", *people(review.decided_by), doubt]
        case Status.REJECTED:
            return _REJECTED, end, [" by ", *people(review.decided_by)]
        case Status.EXPIRED:
            approved = so_far(review, needed) if review.approvals else "nobody decided"
            return _EXPIRED, end, [f": {approved}"]
        case _:
            return _OVER, end, []


def _headline(review: Review, needed: int) -> str:
    _, word, how = _end(review, needed)
    return f"{word}{bare(*how)} in {review.stage}: {review.title}"


def when(review: Review) -> list[Part]:
    """When it was decided, behind how; nothing where nobody did."""
    known = review.decided_at if review.status.is_decided else None
    return [" · ", date(known)] if known else []


def _said(review: Review) -> list[Block]:
    """Why, and what was answered to the questions."""
    decided = review.status.is_decided
    reason = (review.reason if decided else review.ended_because) or "none given"
    answers = answers_in_words(review.questions, review.answers) if decided else {}
    return [
        context(words(f"Reason: {reason}")),
        *fields(field(label, answer) for label, answer in answers.items()),
    ]
