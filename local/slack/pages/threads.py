"""Order of a channel's messages: replies under their parents, private notes under their message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.slack.payloads.blocks import buttons
from local.slack.workspace.messages import Message


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A message at one position of the page. `answers` is the thread that a broadcast names."""

    message: Message
    is_reply: bool = False
    is_note: bool = False
    answers: Message | None = None

    @property
    def key(self) -> str:
        """Id of the entry, unique in the page and stable across updates."""
        return f"b{self.message.ts}" if self.answers else f"m{self.message.ts}"


def arrange(messages: Sequence[Message]) -> Iterator[Entry]:
    """Yield the messages in the channel's order, each thread under its parent.

    A broadcast reply appears in both places; a reply whose parent was deleted appears alone. Of the
    private notes about a message only the latest is shown, until the message has no more buttons.
    """
    by_ts = {message.ts: message for message in messages}
    notes = {message.about: message for message in messages if message.about in by_ts}

    def with_note(message: Message, *, is_reply: bool = False) -> Iterator[Entry]:
        yield Entry(message=message, is_reply=is_reply)
        note = notes.get(message.ts)
        if note and not _is_outdated(note, message):
            yield Entry(message=note, is_note=True)

    for message in messages:
        if message.about in by_ts:
            continue
        parent = by_ts.get(message.thread_ts or "")
        if parent is None:
            yield from with_note(message)
            for ts in message.replies:
                yield from with_note(by_ts[ts], is_reply=True)
        elif message.broadcast:
            yield Entry(message=message, answers=parent)


def _is_outdated(note: Message, message: Message) -> bool:
    """Whether the message has changed since the note, and can no longer be decided."""
    changed = message.edited_ts is not None and message.edited_ts > note.ts
    return changed and not any(buttons(message.draft.all_blocks()))
