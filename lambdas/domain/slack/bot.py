"""Slack's Web API with a bot token: post messages and update them in place.

https://docs.slack.dev/reference/methods/chat.postMessage
https://docs.slack.dev/reference/methods/chat.update
https://docs.slack.dev/reference/methods/users.info
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.slack.delivery import Answer, ask_as_bot, send
from lambdas.domain.slack.directory import name_in

SECONDS_TO_NAME = 2
"""Time budget for looking up a user's name."""
_PASSING = {
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "ratelimited": HTTPStatus.TOO_MANY_REQUESTS,
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "fatal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "request_timeout": HTTPStatus.INTERNAL_SERVER_ERROR,
    "service_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "team_added_to_org": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Transient errors that Slack returns with status 200, as the equivalent status."""


class Posted(NamedTuple):
    """A posted message: number of tries, and its `ts` if the API returns one."""

    tries: int
    ts: str = ""
    requester: str = ""
    """Display name of the requester, if it was looked up."""


@dataclass(frozen=True, kw_only=True)
class SlackBot:
    """Posts to one channel (may raise `SlackDeliveryFailed`, `Unconfirmed`); looks up names."""

    api_url: str
    token: str = field(repr=False)
    channel_id: str

    def post(
        self, message: Mapping[str, Any], seconds_left: Callable[[], float], thread: str = ""
    ) -> Posted:
        """Post a message, or a reply in `thread` that is also sent to the channel."""
        reply = {"thread_ts": thread, "reply_broadcast": True} if thread else {}
        return self._call("chat.postMessage", {**message, **reply}, seconds_left)

    def update(
        self, ts: str, message: Mapping[str, Any], seconds_left: Callable[[], float]
    ) -> Posted:
        """Update a message in place. Slack keeps attachments unless they are replaced."""
        changed: dict[str, Any] = {"attachments": [], **message, "ts": ts}
        return self._call("chat.update", changed, seconds_left)

    def name_of(self, user_id: str) -> str:
        """The display name of a user; empty if one request within two seconds does not return it.

        Requires the scope `users:read`.
        """
        patience = SECONDS_TO_NAME / 2
        try:
            answer = ask_as_bot(
                f"{self.api_url}/users.info", self.token, {"user": user_id}, patience, patience
            )
            return name_in(as_object("the answer", json.loads(answer.text)))
        except (TimeoutError, ValueError, RecursionError, InvalidInput):
            return ""

    def _call(
        self, method: str, arguments: Mapping[str, Any], seconds_left: Callable[[], float]
    ) -> Posted:
        taken = send(
            f"{self.api_url}/{method}",
            {**arguments, "channel": self.channel_id},
            token=self.token,
            understand=_understood,
            seconds_left=seconds_left,
        )
        return Posted(taken.tries, str(json.loads(taken.text)["ts"]))


def _understood(answer: Answer) -> Answer:
    """Convert errors, which Slack returns with status 200 and `ok: false`."""
    if answer.status != HTTPStatus.OK:
        return answer
    try:
        said = as_object("the answer", json.loads(answer.text))
    except (InvalidInput, ValueError):
        return answer._replace(status=0)
    if said.get("ok") is True and "ts" in said:
        return answer
    error = str(said.get("error"))
    return answer._replace(status=_PASSING.get(error, HTTPStatus.BAD_REQUEST), text=error)
