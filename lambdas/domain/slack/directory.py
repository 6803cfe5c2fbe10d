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
from lambdas.domain.slack.delivery import SlackResponse, call_method

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_CACHE_SECONDS = 60.0
_CONNECT_TIMEOUT = 0.5
_MEMBERS_TIMEOUT = 1.0
_NAME_TIMEOUT = 0.5
_BACKOFF_SECONDS = 5.0
"""Pause before the same lookup is tried again: a click must be answered within 3 s."""
_MAX_SHOWN = 60


class _Cached(NamedTuple, Generic[T]):
    value: T
    until: float


class _LookupFailed(Exception):
    """A lookup failed: Slack's error code, and the seconds to wait before the next one."""

    def __init__(self, error: str, pause: float = 0.0) -> None:
        super().__init__(error)
        self.pause = pause


def _no_token() -> str:
    raise _LookupFailed("no token")


@dataclass(kw_only=True)
class SlackDirectory:
    """A cached directory. `team` is the default workspace, required for enterprise-wide apps."""

    api_url: str
    token: Callable[[], str] = field(repr=False)
    team: str = ""
    clock: Callable[[], float] = time.monotonic
    _members: dict[str, _Cached[frozenset[str]]] = field(
        default_factory=dict[str, "_Cached[frozenset[str]]"], init=False
    )
    _names: dict[str, _Cached[str]] = field(default_factory=dict[str, "_Cached[str]"], init=False)
    _paused_until: dict[str, float] = field(default_factory=dict[str, float], init=False)
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
        cached = self._members.get(group)
        if cached and now < cached.until:
            return cached.value
        workspace = team or self.team
        arguments = {"usergroup": group, **({"team_id": workspace} if workspace else {})}
        try:
            body = self._call("usergroups.users.list", arguments, _MEMBERS_TIMEOUT)
            users: Any = body.get("users")
            if not isinstance(users, list):
                raise _LookupFailed("no users")
        except _LookupFailed as refused:
            error = str(refused)[:_MAX_SHOWN]
            _LOG.warning("slack.group_not_known", extra={"group": group, "error": error})
            raise CannotCheck(group) from None
        members = frozenset(filter(is_slack_user, users))  # pyright: ignore[reportUnknownArgumentType]
        self._members[group] = _Cached(members, now + _CACHE_SECONDS)
        return members

    def name_of(self, user_id: str) -> str:
        """The display name of a user, at most a minute old; empty if Slack does not respond."""
        now = self.clock()
        cached = self._names.get(user_id)
        if cached and now < cached.until:
            return cached.value
        try:
            name = name_in(self._call("users.info", {"user": user_id}, _NAME_TIMEOUT))
        except _LookupFailed as refused:
            _LOG.warning("slack.name_not_known", extra={"error": str(refused)[:_MAX_SHOWN]})
            name = ""
        self._names[user_id] = _Cached(name, now + _CACHE_SECONDS)
        return name

    def _call(self, method: str, arguments: Mapping[str, str], timeout: float) -> Mapping[str, Any]:
        if self.clock() < self._paused_until.get(method, 0.0):
            raise _LookupFailed("paused")
        try:
            return self._call_now(method, arguments, timeout)
        except _LookupFailed as refused:
            self._paused_until[method] = self.clock() + refused.pause
            raise

    def _call_now(
        self, method: str, arguments: Mapping[str, str], timeout: float
    ) -> Mapping[str, Any]:
        url = f"{self.api_url}/{method}"
        try:
            response = call_method(url, self.token(), arguments, timeout, _CONNECT_TIMEOUT)
        except AWS_ERRORS as error:
            raise _LookupFailed(type(error).__name__) from None
        except TimeoutError:
            raise _LookupFailed("no response", _BACKOFF_SECONDS) from None
        return _body_of(response)


def name_in(body: Mapping[str, Any]) -> str:
    """The display name in a `users.info` response; empty if it has none."""
    try:
        user = as_object("user", body.get("user"))
        profile = as_object("profile", user.get("profile"))
    except InvalidInput:
        return ""
    names = (profile.get("display_name"), profile.get("real_name"), user.get("name"))
    return next((name for it in names if (name := profile_name(it))), "")


def _body_of(response: SlackResponse) -> Mapping[str, Any]:
    """The response's JSON. Slack returns errors with status 200 and `ok: false`."""
    if response.status != HTTPStatus.OK:
        pause = max(_BACKOFF_SECONDS, response.retry_after) if response.may_pass else 0
        raise _LookupFailed(f"status {response.status}", pause)
    try:
        body = as_object("the response", json.loads(response.text))
    except (InvalidInput, ValueError, RecursionError):
        raise _LookupFailed("not a JSON object") from None
    if body.get("ok") is not True:
        raise _LookupFailed(str(body.get("error")))
    return body
