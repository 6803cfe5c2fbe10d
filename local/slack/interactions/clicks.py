"""A pressed button: which one, what was typed, and Slack's `block_actions` payload.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.slack.errors import NotFound, Unacceptable
from local.slack.payloads.blocks import MAX_TYPED, Block, Element, buttons, text_inputs
from local.slack.payloads.json_body import JsonObject
from local.slack.workspace.channels import Channel
from local.slack.workspace.messages import Message
from local.slack.workspace.people import Person

TEAM = {"id": "T0SIGNOFF", "domain": "signoff-laptop"}

# What people typed, by block id and action id.
Typed = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Click:
    """Somebody pressing one button of one message, with what they had typed into it."""

    channel: Channel
    message: Message
    block: Block
    button: Element
    person: Person
    typed: Typed
    action_ts: str
    response_url: str


def find_button(message: Message, action_id: str) -> tuple[Block, Element]:
    """The message's first button of that action id, with its block; raises `NotFound`."""
    for block, button in buttons(message.all_blocks()):
        if button["action_id"] == action_id:
            return block, button
    raise NotFound(f"message {message.ts} has no button {action_id}")


def typed_reason(message: Message, reason: str | None) -> Typed:
    """The reason, typed into the message's first field; a message may have no field for it."""
    if reason is None:
        return {}
    for block, element in text_inputs(message.all_blocks()):
        if len(reason) > element.get("max_length", MAX_TYPED):
            raise Unacceptable("reason is longer than the message's field")
        return {(block["block_id"], element["action_id"]): reason}
    return {}


def block_actions(click: Click) -> JsonObject:
    """The payload that Slack sends to the app."""
    channel = click.channel
    return {
        "type": "block_actions",
        "user": {
            "id": click.person.id,
            "username": click.person.username,
            "name": click.person.username,
            "team_id": TEAM["id"],
        },
        "api_app_id": "A0SIGNOFF",
        "container": {
            "type": "message",
            "message_ts": click.message.ts,
            "channel_id": channel.id,
            "is_ephemeral": click.message.ephemeral_to is not None,
            **({"thread_ts": click.message.thread_ts} if click.message.thread_ts else {}),
        },
        "trigger_id": f"{click.action_ts}.{TEAM['id']}",
        "team": TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": channel.name.removeprefix("#")},
        "message": click.message.as_json(),
        "state": {"values": _state(click)},
        "response_url": click.response_url,
        "actions": [
            {
                **{k: click.button[k] for k in ("text", "value", "style") if k in click.button},
                "type": "button",
                "action_id": click.button["action_id"],
                "block_id": click.block["block_id"],
                "action_ts": click.action_ts,
            }
        ],
    }


def _state(click: Click) -> dict[str, dict[str, Any]]:
    """Every field's value; one that nobody typed into has none."""
    values: dict[str, dict[str, Any]] = {}
    for block, element in text_inputs(click.message.all_blocks()):
        ids = block["block_id"], element["action_id"]
        value = click.typed.get(ids, element.get("initial_value")) or None
        values.setdefault(ids[0], {})[ids[1]] = {"type": "plain_text_input", "value": value}
    return values
