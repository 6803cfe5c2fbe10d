"""Message payloads of incoming webhooks, `response_url`s and the Web API.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.slack.errors import Invalid, WebhookError
from local.slack.payloads.blocks import Block, accept_blocks
from local.slack.payloads.json_body import JsonObject

MAX_TEXT = 40_000
MAX_ATTACHMENTS = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The content of a message."""

    text: str = ""
    blocks: Sequence[Block] = ()
    attachments: Sequence[JsonObject] = ()

    def all_blocks(self) -> list[Block]:
        """All blocks, including those in attachments."""
        nested = [block for part in self.attachments for block in part.get("blocks", [])]
        return [*self.blocks, *nested]


def read_draft(payload: JsonObject) -> Draft:
    """Parse a payload; raises `WebhookError` with Slack's error code."""
    text = payload.get("text") or ""
    if not isinstance(text, str):
        raise WebhookError(400, "invalid_payload")
    draft = Draft(
        text=text[:MAX_TEXT],
        blocks=_blocks(payload.get("blocks") or [], "/blocks"),
        attachments=_attachments(payload.get("attachments") or []),
    )
    if len([block for block in draft.all_blocks() if block["type"] == "table"]) > 1:
        broken = Invalid("/blocks", "only_one_table_allowed")
        raise WebhookError(400, "invalid_attachments", broken)
    if not draft.text.strip() and not draft.blocks and not draft.attachments:
        raise WebhookError(400, "no_text")
    return draft


def _blocks(blocks: Any, pointer: str) -> list[Block]:
    if not isinstance(blocks, list):
        raise WebhookError(400, "invalid_blocks_format")
    if not blocks:
        return []
    try:
        return accept_blocks(blocks, pointer)
    except Invalid as error:
        # Slack does not report the violated rule to the sender; log it here.
        logger.warning("invalid_blocks: %s", error)
        raise WebhookError(400, "invalid_blocks", error) from error


def _attachments(attachments: Any) -> list[JsonObject]:
    if not isinstance(attachments, list):
        raise WebhookError(400, "invalid_payload")
    if len(attachments) > MAX_ATTACHMENTS:  # pyright: ignore[reportUnknownArgumentType]
        raise WebhookError(400, "too_many_attachments")
    return [
        _attachment(attachment, f"/attachments/{index}")
        for index, attachment in enumerate(attachments)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    ]


def _attachment(attachment: Any, pointer: str) -> JsonObject:
    if not isinstance(attachment, dict):
        raise WebhookError(400, "invalid_payload")
    kept: JsonObject = {**attachment}
    if not all(isinstance(kept.get(name, ""), str) for name in ("text", "fallback", "color")):
        raise WebhookError(400, "invalid_payload")
    kept["blocks"] = _blocks(kept.get("blocks") or [], f"{pointer}/blocks")
    if not (kept["blocks"] or kept.get("text") or kept.get("fallback")):
        raise WebhookError(400, "no_text")
    return kept
