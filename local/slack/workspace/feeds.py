"""A channel's messages, deliveries and injected faults."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from local.slack.errors import NotFound
from local.slack.payloads.drafts import Draft
from local.slack.payloads.json_body import JsonObject
from local.slack.workspace.channels import Channel
from local.slack.workspace.messages import Author, Message

MAX_DELIVERIES = 10_000


@dataclass(frozen=True, kw_only=True)
class Fault:
    """An injected fault: an error status, a late response, or both."""

    status: int
    retry_after: int | None = None
    seconds: float = 0

    @property
    def refuses(self) -> bool:
        """Whether the delivery fails; otherwise its response is only late."""
        return self.status >= 400


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery attempt: its time, `method` and response status.

    `error` is Slack's error code; the Web API reports errors with status 200.
    """

    at: float
    status: int
    method: str
    error: str | None = None

    def as_json(self) -> JsonObject:
        """The attempt as the console's API lists it."""
        error = {"error": self.error} if self.error else {}
        return {"at": self.at, "status": self.status, "method": self.method, **error}


def _deliveries() -> deque[Delivery]:
    return deque(maxlen=MAX_DELIVERIES)


@dataclass
class Feed:
    """A channel's messages, oldest first. `revision` increases with every change."""

    channel: Channel
    clock: Callable[[], float]
    revision: int = 0
    deliveries: deque[Delivery] = field(default_factory=_deliveries)
    _messages: dict[str, Message] = field(default_factory=dict[str, Message])
    _faults: list[Fault] = field(default_factory=list[Fault])
    _last_tick: int = 0
    _read: dict[str, str] = field(default_factory=dict[str, str])

    def messages(self) -> list[Message]:
        """All messages, including private ones."""
        return list(self._messages.values())

    def seen_by(self, user_id: str) -> list[Message]:
        """The messages that this person can see."""
        return [m for m in self.messages() if m.ephemeral_to in {None, user_id}]

    def private_note(self, message: Message, user_id: str) -> Message | None:
        """Find the person's latest private note about a message."""
        notes = [m for m in self.seen_by(user_id) if m.ephemeral_to and m.about == message.ts]
        return notes[-1] if notes else None

    def mark_read(self, user_id: str) -> None:
        """Mark everything that the person can see as read."""
        self._read[user_id] = f"{self._last_tick:016}"

    def unread(self, user_id: str) -> int:
        """Count the messages since the person last viewed the channel."""
        read = self._read.get(user_id, "")
        return sum(m.ts.replace(".", "") > read for m in self.seen_by(user_id))

    def find(self, ts: str) -> Message:
        """Find a message by timestamp; raises `NotFound`."""
        if ts not in self._messages:
            raise NotFound(f"There is no message {ts} in {self.channel.name}.")
        return self._messages[ts]

    def thread(self, ts: str) -> Message | None:
        """Find the thread's first message for a reply to this timestamp.

        A reply to a reply joins its thread. Private messages have no threads.
        """
        message = self._messages.get(ts)
        if message and message.thread_ts:
            message = self._messages.get(message.thread_ts)
        return message if message and message.ephemeral_to is None else None

    def post(
        self,
        draft: Draft,
        *,
        author: Author,
        ephemeral_to: str | None = None,
        about: str | None = None,
    ) -> Message:
        """Post a message."""
        return self._add(
            Message(
                ts=self._next_ts(),
                author=author,
                draft=draft,
                ephemeral_to=ephemeral_to,
                about=about,
            )
        )

    def reply(self, draft: Draft, parent: Message, *, author: Author, broadcast: bool) -> Message:
        """Post a message in a thread, and also in the channel if `broadcast`."""
        message = self._add(
            Message(
                ts=self._next_ts(),
                author=author,
                draft=draft,
                thread_ts=parent.ts,
                broadcast=broadcast,
            )
        )
        parent.replies.append(message.ts)
        return message

    def replace(self, ts: str, draft: Draft) -> None:
        """Replace a message's content."""
        message = self.find(ts)
        message.draft, message.edited_ts, message.notice = draft, self._next_ts(), None
        message.typed.clear()
        self._touch(message)

    def delete(self, ts: str) -> None:
        """Delete a message."""
        parent = self._messages.get(self.find(ts).thread_ts or "")
        if parent:
            parent.replies.remove(ts)
        del self._messages[ts]
        self.revision += 1

    def note(self, ts: str, notice: str | None) -> None:
        """Set or clear the notice about a failed click below a message."""
        message = self.find(ts)
        if message.notice != notice:
            message.notice = notice
            self._touch(message)

    def fail_next(self, fault: Fault, times: int) -> None:
        """Inject a fault into this number of deliveries, replacing earlier faults."""
        self._faults = [fault] * times

    def next_fault(self) -> Fault | None:
        """Take the fault for the current delivery, if any."""
        return self._faults.pop() if self._faults else None

    def _add(self, message: Message) -> Message:
        self._messages[message.ts] = message
        self._touch(message)
        return message

    def _touch(self, message: Message) -> None:
        self.revision += 1
        message.revision = self.revision

    def _next_ts(self) -> str:
        """Return a unique message id: the time in microseconds."""
        self._last_tick = max(self._last_tick + 1, int(self.clock() * 1_000_000))
        return f"{self._last_tick // 1_000_000}.{self._last_tick % 1_000_000:06}"
