"""Where a channel's page shows its messages: the replies under their parents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.slack.workspace.messages import Message


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A message in one place of the page; `answers` is the parent that it names there."""

    message: Message
    is_reply: bool = False
    answers: Message | None = None

    @property
    def key(self) -> str:
        """What tells the entry from all others of the page, and stays when the page changes."""
        return f"b{self.message.ts}" if self.answers else f"m{self.message.ts}"


def arrange(messages: Sequence[Message]) -> Iterator[Entry]:
    """Every message in the channel's order, each thread right under its parent.

    A broadcast reply stands in both places. One whose parent was deleted stands alone.
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
