"""Builders for Block Kit blocks.

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
    user_text,
)

Message = dict[str, Any]
"""A payload with `blocks`, and `text` for notifications."""

_FIELD_LIMIT = 2000
_HEADER_LIMIT = 150


def message(text: str, blocks: list[Block]) -> Message:
    """Combine blocks with the plain notification text.

    https://docs.slack.dev/reference/methods/chat.postMessage
    """
    return {"text": escaped(text), "mrkdwn": False, "blocks": blocks}


def header(text: str) -> Block:
    """A headline in user text, without markup."""
    return {"type": "header", "text": user_text(text, _HEADER_LIMIT)}


def section(*parts: Part) -> Block:
    """A paragraph."""
    return {"type": "section", "text": line(*parts)}


def quotation(text: str) -> Block:
    """A paragraph in user text, without markup."""
    return {"type": "section", "text": user_text(text)}


def fields(texts: Iterable[Block]) -> list[Block]:
    """A two-column section of at most ten texts; empty without texts."""
    shown = list(texts)
    return [{"type": "section", "fields": shown}] if shown else []


def field(name: str, *value: Part) -> Block:
    """One text for `fields`: a bold name above its value."""
    return line(bold(name), "\n", *value, limit=_FIELD_LIMIT)


def context(*texts: Block) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": list(texts)}


def button(action_id: str, label: str, style: str, value: str) -> Block:
    """A button whose clicks go to the app."""
    text = plain(label)
    return {
        "type": "button",
        "action_id": action_id,
        "text": text,
        "style": style,
        "value": value,
    }


def link_button(action_id: str, label: str, address: str, about: str) -> Block:
    """A button that opens `address`; `about` completes its label for screen readers.

    Slack sends these clicks to the app, too.
    """
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label),
        "url": address,
        "accessibility_label": f"{label} {about}",
    }
