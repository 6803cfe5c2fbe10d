"""A stage's channels: its own and the escalation channel."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Self

ESCALATION = "-escalation"
BOT_SCOPES = frozenset(
    {"chat:write", "commands", "channels:read", "groups:read", "users:read", "usergroups:read"}
)


@dataclass
class Channel:
    """A stage's channel; `stage` is its name in URLs.

    `decision_api_url` is set after the deployment. Without a bot token, only webhooks can post.
    """

    stage: str
    name: str
    decision_api_url: str = ""
    signing_secret: str | None = None
    bot_token: str | None = field(default=None, repr=False)
    configured_id: str | None = None
    bot_scopes: frozenset[str] = BOT_SCOPES
    """The bot's OAuth scopes, by default those of the app's manifest."""
    bot_is_member: bool = True
    is_archived: bool = False

    @property
    def id(self) -> str:
        """The configured id, or one derived from the stage's name."""
        return self.configured_id or (
            "C" + hashlib.sha256(self.stage.encode()).hexdigest()[:10].upper()
        )

    @property
    def topic(self) -> str:
        """Topic of the channel."""
        if self.stage.endswith(ESCALATION):
            return f"Escalated reviews of stage {self.stage.removesuffix(ESCALATION)}"
        return f"Reviews of stage {self.stage}"

    def escalation(self) -> Self:
        """Return the escalation channel, which belongs to the same app but has no bot."""
        return replace(
            self,
            stage=self.stage + ESCALATION,
            name=self.name + ESCALATION,
            bot_token=None,
            configured_id=None,
        )
