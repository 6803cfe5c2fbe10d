"""Announcements as Slack messages: blocks, and a plain `text` for notifications."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.shared.review.rules import REASON_LIMIT
from lambdas.shared.slack.blocks import (
    Block,
    button,
    context,
    date,
    escaped,
    mrkdwn,
    person,
    plain,
    section,
)

Announcement = Mapping[str, str]
Message = dict[str, Any]
"""`text`, for notifications, and `blocks`."""

REASON = "reason"
"""The block and action id of the field for the reason."""


def replacement(
    announcement: Announcement, approvals: Sequence[str], needed: int
) -> dict[str, Any]:
    """What a message becomes after a click: the outcome, or the request with one approval more."""
    if announcement["event"] == "review.requested":
        message = request(announcement, buttons(announcement, approvals, needed))
    else:
        message = closed(announcement)
    return {"replace_original": True, **message}


def private_answer(text: str) -> dict[str, Any]:
    """An answer that only the person who clicked sees; the message stays as it is."""
    return {"response_type": "ephemeral", "replace_original": False, "text": text}


def request(review: Announcement, ways_to_decide: list[Block], why: str = "") -> Message:
    """Ask for a decision; `why` is said in place of `Decision needed`."""
    title = escaped(review["title"])
    headline = f"{why or 'Decision needed'} in {review['stage']}"
    return {
        "text": f"{headline}: {title}",
        "blocks": [
            {"type": "header", "text": plain(headline[:150])},
            section(title),
            *_facts(review),
            *ways_to_decide,
            context(f"Review {review['review_id'][:8]} · the workflow waits"),
        ],
    }


def closed(review: Announcement) -> Message:
    """What the request becomes: how it ended, and what it was about."""
    end = ending(review)
    return {**end, "blocks": [*end["blocks"], {"type": "divider"}, *_facts(review)]}


def ending(review: Announcement) -> Message:
    """Say how a review ended, in a short message of its own."""
    title = escaped(review["title"])
    mark, end, how = _end(review)
    reason = escaped(review["reason"]) or "none given"
    when = f" · {date(review['decided_at'])}" if review["decided_at"] else ""
    who = f"requested by {person(review['requested_by'])}"
    return {
        "text": f"{end}{how} in {review['stage']}: {title}",
        "blocks": [
            section(f"{mark} *{end}*{how}\n{title}"),
            context(f"Reason: {reason}"),
            context(f"{review['stage']} · review {review['review_id'][:8]} · {who}{when}"),
        ],
    }


def _facts(review: Announcement) -> list[Block]:
    facts = [
        f"*Why*\n{_why(review)}",
        f"*Requested by*\n{person(review['requested_by'])}",
        f"*Decide before*\n{date(review['deadline'])}",
    ]
    return [
        {"type": "section", "fields": [mrkdwn(fact) for fact in facts]},
        section(f"*Evidence*\n<{review['s3_file']}|Open the file>"),
    ]


def buttons(review: Announcement, approvals: Sequence[str], needed: int) -> list[Block]:
    """Ways to decide in Slack: two buttons, and a reason that comes along with a press on them."""
    value = {"value": review["review_id"]}
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
            button("approve", "Approve", "primary") | value,
            button("reject", "Reject", "danger") | value,
        ],
    }
    page = f"<{review['approval_link']}|The page of this review>"
    if needed == 1:
        return [reason, decide, context(page)]
    so_far = f"{len(approvals)} of {needed} approvals"
    who = f": {', '.join(person(name) for name in approvals)}" if approvals else ""
    return [reason, decide, context(f"{so_far}{who} · one rejection ends it · {page}")]


def _end(review: Announcement) -> tuple[str, str, str]:
    """Say how a review ended: an emoji, a word, and the rest of the sentence."""
    event, decision = review["event"], review["decision"]
    if event == "review.decided":
        mark = ":white_check_mark:" if decision == "approved" else ":no_entry:"
        return mark, decision.capitalize(), f" by {person(review['reviewer'])}"
    if event == "review.expired":
        return ":hourglass:", "Expired", ": nobody decided"
    return ":heavy_minus_sign:", event.removeprefix("review.").capitalize(), ""


def _why(review: Announcement) -> str:
    share = f"{float(review['flagged_share']):.1%}"
    rows = f"{int(review['flagged_rows']):,} of {int(review['rows']):,} rows flagged"
    limit = review["threshold"]
    return f"{share}: {rows}" + (f" (limit {float(limit):.1%})" if limit else "")
