"""Reviews as Slack messages: blocks, and a plain `text` for notifications."""

from typing import Any

from lambdas.shared.lifecycle.announcements import so_far
from lambdas.shared.review.review import Review, Status, short_id
from lambdas.shared.review.rules import REASON_LIMIT
from lambdas.shared.review.words import fact_in_words, share_in_words
from lambdas.shared.slack.blocks import (
    Block,
    button,
    context,
    date,
    escaped,
    link,
    mrkdwn,
    person,
    plain,
    quotation,
    section,
    words,
)

Message = dict[str, Any]
"""`text`, for notifications, and `blocks`."""

REASON = "reason"
"""The block and action id of the field for the reason."""
ANSWER = "answer_"
"""What the block id of a question's field begins with; its name follows, which is the action id."""


def private_answer(text: str) -> dict[str, Any]:
    """An answer that only the person who clicked sees; the message stays as it is."""
    return {"response_type": "ephemeral", "replace_original": False, "text": text}


def request(review: Review, requester: str, ways_to_decide: list[Block], why: str = "") -> Message:
    """Ask for a decision; `why` is said in place of `Decision needed`."""
    headline = f"{why or 'Decision needed'} in {review.stage}"
    return {
        "text": f"{headline}: {escaped(review.title)}",
        "blocks": [
            {"type": "header", "text": plain(headline[:150])},
            quotation(review.title),
            *_facts(review, requester),
            *ways_to_decide,
            context(mrkdwn(f"Review {short_id(review.review_id)} · the workflow waits")),
        ],
    }


def closed(review: Review, needed: int) -> Message:
    """What the request becomes: how it ended, and what it was about."""
    end = ending(review, needed)
    facts = _facts(review, person(review.requested_by))
    return {**end, "blocks": [*end["blocks"], {"type": "divider"}, *facts]}


def ending(review: Review, needed: int) -> Message:
    """Say how a review ended, in a short message of its own."""
    mark, end, how = _end(review, needed)
    decided = review.status.is_decided
    reason = (review.reason if decided else review.ended_because) or "none given"
    when = f" · {date(review.decided_at)}" if decided and review.decided_at else ""
    about = f"{review.stage} · review {short_id(review.review_id)}"
    who = f"requested by {person(review.requested_by)}"
    return {
        "text": f"{end}{how} in {review.stage}: {escaped(review.title)}",
        "blocks": [
            section(f"{mark} *{end}*{how}"),
            quotation(review.title),
            context(words(f"Reason: {reason}")),
            context(mrkdwn(f"{about} · {who}{when}")),
        ],
    }


def links(review: Review) -> list[Block]:
    """Ways to decide on the review's page, which are no buttons: Slack would tell their presses."""
    approve = link(review.approval_link, "Approve")
    reject = link(review.rejection_link, "Reject")
    hint = "Opening a link decides nothing: it shows a page with a button."
    return [section(f"*{approve}*   ·   *{reject}*"), context(mrkdwn(hint))]


def buttons(review: Review, needed: int) -> list[Block]:
    """Ways to decide in Slack: two buttons, and a reason that comes along with a press on them."""
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
    page = link(review.approval_link, "The page of this review")
    if needed == 1:
        return [reason, decide, context(mrkdwn(page))]
    names = ", ".join(person(name) for name in sorted(review.approvals))
    count = f"{len(review.approvals)} of {needed} approvals{names and f': {names}'}"
    return [reason, decide, context(mrkdwn(f"{count} · one rejection ends it · {page}"))]


def _facts(review: Review, requester: str) -> list[Block]:
    share = [f"*Share*\n{share_in_words(review.gauge)}"] if review.gauge else []
    facts = [
        *share,
        *(f"*{escaped(name)}*\n{escaped(fact_in_words(it))}" for name, it in review.facts.items()),
        f"*Requested by*\n{requester}",
        f"*Decide before*\n{date(review.deadline)}",
    ]
    files = [link(file.link, escaped(file.shown_name)) for file in review.evidence]
    return [
        {"type": "section", "fields": [mrkdwn(fact) for fact in facts][:10]},
        *([section("*Evidence*\n" + "\n".join(files))] if files else []),
    ]


def _end(review: Review, needed: int) -> tuple[str, str, str]:
    """Say how a review ended: an emoji, a word, and the rest of the sentence."""
    end = review.status.capitalize()
    match review.status:
        case Status.APPROVED:
            return ":white_check_mark:", end, f" by {person(review.reviewer)}"
        case Status.REJECTED:
            return ":no_entry:", end, f" by {person(review.reviewer)}"
        case Status.EXPIRED:
            approved = so_far(review, needed) if review.approvals else "nobody decided"
            return ":hourglass:", end, f": {approved}"
        case _:
            return ":heavy_minus_sign:", end, ""
