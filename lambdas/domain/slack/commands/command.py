"""What Slack sends when somebody types a slash command.

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
"""What Slack calls every private channel and every direct message, whatever their names."""


class Verb(StrEnum):
    """What may stand behind the command."""

    PENDING = "pending"
    SHOW = "show"
    HISTORY = "history"
    HELP = "help"


@dataclass(frozen=True, kw_only=True)
class Command:
    """One person's command, and where they typed it."""

    name: str
    """Such as `/signoff`; an app may call it something else."""
    text: str
    user_id: str
    team: str
    enterprise: str
    channel_id: str
    channel_name: str
    """Without the `#`; empty where Slack does not tell."""

    @property
    def words(self) -> list[str]:
        """What was typed, in lower case: as little as a phone's keyboard would have it."""
        return self.text.lower().split()

    @property
    def verb(self) -> Verb | None:
        """What is asked: help where nothing is, and none where it is not understood."""
        first, *rest = self.words or [Verb.HELP]
        known = {it.value: it for it in Verb}.get(first)
        takes = 1 if known is Verb.SHOW else 0
        return known if len(rest) == takes or known is Verb.HELP else None

    @property
    def review_id(self) -> str:
        """The id behind `show`; empty where it is none."""
        given = self.words[-1].strip("`")
        return given if is_review_id(given) else ""


def parse_command(form: Mapping[str, str]) -> Command:
    """Read Slack's form. Raises `InvalidInput` where it is nothing that Slack sends."""
    user_id, name = form.get("user_id", ""), form.get("command", "")
    if not is_slack_user(user_id):
        raise InvalidInput("the body must be the form of a slash command: user_id must be an id")
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
