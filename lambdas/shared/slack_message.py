"""Announcements as Slack messages: Block Kit, and a plain `text` for notifications.

Block Kit: https://docs.slack.dev/reference/block-kit/blocks
Escaping and dates: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping
from typing import Any

from lambdas.shared import times
from lambdas.shared.reviews import UNVERIFIED

Announcement = Mapping[str, str]
Block = dict[str, Any]

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def slack_message(announcement: Announcement) -> dict[str, Any]:
    """Lay an announcement out as the body of an incoming webhook.

    Raises `KeyError` where it is not an announcement.
    """
    if announcement["event"] == "review.requested":
        text, blocks = _request(announcement)
    else:
        text, blocks = _ending(announcement)
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def escaped(text: str) -> str:
    """Escape the three characters that Slack reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(name: str) -> str:
    """Mention a Slack user id; show any other name as text."""
    if name == UNVERIFIED:
        return "somebody with the link (identity not verified)"
    return f"<@{name}>" if _SLACK_USER.fullmatch(name) else escaped(name) or "not named"


def _request(review: Announcement) -> tuple[str, list[Block]]:
    title = escaped(review["title"])
    facts = [
        f"*Why*\n{_why(review)}",
        f"*Requested by*\n{person(review['requested_by'])}",
        f"*Decide before*\n{_date(review['deadline'])}",
    ]
    return (
        f"Decision needed in {review['stage']}: {title}",
        [
            _header(f"Decision needed in {review['stage']}"),
            _section(title),
            {"type": "section", "fields": [_mrkdwn(fact) for fact in facts]},
            _section(f"*Evidence*\n<{review['s3_file']}|Open the file>"),
            {
                "type": "actions",
                "block_id": "decide",
                "elements": [
                    _link_button("approve", "Approve", "primary", review["approval_link"]),
                    _link_button("reject", "Reject", "danger", review["rejection_link"]),
                ],
            },
            _context(f"Review {review['review_id'][:8]} · the workflow waits for one decision"),
        ],
    )


def _ending(review: Announcement) -> tuple[str, list[Block]]:
    title = escaped(review["title"])
    mark, end, how = _end(review)
    reason = escaped(review["reason"]) or "none given"
    return (
        f"{end}{how} in {review['stage']}: {title}",
        [
            _section(f"{mark} *{end}*{how}\n{title}"),
            _context(f"Reason: {reason}"),
            _context(f"{review['stage']} · review {review['review_id'][:8]}"),
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
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150]}}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _link_button(action_id: str, label: str, style: str, url: str) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label},
        "style": style,
        "url": url,
    }
