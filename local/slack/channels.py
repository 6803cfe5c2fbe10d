"""A stage's channel and what it holds: messages, and the faults it was told to have."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from local.slack.blocks import Block
from local.slack.errors import NotFound
from local.slack.json_body import JsonObject

MAX_TEXT = 40_000


@dataclass
class Channel:
    """One stage's channel. The decision API's address is known only after the deployment."""

    stage: str
    name: str
    decision_api_url: str = ""
    signing_secret: str | None = None

    @property
    def id(self) -> str:
        """A channel id of Slack's form, the same for a stage in every run."""
        return "C" + hashlib.sha256(self.stage.encode()).hexdigest()[:10].upper()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a delivery asks to show."""

    text: str = ""
    blocks: Sequence[Block] = ()
    attachments: Sequence[JsonObject] = ()


@dataclass(kw_only=True)
class Message:
    """A message; `ephemeral_to` names the only person who sees it, `notice` a failed click."""

    ts: str
    username: str
    draft: Draft
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    notice: str | None = None
    revision: int = 0

    def all_blocks(self) -> list[Block]:
        """The blocks, and those inside attachments."""
        nested = [block for part in self.draft.attachments for block in part.get("blocks", [])]
        return [*self.draft.blocks, *nested]

    def as_json(self) -> JsonObject:
        """The message as Slack's history lists it."""
        shown: JsonObject = {
            "type": "message",
            "subtype": "bot_message",
            "ts": self.ts,
            "bot_id": "B0SIGNOFF",
            "app_id": "A0SIGNOFF",
            "username": self.username,
            "text": self.draft.text,
            "blocks": list(self.draft.blocks),
        }
        if self.draft.attachments:
            shown["attachments"] = list(self.draft.attachments)
        if self.edited_ts:
            shown["edited"] = {"user": "B0SIGNOFF", "ts": self.edited_ts}
        if self.ephemeral_to:
            shown["ephemeral_to"] = self.ephemeral_to
        return shown


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How a delivery fails."""

    status: int
    retry_after: int | None = None


@dataclass
class Feed:
    """A channel's messages, oldest first. `revision` grows with everything that changes."""

    channel: Channel
    clock: Callable[[], float]
    revision: int = 0
    _messages: dict[str, Message] = field(default_factory=dict[str, Message])
    _faults: list[Fault] = field(default_factory=list[Fault])
    _last_tick: int = 0

    def messages(self) -> list[Message]:
        """Everything, for everybody."""
        return list(self._messages.values())

    def seen_by(self, user_id: str) -> list[Message]:
        """What this person sees."""
        return [m for m in self.messages() if m.ephemeral_to in {None, user_id}]

    def find(self, ts: str) -> Message:
        """The message of that timestamp; raises `NotFound`."""
        if ts not in self._messages:
            raise NotFound(f"there is no message {ts} in {self.channel.name}")
        return self._messages[ts]

    def post(self, draft: Draft, *, username: str, ephemeral_to: str | None = None) -> Message:
        """Show a new message."""
        message = Message(
            ts=self._next_ts(), username=username, draft=draft, ephemeral_to=ephemeral_to
        )
        self._messages[message.ts] = message
        self._touch(message)
        return message

    def replace(self, ts: str, draft: Draft) -> None:
        """Show something else in a message's place."""
        message = self.find(ts)
        message.draft, message.edited_ts, message.notice = draft, self._next_ts(), None
        self._touch(message)

    def delete(self, ts: str) -> None:
        """Take a message away."""
        self.find(ts)
        del self._messages[ts]
        self.revision += 1

    def note(self, ts: str, notice: str | None) -> None:
        """Say below a message why pressing its button failed, or no longer."""
        message = self.find(ts)
        if message.notice != notice:
            message.notice = notice
            self._touch(message)

    def fail_next(self, fault: Fault, times: int) -> None:
        """Make so many of the next deliveries fail, instead of any earlier order to fail."""
        self._faults = [fault] * times

    def next_fault(self) -> Fault | None:
        """How the delivery at hand is to fail, if it is."""
        return self._faults.pop() if self._faults else None

    def _touch(self, message: Message) -> None:
        self.revision += 1
        message.revision = self.revision

    def _next_ts(self) -> str:
        """Slack's message id: the time in microseconds, never twice."""
        self._last_tick = max(self._last_tick + 1, int(self.clock() * 1_000_000))
        return f"{self._last_tick // 1_000_000}.{self._last_tick % 1_000_000:06}"
