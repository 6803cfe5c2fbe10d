"""Clicks on buttons, and Slack's `block_actions` payload.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.domain.review.text import visible
from local.slack.errors import NotFound, Unacceptable
from local.slack.payloads.blocks import Block, buttons, inputs
from local.slack.payloads.elements import MAX_TYPED, Element, unescape
from local.slack.payloads.json_body import JsonObject
from local.slack.workspace.channels import Channel
from local.slack.workspace.messages import Filled, Message
from local.slack.workspace.people import Person

TEAM = {"id": "T0SIGNOFF", "domain": "signoff-local"}

# Action id of the reason field.
REASON = "reason"


@dataclass(frozen=True, kw_only=True)
class Click:
    """A click on a button, with the message's field values."""

    channel: Channel
    message: Message
    block: Block
    button: Element
    person: Person
    filled: Filled
    action_ts: str
    response_url: str


def find_button(message: Message, action_id: str) -> tuple[Block, Element]:
    """Find the first button with this action id, and its block; raises `NotFound`."""
    for block, button in buttons(message.draft.all_blocks()):
        if button["action_id"] == action_id:
            return block, button
    raise NotFound(f"Message {message.ts} has no button {action_id}.")


def filled_in(message: Message, reason: str | None, answers: Mapping[str, str]) -> Filled:
    """Return the field values for a reason and answers, which are given by action id.

    A reason is dropped if the message has no field for it; an unknown answer is an error. For a
    field with options, the answer is an option's text as the caller wrote it.
    """
    fields = {
        element["action_id"]: (block["block_id"], element)
        for block, element in inputs(message.draft.all_blocks())
    }
    if unknown := answers.keys() - fields.keys():
        raise Unacceptable(f"the message has no question {min(unknown)}")
    reasons = {} if reason is None else {REASON: reason}
    filled = {name: value for name, value in {**reasons, **answers}.items() if name in fields}
    return {
        (fields[name][0], name): _value_for(name, fields[name][1], given)
        for name, given in filled.items()
    }


def _value_for(name: str, field: Element, given: str) -> str:
    """Return the field's value for an answer; raises `Unacceptable` for an impossible one."""
    if "options" not in field:
        if len(given) > field.get("max_length", MAX_TYPED):
            raise Unacceptable(f"{name} is too long for the message's field")
        return given
    texts = {option["text"]["text"]: option["value"] for option in field["options"]}
    shown = {visible(unescape(text)): value for text, value in texts.items()}
    # Texts too long to be escaped are unescaped. Values that are not indexes are words.
    others = texts | {it: it for it in shown.values() if not it.isdecimal()}
    value = (others | shown).get(visible(given))
    if value is None:
        raise Unacceptable(f"{name} must be one of {', '.join(shown)}")
    return value


def block_actions(click: Click) -> JsonObject:
    """Build the payload that Slack sends to the app."""
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
    """The values of all fields; empty fields have null.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    values: dict[str, dict[str, Any]] = {}
    for block, field in inputs(click.message.draft.all_blocks()):
        ids = block["block_id"], field["action_id"]
        values.setdefault(ids[0], {})[ids[1]] = _value(field, click.filled.get(ids))
    return values


def _value(field: Element, given: str | None) -> dict[str, Any]:
    if "options" not in field:
        value = given if given is not None else field.get("initial_value")
        return {"type": field["type"], "value": value or None}
    chosen = [option for option in field["options"] if option["value"] == given]
    option = chosen[0] if chosen else field.get("initial_option")
    return {"type": field["type"], "selected_option": option}
