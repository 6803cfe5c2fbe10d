"""A stage's channel, and what stands in it: messages, by their authors."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from local.slack.blocks import Block
from local.slack.json_body import JsonObject

MAX_TEXT = 40_000
ESCALATION = "-escalation"


@dataclass
class Channel:
    """One channel of a stage; `stage` is also its name in addresses.

    The decision API's address is known only after the deployment. A channel without a bot token
    takes webhooks only.
    """

    stage: str
    name: str
    decision_api_url: str = ""
    signing_secret: str | None = None
    bot_token: str | None = field(default=None, repr=False)
    configured_id: str | None = None

    @property
    def id(self) -> str:
        """The configured id, or one of Slack's form that is the same for a stage in every run."""
        return self.configured_id or (
            "C" + hashlib.sha256(self.stage.encode()).hexdigest()[:10].upper()
        )

    @property
    def topic(self) -> str:
        """What the channel is for."""
        if self.stage.endswith(ESCALATION):
            return f"Escalations of the stage {self.stage.removesuffix(ESCALATION)}"
        return f"Decisions for the stage {self.stage}"

    def escalation(self) -> Self:
        """The stage's louder channel: of the same app, but without its bot."""
        return replace(
            self,
            stage=self.stage + ESCALATION,
            name=self.name + ESCALATION,
            bot_token=None,
            configured_id=None,
        )


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who posts: the app by a webhook, or its bot, a `user` of the workspace."""

    username: str
    user: str | None = None


WEBHOOK = Author(username="Signoff")
WORKFLOW = Author(username="Signoff workflow")
BOT = Author(username="Signoff", user="U0SIGNOFF")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a delivery asks to show."""

    text: str = ""
    blocks: Sequence[Block] = ()
    attachments: Sequence[JsonObject] = ()


@dataclass(kw_only=True)
class Message:
    """A message; `ephemeral_to` names the only person who sees it, `notice` a failed click.

    `thread_ts` makes it a reply to that message, which lists it in its `replies`; the channel
    shows a `broadcast` one too.
    """

    ts: str
    author: Author
    draft: Draft
    ephemeral_to: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    replies: list[str] = field(default_factory=list[str])
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
            "ts": self.ts,
            "bot_id": "B0SIGNOFF",
            "app_id": "A0SIGNOFF",
            "text": self.draft.text,
            "blocks": list(self.draft.blocks),
            **self._author(),
            **self._thread(),
        }
        if self.draft.attachments:
            shown["attachments"] = list(self.draft.attachments)
        if self.edited_ts:
            shown["edited"] = {"user": "B0SIGNOFF", "ts": self.edited_ts}
        if self.ephemeral_to:
            shown["ephemeral_to"] = self.ephemeral_to
        return shown

    def _author(self) -> JsonObject:
        if self.author.user is None:
            return {"subtype": "bot_message", "username": self.author.username}
        return {"user": self.author.user}

    def _thread(self) -> JsonObject:
        """Slack gives a message that has replies its own timestamp as its thread's."""
        if self.replies:
            return {
                "thread_ts": self.ts,
                "reply_count": len(self.replies),
                "latest_reply": self.replies[-1],
            }
        if self.thread_ts is None:
            return {}
        subtype = {"subtype": "thread_broadcast"} if self.broadcast else {}
        return {"thread_ts": self.thread_ts, **subtype}
