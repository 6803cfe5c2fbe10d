"""Who is in Slack's user groups: asked when somebody wants to decide, and believed for a minute.

https://docs.slack.dev/reference/methods/usergroups.users.list (with the scope `usergroups:read`)
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from lambdas.shared.review.errors import CannotCheck, InvalidInput, as_object
from lambdas.shared.review.people import is_slack_user
from lambdas.shared.runtime.clients import AWS_ERRORS
from lambdas.shared.runtime.secrets import secret_read_at_start
from lambdas.shared.slack.delivery import Answer, ask_as_bot

_LOG = logging.getLogger(__name__)
_SECONDS_BELIEVED = 60.0
_SECONDS_TO_CONNECT = 0.5
_SECONDS_TO_ANSWER = 1.0
_SECONDS_OF_SILENCE = 5.0
"""A Slack that does not answer is not asked again at once: a click has 3 s for all groups."""
_SHOWN = 60


class _Known(NamedTuple):
    members: frozenset[str]
    until: float


class _Refused(Exception):
    """Slack did not say who is in the group: why, in its own word, and how long not to ask."""

    def __init__(self, why: str, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


def _no_token() -> str:
    raise _Refused("no token")


@dataclass(kw_only=True)
class UserGroups:
    """Asks with the bot's token. What Slack does not say now is not known, and never a yes."""

    api_url: str
    token: Callable[[], str] = field(repr=False)
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, _Known] = field(default_factory=dict[str, _Known], init=False)
    _silent_until: float = field(default=0.0, init=False)

    @classmethod
    def open(cls, api_url: str, token_parameter: str) -> Self:
        """With the token in this parameter, read now; both are empty where there are no groups."""
        read = secret_read_at_start(token_parameter) if token_parameter else _no_token
        return cls(api_url=api_url, token=read)

    def members_of(self, group: str) -> frozenset[str]:
        """The Slack ids of a group's people, a minute old at most. Raises `CannotCheck`."""
        now = self.clock()
        known = self._known.get(group)
        if known and now < known.until:
            return known.members
        if now < self._silent_until:
            raise CannotCheck(group)
        try:
            members = self._ask(group)
        except _Refused as refused:
            why = str(refused)[:_SHOWN]
            _LOG.warning("slack.group_not_known", extra={"group": group, "error": why})
            self._silent_until = self.clock() + refused.pause
            raise CannotCheck(group) from None
        self._known[group] = _Known(members, now + _SECONDS_BELIEVED)
        return members

    def _ask(self, group: str) -> frozenset[str]:
        try:
            answer = ask_as_bot(
                f"{self.api_url}/usergroups.users.list",
                self.token(),
                {"usergroup": group},
                _SECONDS_TO_ANSWER,
                _SECONDS_TO_CONNECT,
            )
        except AWS_ERRORS as error:
            raise _Refused(type(error).__name__) from None
        except TimeoutError:
            raise _Refused("no answer", _SECONDS_OF_SILENCE) from None
        return _members(answer)


def _members(answer: Answer) -> frozenset[str]:
    """Slack's errors come with status 200, and say `ok: false`."""
    if answer.status != HTTPStatus.OK:
        pause = max(_SECONDS_OF_SILENCE, answer.retry_after) if answer.may_pass else 0
        raise _Refused(f"status {answer.status}", pause)
    try:
        said = as_object("the answer", json.loads(answer.text))
    except (InvalidInput, ValueError, RecursionError):
        raise _Refused("no object of JSON") from None
    users: Any = said.get("users")
    if said.get("ok") is not True or not isinstance(users, list):
        raise _Refused(str(said.get("error")))
    return frozenset(filter(is_slack_user, users))  # pyright: ignore[reportUnknownArgumentType]
