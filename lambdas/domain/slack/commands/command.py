"""Slash commands as Slack sends them.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.ids import is_review_id
from lambdas.domain.review.requester import is_slack_user
from lambdas.domain.review.text import visible

_NAME = re.compile(r"/[\w-]{1,32}")
_NAMELESS = frozenset({"privategroup", "directmessage"})
"""Slack's placeholder names for private channels and direct messages."""


class Verb(StrEnum):
    """The first word after the command."""

    PENDING = "pending"
    SHOW = "show"
    HISTORY = "history"
    HELP = "help"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A person's command, and the channel in which they ran it."""

    name: str
    """`/signoff`, unless the app uses another name."""
    text: str
    user_id: str
    team: str
    enterprise: str
    channel_id: str
    channel_name: str
    """Without the `#`; empty if Slack hides it."""

    @property
    def words(self) -> list[str]:
        """The text in lower case, since phone keyboards capitalize."""
        return self.text.lower().split()

    @property
    def verb(self) -> Verb | None:
        """The verb; help without text, none for an unknown one."""
        first, *rest = self.words or [Verb.HELP]
        known = {it.value: it for it in Verb}.get(first)
        takes = 1 if known is Verb.SHOW else 0
        return known if len(rest) == takes or known is Verb.HELP else None

    @property
    def review_id(self) -> str:
        """The review ID after `show`; empty if it is not one."""
        given = self.words[-1].strip("`")
        return given if is_review_id(given) else ""


def parse_command(form: Mapping[str, str]) -> Command:
    """Parse the form of a slash command. Raises `InvalidInput`."""
    user_id, name = form.get("user_id", ""), form.get("command", "")
    if not is_slack_user(user_id):
        raise InvalidInput("user_id must be a Slack user ID")
    channel_name = form.get("channel_name", "")
    return Command(
        name=name if _NAME.fullmatch(name) else "/signoff",
        text=visible(form.get("text", "")),
        user_id=user_id,
        team=form.get("team_id", ""),
        enterprise=form.get("enterprise_id", ""),
        channel_id=form.get("channel_id", ""),
        channel_name="" if channel_name in _NAMELESS else channel_name,
    )
