"""Slack messages about reviews."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.domain.access.rules import REASON_LIMIT
from lambdas.domain.lifecycle.announcements import so_far
from lambdas.domain.review.failure import Failure
from lambdas.domain.review.questions import ANSWER_LIMIT, answer_texts
from lambdas.domain.review.request import Kind, Question
from lambdas.domain.review.requester import COULD_NOT_CHECK
from lambdas.domain.review.results import (
    Result,
    failure_headline,
    result_headline,
    result_text,
)
from lambdas.domain.review.review import Review, Status
from lambdas.domain.review.words import counted
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
    TEXT_LIMIT,
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
    user_text,
)

REASON = "reason"
"""Block and action ID of the reason field."""
ANSWER = "answer_"
"""Prefix of a question's block ID. The question's name follows, which is the action ID."""
_OPTION_LIMIT = 75
_WARNING = Markup(":warning: ", "⚠️ ")
_APPROVED = Markup(":white_check_mark:", "✅")
_REJECTED = Markup(":no_entry:", "⛔")
_EXPIRED = Markup(":hourglass:", "⌛")
_PUBLISHED = Markup(":package:", "📦")
_FAILED = Markup(":warning:", "⚠️")
_ENDED = Markup(":heavy_minus_sign:", "➖")  # noqa: RUF001
_DIVIDER: Block = {"type": "divider"}


def private_reply(
    *parts: Part, title: str = "", entered: Sequence[tuple[str, str]] = ()
) -> Message:
    """A reply to a click, visible only to the person who clicked.

    The message stays unchanged, so that its fields keep their content. Slack shows the reply at the
    end of the channel, so it names the review; `entered` repeats labels and texts.
    """
    shown = line(*parts)
    copy = "\n".join(["You entered:", *(f"{label}: {text}" for label, text in entered)])
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": shown["text"],
        "mrkdwn": shown["type"] == "mrkdwn",
        "blocks": [
            section(_WARNING, *parts),
            *([context(user_text(title))] if title else []),
            *([context(user_text(copy[:TEXT_LIMIT]))] if entered else []),
        ],
    }


def request(
    review: Review,
    asked_by: Sequence[Part],
    left: str,
    ways_to_decide: list[Block],
    headline: str = "",
) -> Message:
    """A request for a decision; `headline` replaces `Decision needed`.

    `left` is the time left when the message is posted.
    """
    headline = headline or "Decision needed"
    people = [
        field("Requested by", *asked_by),
        field("Deadline", date(review.deadline), f"\nin {left}"),
    ]
    return message(
        f"{headline} in {review.stage}: {review.title}",
        [
            header(review.title),
            content.banner(review, bold(headline)),
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
    """The request after the review ended: the outcome and the content."""
    return message(
        _headline(review, needed),
        [
            header(review.title),
            content.banner(review, *outcome(review, needed), *when(review)),
            *_details(review),
            *([section(*_result(review))] if review.result else []),
            _DIVIDER,
            *content.summary(review),
            *content.facts(review),
            *content.sources(review),
            *fields([field("Requested by", *requester(review))]),
            content.small_print(review),
        ],
    )


def ending(review: Review, needed: int) -> Message:
    """A short message about how a review ended."""
    which = [*content.tag(review.stage), f" · review {review.review_id}"]
    who = [" · requested by ", *requester(review)]
    return message(
        _headline(review, needed),
        [
            section(*outcome(review, needed)),
            quotation(review.title),
            *_details(review),
            context(line(*which, *who, *when(review))),
        ],
    )


def completion(review: Review) -> Message:
    """A short message with the result of a decided review's execution."""
    result = result_text(str(review.result), review.result_detail, str(review.decision))
    return message(
        f"{result} in {review.stage}: {review.title}",
        [
            section(*_result(review)),
            quotation(review.title),
            context(line(*content.tag(review.stage), f" · review {review.review_id}")),
        ],
    )


def failure(failed: Failure) -> Message:
    """A short message about an execution that failed without a review.

    The detail is text from the host.
    """
    headline, detail = failure_headline(failed.result), failed.detail
    return message(
        f"{headline} in {failed.stage}" + (f": {detail}" if detail else ""),
        [
            section(_FAILED, " ", bold(headline), " in ", *content.tag(failed.stage)),
            *([quotation(detail)] if detail else []),
            context(
                line("No review was requested"),
                user_text(content.short_name(failed.execution_arn)),
            ),
        ],
    )


