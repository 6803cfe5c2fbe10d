"""A stage's channels: its own, and the louder one that it escalates to."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Self

ESCALATION = "-escalation"
BOT_SCOPES = frozenset(
    {"chat:write", "commands", "channels:read", "groups:read", "users:read", "usergroups:read"}
)


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
    bot_scopes: frozenset[str] = BOT_SCOPES
    """What the bot may do: those of the app's manifest, unless somebody installed it with less."""
    bot_is_member: bool = True
    is_archived: bool = False

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
