"""Order of a channel's messages: replies under their parents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.slack.workspace.messages import Message


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A message at one position of the page. `answers` is the thread that a broadcast names."""

    message: Message
    is_reply: bool = False
    answers: Message | None = None

    @property
    def key(self) -> str:
        """Id of the entry, unique in the page and stable across updates."""
        return f"b{self.message.ts}" if self.answers else f"m{self.message.ts}"


def arrange(messages: Sequence[Message]) -> Iterator[Entry]:
    """Yield the messages in the channel's order, each thread under its parent.

    A broadcast reply appears in both places; a reply whose parent was deleted appears alone.
    """
    by_ts = {message.ts: message for message in messages}
    for message in messages:
        parent = by_ts.get(message.thread_ts or "")
        if parent is None:
            yield Entry(message=message)
            for ts in message.replies:
                yield Entry(message=by_ts[ts], is_reply=True)
        elif message.broadcast:
            yield Entry(message=message, answers=parent)
