"""Tables in messages: as a block, in an attachment, or as lines of text.

Slack documents tables as blocks; some workspaces reject them there and accept them in attachments.
https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from lambdas.domain.slack.blocks import Message, quotation
from lambdas.domain.slack.delivery import SlackDeliveryFailed
from lambdas.domain.slack.text import TEXT_LIMIT, Block

T = TypeVar("T")
Form: TypeAlias = Callable[[Message], Message]
"""Converts a message to one of these forms."""


def has_table(message: Message) -> bool:
    """Whether the message contains a table."""
    return any(map(_is_table, message.get("blocks", [])))


def among_blocks(message: Message) -> Message:
    """The message unchanged."""
    return message


def in_attachment(message: Message) -> Message:
    """The message with its table in an attachment, below the blocks."""
    tables = [it for it in message["blocks"] if _is_table(it)]
    others = [it for it in message["blocks"] if not _is_table(it)]
    return {**message, "blocks": others, "attachments": [{"blocks": tables}]}


def as_lines(message: Message) -> Message:
    """The message with the rows of its table as lines of text."""
    blocks = [
        it for block in message["blocks"] for it in (_lines(block) if _is_table(block) else [block])
    ]
    return {**message, "blocks": blocks}


class Tables:
    """Posts messages in a form that Slack accepts, starting with the last accepted one."""

    def __init__(self) -> None:
        self._forms: list[Form] = [among_blocks, in_attachment, as_lines]

    def post(self, post: Callable[[Message], T], message: Message) -> T:
        """Post a message, trying other forms while Slack rejects its blocks."""
        if not has_table(message):
            return post(message)
        *earlier, last = self._forms
        for form in earlier:
            try:
                return self._prefer(form, post(form(message)))
            except SlackDeliveryFailed as refused:
                if not refused.is_about_blocks:
                    raise
        return self._prefer(last, post(last(message)))

    def _prefer(self, form: Form, posted: T) -> T:
        self._forms.remove(form)
        self._forms.insert(0, form)
        return posted


def _is_table(block: Block) -> bool:
    return block["type"] == "table"


def _lines(table: Block) -> Iterator[Block]:
    rows = [" · ".join(cell["text"] for cell in row) for row in table["rows"]]
    while rows:
        some = [rows.pop(0)]
        while rows and len("\n".join([*some, rows[0]])) <= TEXT_LIMIT:
            some.append(rows.pop(0))
        yield quotation("\n".join(some))
