"""Messages and their authors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.slack.payloads.drafts import Draft
from local.slack.payloads.json_body import JsonObject

# Field values by block id and action id.
Filled = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Author:
    """An author: the app's webhook, or a bot, which is a `user` of the workspace."""

    username: str
    user: str | None = None


WEBHOOK = Author(username="Signoff")
WORKFLOW = Author(username="Signoff workflow")
BOT = Author(username="Signoff", user="U0SIGNOFF")
SLACKBOT = Author(username="Slackbot", user="USLACKBOT")


@dataclass(kw_only=True)
class Message:
    """A message. `ephemeral_to` is the only person who sees it; `notice` describes a failed click.

    `about` is the message whose button was clicked, for a private note about the click. `typed` are
    the field values of people's clicks, which a page keeps until the message changes.

    `thread_ts` makes it a reply to that message, which lists it in `replies`. A `broadcast` reply
    is also shown in the channel.
    """

    ts: str
    author: Author
    draft: Draft
    ephemeral_to: str | None = None
    about: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    replies: list[str] = field(default_factory=list[str])
    edited_ts: str | None = None
    notice: str | None = None
    typed: dict[str, Filled] = field(default_factory=dict[str, Filled])
    revision: int = 0

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
        """In Slack, the first message of a thread has its own timestamp as `thread_ts`."""
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
