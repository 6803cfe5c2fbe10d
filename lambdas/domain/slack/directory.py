"""User group members and user names, looked up in Slack.

Looked up with the bot's token when a person decides, and cached for a minute. If Slack does not
respond, membership cannot be checked and names are empty.

https://docs.slack.dev/reference/methods/usergroups.users.list (with the scope `usergroups:read`)
https://docs.slack.dev/reference/methods/users.info (with the scope `users:read`)
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, NamedTuple, Self, TypeVar

from lambdas.domain.review.errors import CannotCheck, InvalidInput, as_object
from lambdas.domain.review.requester import is_slack_user, profile_name
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.runtime.secrets import secret_read_at_start
from lambdas.domain.slack.delivery import Answer, ask_as_bot

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_SECONDS_BELIEVED = 60.0
_SECONDS_TO_CONNECT = 0.5
_SECONDS_TO_ANSWER = 1.0
_SECONDS_TO_NAME = 0.5
_SECONDS_OF_SILENCE = 5.0
"""Pause before the same lookup is tried again: a click must be answered within 3 s."""
_SHOWN = 60


class _Known(NamedTuple, Generic[T]):
    what: T
    until: float


class _Refused(Exception):
    """A lookup failed: Slack's error code, and the seconds to wait before the next one."""

    def __init__(self, why: str, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


def _no_token() -> str:
    raise _Refused("no token")


@dataclass(kw_only=True)
class SlackDirectory:
    """A cached directory. `team` is the default workspace, required for enterprise-wide apps."""

    api_url: str
    token: Callable[[], str] = field(repr=False)
    team: str = ""
    clock: Callable[[], float] = time.monotonic
    _members: dict[str, _Known[frozenset[str]]] = field(
        default_factory=dict[str, "_Known[frozenset[str]]"], init=False
    )
    _names: dict[str, _Known[str]] = field(default_factory=dict[str, "_Known[str]"], init=False)
    _silent_until: dict[str, float] = field(default_factory=dict[str, float], init=False)
    """By method, so that a failed name lookup does not block membership checks."""

    @classmethod
    def open(cls, api_url: str, token_parameter: str, team: str = "") -> Self:
        """Read the token from this parameter now. Both arguments are empty without a bot.

        `team` is the configured workspace or enterprise.
        """
        read = secret_read_at_start(token_parameter) if token_parameter else _no_token
        return cls(api_url=api_url, token=read, team=team if team.startswith("T") else "")

    def members_of(self, group: str, team: str = "") -> frozenset[str]:
        """The user IDs of a group's members, at most a minute old. Raises `CannotCheck`."""
        now = self.clock()
        known = self._members.get(group)
        if known and now < known.until:
            return known.what
        workspace = team or self.team
        arguments = {"usergroup": group, **({"team_id": workspace} if workspace else {})}
        try:
            said = self._ask("usergroups.users.list", arguments, _SECONDS_TO_ANSWER)
            users: Any = said.get("users")
            if not isinstance(users, list):
                raise _Refused("no users")
        except _Refused as refused:
            why = str(refused)[:_SHOWN]
            _LOG.warning("slack.group_not_known", extra={"group": group, "error": why})
            raise CannotCheck(group) from None
        members = frozenset(filter(is_slack_user, users))  # pyright: ignore[reportUnknownArgumentType]
        self._members[group] = _Known(members, now + _SECONDS_BELIEVED)
        return members

    def name_of(self, user_id: str) -> str:
        """The display name of a user, at most a minute old; empty if Slack does not respond."""
        now = self.clock()
        known = self._names.get(user_id)
        if known and now < known.until:
            return known.what
        try:
            name = name_in(self._ask("users.info", {"user": user_id}, _SECONDS_TO_NAME))
        except _Refused as refused:
            _LOG.warning("slack.name_not_known", extra={"error": str(refused)[:_SHOWN]})
            name = ""
        self._names[user_id] = _Known(name, now + _SECONDS_BELIEVED)
        return name

    def _ask(self, method: str, arguments: Mapping[str, str], patience: float) -> Mapping[str, Any]:
        if self.clock() < self._silent_until.get(method, 0.0):
            raise _Refused("silent just now")
        try:
            return self._asked(method, arguments, patience)
        except _Refused as refused:
            self._silent_until[method] = self.clock() + refused.pause
            raise

    def _asked(
        self, method: str, arguments: Mapping[str, str], patience: float
    ) -> Mapping[str, Any]:
        url = f"{self.api_url}/{method}"
        try:
            answer = ask_as_bot(url, self.token(), arguments, patience, _SECONDS_TO_CONNECT)
        except AWS_ERRORS as error:
            raise _Refused(type(error).__name__) from None
        except TimeoutError:
            raise _Refused("no answer", _SECONDS_OF_SILENCE) from None
        return _said(answer)


def name_in(said: Mapping[str, Any]) -> str:
    """The display name in a `users.info` response; empty if it has none."""
    try:
        user = as_object("user", said.get("user"))
        profile = as_object("profile", user.get("profile"))
    except InvalidInput:
        return ""
    names = (profile.get("display_name"), profile.get("real_name"), user.get("name"))
    return next((name for it in names if (name := profile_name(it))), "")


def _said(answer: Answer) -> Mapping[str, Any]:
    """The response's JSON. Slack returns errors with status 200 and `ok: false`."""
    if answer.status != HTTPStatus.OK:
        pause = max(_SECONDS_OF_SILENCE, answer.retry_after) if answer.may_pass else 0
        raise _Refused(f"status {answer.status}", pause)
    try:
        said = as_object("the answer", json.loads(answer.text))
    except (InvalidInput, ValueError, RecursionError):
        raise _Refused("no object of JSON") from None
    if said.get("ok") is not True:
        raise _Refused(str(said.get("error")))
    return said
