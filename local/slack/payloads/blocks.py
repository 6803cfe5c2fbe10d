"""Block Kit as messages use it: Slack's limits, and finding what people can press or fill in.

Of the blocks that Slack knows these are the ones that can be shown here; another type is
answered as an unknown one. https://docs.slack.dev/reference/block-kit/blocks
"""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from local.slack.errors import Invalid
from local.slack.payloads.schema import (
    Check,
    boolean,
    integer,
    items,
    link,
    one_of,
    record,
    string,
    tagged,
)

Block = dict[str, Any]
Element = dict[str, Any]

MAX_BLOCKS = 50
MAX_TYPED = 3000
ID = string(255, at_least=1)


def plain(at_most: int) -> Check:
    """A `plain_text` object."""
    return tagged({"plain_text": record({"text": string(at_most, at_least=1)}, {"emoji": boolean})})


def text(at_most: int) -> Check:
    """A text object of either type."""
    words = {"text": string(at_most, at_least=1)}
    return tagged(
        {
            "plain_text": record(words, {"emoji": boolean}),
            "mrkdwn": record(words, {"verbatim": boolean}),
        }
    )


def block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """A block of these fields; any block may carry a `block_id`."""
    return record(required, {**(optional or {}), "block_id": ID})


CONFIRMATION = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
BUTTON = tagged(
    {
        "button": record(
            {"text": plain(75)},
            {
                "action_id": ID,
                "url": link(3000),
                "value": string(2000),
                "style": one_of("primary", "danger"),
                "confirm": CONFIRMATION,
                "accessibility_label": string(75),
            },
        )
    }
)
TEXT_INPUT = tagged(
    {
        "plain_text_input": record(
            {},
            {
                "action_id": ID,
                "initial_value": string(MAX_TYPED),
                "multiline": boolean,
                "min_length": integer(0, MAX_TYPED),
                "max_length": integer(1, MAX_TYPED),
                "focus_on_load": boolean,
                "placeholder": plain(150),
            },
        )
    }
)
SECTION = block(
    {},
    {"text": text(3000), "fields": items(text(2000), 10), "accessory": BUTTON, "expand": boolean},
)


def section(value: Any, pointer: str) -> None:
    """A section has text, fields or both."""
    SECTION(value, pointer)
    if "text" not in value and "fields" not in value:
        raise Invalid(pointer, "must have text or fields")


BLOCKS = items(
    tagged(
        {
            "actions": block({"elements": items(BUTTON, 25)}),
            "context": block({"elements": items(text(3000), 10)}),
            "divider": block({}),
            "header": block({"text": plain(150)}),
            "input": block(
                {"label": plain(2000), "element": TEXT_INPUT},
                {"hint": plain(2000), "optional": boolean},
            ),
            "section": section,
        }
    ),
    MAX_BLOCKS,
)


def accept_blocks(blocks: Any, pointer: str) -> list[Block]:
    """The blocks as Slack keeps them: within its limits, each with an id, each id once.

    Raises `Invalid` for anything that Slack answers with `invalid_blocks`.
    """
    BLOCKS(blocks, pointer)
    kept = [_identified(given) for given in blocks]
    _refuse_repeats([kept_block["block_id"] for kept_block in kept], pointer, "block_id")
    for index, kept_block in enumerate(kept):
        ids = [element["action_id"] for element in elements(kept_block)]
        _refuse_repeats(ids, f"{pointer}/{index}", "action_id")
    return kept


def elements(block: Block) -> Iterator[Element]:
    """The block's interactive elements, in the order in which they are shown."""
    match block["type"]:
        case "actions":
            yield from block["elements"]
        case "section" if "accessory" in block:
            yield block["accessory"]
        case "input":
            yield block["element"]
        case _:
            return


def buttons(blocks: Sequence[Block]) -> Iterator[tuple[Block, Element]]:
    """Every button, with the block around it."""
    return _of_type("button", blocks)


def text_inputs(blocks: Sequence[Block]) -> Iterator[tuple[Block, Element]]:
    """Every field to type into, with the block around it."""
    return _of_type("plain_text_input", blocks)


def _of_type(kind: str, blocks: Sequence[Block]) -> Iterator[tuple[Block, Element]]:
    return (
        (block, element)
        for block in blocks
        for element in elements(block)
        if element["type"] == kind
    )


def _identified(block: Block) -> Block:
    def element(given: Element) -> Element:
        return {"action_id": _new_id(), **given}

    kept = {"block_id": _new_id(), **block}
    match block["type"]:
        case "actions":
            kept["elements"] = [element(given) for given in block["elements"]]
        case "section" if "accessory" in block:
            kept["accessory"] = element(block["accessory"])
        case "input":
            kept["element"] = element(block["element"])
        case _:
            pass
    return kept


def _refuse_repeats(ids: Sequence[str], pointer: str, name: str) -> None:
    if len(set(ids)) != len(ids):
        raise Invalid(pointer, f"{name} must be unique")


def _new_id() -> str:
    """An id for a block or an element that came without one."""
    return secrets.token_urlsafe(4)
