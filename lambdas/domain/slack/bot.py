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
from lambdas.domain.slack.delivery import SlackResponse, call_method, send
from lambdas.domain.slack.directory import name_in

NAME_LOOKUP_SECONDS = 2
"""Time budget for looking up a user's name."""
_TRANSIENT = {
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
        timeout = NAME_LOOKUP_SECONDS / 2
        try:
            response = call_method(
                f"{self.api_url}/users.info", self.token, {"user": user_id}, timeout, timeout
            )
            return name_in(as_object("the response", json.loads(response.text)))
        except (TimeoutError, ValueError, RecursionError, InvalidInput):
            return ""

    def _call(
        self, method: str, arguments: Mapping[str, Any], seconds_left: Callable[[], float]
    ) -> Posted:
        delivered = send(
            f"{self.api_url}/{method}",
            {**arguments, "channel": self.channel_id},
            token=self.token,
            interpret=_status_from_body,
            seconds_left=seconds_left,
        )
        return Posted(delivered.tries, str(json.loads(delivered.text)["ts"]))


def _status_from_body(response: SlackResponse) -> SlackResponse:
    """Convert errors, which Slack returns with status 200 and `ok: false`."""
    if response.status != HTTPStatus.OK:
        return response
    try:
        body = as_object("the response", json.loads(response.text))
    except (InvalidInput, ValueError):
        return response._replace(status=0)
    if body.get("ok") is True and "ts" in body:
        return response
    error = str(body.get("error"))
    return response._replace(status=_TRANSIENT.get(error, HTTPStatus.BAD_REQUEST), text=error)
