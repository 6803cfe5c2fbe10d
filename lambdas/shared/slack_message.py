"""Announcements as Slack messages: Block Kit, and a plain `text` for notifications.

Block Kit: https://docs.slack.dev/reference/block-kit/blocks
Escaping and dates: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.shared import times
from lambdas.shared.reviews import REASON_LIMIT, UNVERIFIED

Announcement = Mapping[str, str]
Block = dict[str, Any]

REASON = "reason"
"""The block and action id of the field for the reason."""

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{1,20}")


def slack_message(
    announcement: Announcement, *, buttons: bool = False, needed: int = 1
) -> dict[str, Any]:
    """Lay an announcement out as the body of an incoming webhook.

    With `buttons` people decide in Slack, where it is known who clicks; otherwise by links.
    `needed` people have to approve. Raises `KeyError` where it is not an announcement.
    """
    if announcement["event"] != "review.requested":
        text, blocks = _ending(announcement)
    elif buttons:
        text, blocks = _request(announcement, _buttons(announcement, (), needed))
    else:
        text, blocks = _request(announcement, [_link_buttons(announcement)])
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def replacement(
    announcement: Announcement, approvals: Sequence[str], needed: int
) -> dict[str, Any]:
    """What a message becomes after a click: the outcome, or the request with one approval more."""
    if announcement["event"] == "review.requested":
        text, blocks = _request(announcement, _buttons(announcement, approvals, needed))
    else:
        text, outcome = _ending(announcement)
        blocks = [*outcome, {"type": "divider"}, *_facts(announcement)]
    return {"replace_original": True, "text": text, "blocks": blocks}


def private_answer(text: str) -> dict[str, Any]:
    """An answer that only the person who clicked sees; the message stays as it is."""
    return {"response_type": "ephemeral", "replace_original": False, "text": text}


def escaped(text: str) -> str:
    """Escape the three characters that Slack reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(name: str) -> str:
    """Mention a Slack user id; show any other name as text."""
    if name == UNVERIFIED:
        return "somebody with the link (identity not verified)"
    return f"<@{name}>" if _SLACK_USER.fullmatch(name) else escaped(name) or "not named"


def _request(review: Announcement, ways_to_decide: list[Block]) -> tuple[str, list[Block]]:
    title = escaped(review["title"])
    return (
        f"Decision needed in {review['stage']}: {title}",
        [
            _header(f"Decision needed in {review['stage']}"),
            _section(title),
            *_facts(review),
            *ways_to_decide,
            _context(f"Review {review['review_id'][:8]} · the workflow waits"),
        ],
    )


def _facts(review: Announcement) -> list[Block]:
    facts = [
        f"*Why*\n{_why(review)}",
        f"*Requested by*\n{person(review['requested_by'])}",
        f"*Decide before*\n{_date(review['deadline'])}",
    ]
    return [
        {"type": "section", "fields": [_mrkdwn(fact) for fact in facts]},
        _section(f"*Evidence*\n<{review['s3_file']}|Open the file>"),
    ]


def _link_buttons(review: Announcement) -> Block:
    approve = _button("approve", "Approve", "primary") | {"url": review["approval_link"]}
    reject = _button("reject", "Reject", "danger") | {"url": review["rejection_link"]}
    return {"type": "actions", "block_id": "decide", "elements": [approve, reject]}


def _buttons(review: Announcement, approvals: Sequence[str], needed: int) -> list[Block]:
    """A field for the reason, whose value comes along with a click, and the two buttons."""
    value = {"value": review["review_id"]}
    reason: Block = {
        "type": "input",
        "block_id": REASON,
        "optional": True,
        "label": _plain("Reason (a rejection needs one)"),
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
            _button("approve", "Approve", "primary") | value,
            _button("reject", "Reject", "danger") | value,
        ],
    }
    page = f"<{review['approval_link']}|The page of this review>"
    if needed == 1:
        return [reason, decide, _context(page)]
    so_far = f"{len(approvals)} of {needed} approvals"
    who = f": {', '.join(person(name) for name in approvals)}" if approvals else ""
    return [reason, decide, _context(f"{so_far}{who} · one rejection ends it · {page}")]


def _ending(review: Announcement) -> tuple[str, list[Block]]:
    title = escaped(review["title"])
    mark, end, how = _end(review)
    reason = escaped(review["reason"]) or "none given"
    when = f" · {_date(review['decided_at'])}" if review["decided_at"] else ""
    return (
        f"{end}{how} in {review['stage']}: {title}",
        [
            _section(f"{mark} *{end}*{how}\n{title}"),
            _context(f"Reason: {reason}"),
            _context(f"{review['stage']} · review {review['review_id'][:8]}{when}"),
        ],
    )


def _end(review: Announcement) -> tuple[str, str, str]:
    """Say how a review ended: an emoji, a word, and the rest of the sentence."""
    event, decision = review["event"], review["decision"]
    if event == "review.decided":
        mark = ":white_check_mark:" if decision == "approved" else ":no_entry:"
        return mark, decision.capitalize(), f" by {person(review['reviewer'])}"
    if event == "review.expired":
        silence = f", which means {decision} here" if decision else ""
        return ":hourglass:", "Expired", f": nobody decided{silence}"
    return ":heavy_minus_sign:", event.removeprefix("review.").capitalize(), ""


def _why(review: Announcement) -> str:
    share = f"{float(review['flagged_share']):.1%}"
    rows = f"{int(review['flagged_rows']):,} of {int(review['rows']):,} rows flagged"
    limit = review["threshold"]
    return f"{share}: {rows}" + (f" (limit {float(limit):.1%})" if limit else "")


def _date(iso: str) -> str:
    """In the reader's own time zone; the fallback is for clients that cannot."""
    moment = times.from_text(iso)
    fallback = times.for_people(moment)
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text[:150])}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _button(action_id: str, label: str, style: str) -> Block:
    return {"type": "button", "action_id": action_id, "text": _plain(label), "style": style}
