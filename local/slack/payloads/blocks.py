"""Block Kit in messages: Slack's limits, and finding buttons and fields.

Only block types that the pages can show are accepted; others are rejected as unknown.
https://docs.slack.dev/reference/block-kit/blocks
"""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from local.slack.errors import Invalid
from local.slack.payloads.elements import BUTTON, FIELD, ID, Element, plain, text
from local.slack.payloads.schema import Check, boolean, items, one_of, record, string, tagged

Block = dict[str, Any]

MAX_BLOCKS = 50
MAX_IN_CELLS = 10_000


def block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """Check a block's fields; every block may have a `block_id`."""
    return record(required, {**(optional or {}), "block_id": ID})


SECTION = block(
    {},
    {"text": text(3000), "fields": items(text(2000), 10), "accessory": BUTTON, "expand": boolean},
)


def section(value: Any, pointer: str) -> None:
    """Check a section, which has text, fields or both."""
    SECTION(value, pointer)
    if "text" not in value and "fields" not in value:
        raise Invalid(pointer, "must have text or fields")


CELL = tagged({"raw_text": record({"text": string(MAX_IN_CELLS, at_least=1)}, {})})
TABLE = block(
    {"rows": items(items(CELL, 20), 100)},
    {
        "column_settings": items(
            record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), 20
        )
    },
)


def table(value: Any, pointer: str) -> None:
    """Check a table, whose cells share one limit on characters."""
    TABLE(value, pointer)
    if sum(len(cell["text"]) for row in value["rows"] for cell in row) > MAX_IN_CELLS:
        raise Invalid(f"{pointer}/rows", f"must have at most {MAX_IN_CELLS} characters in total")


BLOCKS = items(
    tagged(
        {
            "actions": block({"elements": items(BUTTON, 25)}),
            "context": block({"elements": items(text(3000), 10)}),
            "divider": block({}),
            "header": block({"text": plain(150)}),
            "input": block(
                {"label": plain(2000), "element": FIELD},
                {"hint": plain(2000), "optional": boolean},
            ),
            "section": section,
            "table": table,
        }
    ),
    MAX_BLOCKS,
)


def accept_blocks(blocks: Any, pointer: str) -> list[Block]:
    """Check blocks against Slack's limits and add missing ids.

    Raises `Invalid` where Slack returns `invalid_blocks`.
    """
    BLOCKS(blocks, pointer)
    kept = [_identified(given) for given in blocks]
    _refuse_repeats([kept_block["block_id"] for kept_block in kept], pointer, "block_id")
    for index, kept_block in enumerate(kept):
        ids = [element["action_id"] for element in elements(kept_block)]
        _refuse_repeats(ids, f"{pointer}/{index}", "action_id")
    return kept


def elements(block: Block) -> Iterator[Element]:
    """Yield the block's interactive elements in order."""
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
    """Yield all buttons with their blocks."""
    for block in blocks:
        if block["type"] != "input":
            yield from ((block, element) for element in elements(block))


def inputs(blocks: Sequence[Block]) -> Iterator[tuple[Block, Element]]:
    """Yield all fields with their blocks."""
    return ((block, block["element"]) for block in blocks if block["type"] == "input")


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
    """Return a random block or action id."""
    return secrets.token_urlsafe(4)