def outcome(review: Review, needed: int) -> list[Part]:
    """The outcome: `:white_check_mark: *Approved* by …`."""
    mark, word, how = _outcome_parts(review, needed)
    return [mark, " ", bold(word), *how]


def links(review: Review) -> list[Block]:
    """Links to decide on the review page. Not buttons, whose clicks Slack would send to an app."""
    approve = bold(link(review.approval_link, "Approve"))
    reject = bold(link(review.rejection_link, "Reject"))
    asked = len(review.questions)
    hint = "You'll confirm on the next page"
    hint += f", which has {counted(asked, 'question')}." if asked else "."
    return [section(approve, "   ·   ", reject), context(line(hint))]


def buttons(review: Review, needed: int) -> list[Block]:
    """Fields for answers and a reason, and the buttons to decide.

    Slack does not enforce required fields in messages.
    """
    reason: Block = {
        "type": "input",
        "block_id": REASON,
        "optional": True,
        "label": plain("Reason (required to reject)"),
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
    return [section(count, *names, " · one rejection ends the review")]


def _input(question: Question) -> Block:
    """An input for an answer.

    https://docs.slack.dev/reference/block-kit/blocks/input-block
    """
    hint = {"hint": plain("Enter a number, such as 12.5")} if question.kind is Kind.NUMBER else {}
    return {
        "type": "input",
        "block_id": f"{ANSWER}{question.name}",
        "optional": not question.required,
        "label": user_text(question.label),
        "element": {"action_id": question.name, **_element(question)},
        **hint,
    }


def _element(question: Question) -> Block:
    match question.kind:
        case Kind.CHOICE:
            return {
                "type": "static_select",
                "placeholder": plain("Select an option"),
                "options": [_option(it, str(n)) for n, it in enumerate(question.shown_choices)],
            }
        case Kind.YES_NO:
            options = [_option("Yes", "yes"), _option("No", "no")]
            return {"type": "radio_buttons", "options": options}
        case Kind.TEXT | Kind.NUMBER:  # number_input works in modals only
            return {"type": "plain_text_input", "max_length": ANSWER_LIMIT}


def _option(label: str, value: str) -> Mapping[str, Any]:
    return {"text": user_text(label, _OPTION_LIMIT), "value": value}


def _outcome_parts(review: Review, needed: int) -> tuple[Markup, str, list[Part]]:
    """How a review ended: emoji, outcome and details."""
    end = review.status.capitalize()
    match review.status:
        case Status.APPROVED:
            doubt = f" ({COULD_NOT_CHECK})" if review.self_approval_unchecked else ""
            return _APPROVED, end, [" by ", *people(review.decided_by), doubt]
        case Status.REJECTED:
            return _REJECTED, end, [" by ", *people(review.decided_by)]
        case Status.EXPIRED:
            approved = so_far(review, needed) if review.approvals else "no decision by the deadline"
            return _EXPIRED, end, [f": {approved}"]
        case _:
            return _ENDED, end, []


def _headline(review: Review, needed: int) -> str:
    _, word, how = _outcome_parts(review, needed)
    return f"{word}{bare(*how)} in {review.stage}: {review.title}"


def _result(review: Review) -> list[Part]:
    """The result: `:package: *Published*: s3://…`. The detail is text from the host."""
    mark = _PUBLISHED if review.result is Result.SUCCEEDED else _FAILED
    detail = review.result_detail
    headline = result_headline(str(review.result), detail, str(review.decision))
    return [mark, " ", bold(headline), f": {detail}" if detail else ""]


def when(review: Review) -> list[Part]:
    """The time of the decision; empty without one."""
    known = review.decided_at if review.status.is_decided else None
    return [" · ", date(known)] if known else []


def _details(review: Review) -> list[Block]:
    """The reason, and the answers to the questions."""
    decided = review.status.is_decided
    reason = (review.reason if decided else review.ended_because) or "none given"
    answers = answer_texts(review.questions, review.answers) if decided else {}
    return [
        context(user_text(f"Reason: {reason}")),
        *fields(field(label, answer) for label, answer in answers.items()),
    ]
