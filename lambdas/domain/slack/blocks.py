"""The pieces of Slack messages: Block Kit.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterable
from typing import Any

from lambdas.domain.slack.text import (
    Block,
    Part,
    bold,
    escaped,
    line,
    plain,
    words,
)

Message = dict[str, Any]
"""`text`, for notifications, and `blocks`."""

_FIELD_LIMIT = 2000
_HEADER_LIMIT = 150


def message(text: str, blocks: list[Block]) -> Message:
    """Blocks, and the words with which Slack notifies of them: without markup, too.

    https://docs.slack.dev/reference/methods/chat.postMessage
    """
    return {"text": escaped(text), "mrkdwn": False, "blocks": blocks}


def header(text: str) -> Block:
    """A headline, in somebody's own words."""
    return {"type": "header", "text": words(text, _HEADER_LIMIT)}


def section(*parts: Part) -> Block:
    """A paragraph."""
    return {"type": "section", "text": line(*parts)}


def quotation(text: str) -> Block:
    """A paragraph in somebody's own words."""
    return {"type": "section", "text": words(text)}


def fields(texts: Iterable[Block]) -> list[Block]:
    """At most ten texts in two columns; nothing where there are none."""
    shown = list(texts)
    return [{"type": "section", "fields": shown}] if shown else []


def field(name: str, *value: Part) -> Block:
    """One of them: a name, and below it its value."""
    return line(bold(name), "\n", *value, limit=_FIELD_LIMIT)


def context(*texts: Block) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": list(texts)}


def button(action_id: str, label: str, style: str, value: str) -> Block:
    """A button that tells Slack's app of its press."""
    text = plain(label)
    return {
        "type": "button",
        "action_id": action_id,
        "text": text,
        "style": style,
        "value": value,
    }


def link_button(action_id: str, label: str, address: str, about: str) -> Block:
    """A button that leads somewhere, and says `about` what to those who only hear it.

    Slack tells the app of its press, too.
    """
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label),
        "url": address,
        "accessibility_label": f"{label} {about}",
    }
