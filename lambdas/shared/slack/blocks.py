"""The pieces of Slack messages: Block Kit, escaping, mentions and dates.

Block Kit: https://docs.slack.dev/reference/block-kit/blocks
Escaping and dates: https://docs.slack.dev/messaging/formatting-message-text
"""

from typing import Any

from lambdas.shared.review.people import is_slack_user
from lambdas.shared.review.review import UNVERIFIED
from lambdas.shared.runtime import times

Block = dict[str, Any]


def escaped(text: str) -> str:
    """Escape the three characters that Slack reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(name: str) -> str:
    """Mention a Slack user id; show any other name as text."""
    if name == UNVERIFIED:
        return "somebody with the link (identity not verified)"
    return f"<@{name}>" if is_slack_user(name) else escaped(name) or "not named"


def date(iso: str) -> str:
    """In the reader's own time zone; the fallback is for clients that cannot."""
    moment = times.from_text(iso)
    fallback = times.for_people(moment)
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def section(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def plain(text: str) -> Block:
    """Text in which Slack reads no markup."""
    return {"type": "plain_text", "text": text}


def button(action_id: str, label: str, style: str) -> Block:
    """A button without its value or link."""
    return {"type": "button", "action_id": action_id, "text": plain(label), "style": style}


def mrkdwn(text: str) -> Block:
    """Text with Slack's own markup."""
    return {"type": "mrkdwn", "text": text}
