"""Slack's Web API with a bot token: messages that can be changed where they stand.

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
"""As long as somebody's name may take."""
_PASSING = {
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "ratelimited": HTTPStatus.TOO_MANY_REQUESTS,
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "fatal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "request_timeout": HTTPStatus.INTERNAL_SERVER_ERROR,
    "service_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "team_added_to_org": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Errors that Slack tells with status 200, and that trying again may cure."""


class Posted(NamedTuple):
    """What Slack took after how many tries, and which message it is where that can be known."""

    tries: int
    ts: str = ""
    requester: str = ""
    """What Slack calls whoever requested the review, where it was asked and knows."""


@dataclass(frozen=True, kw_only=True)
class SlackBot:
    """Posts to one channel, which raises `SlackDeliveryFailed` or `Unconfirmed`; knows people."""

    api_url: str
    token: str = field(repr=False)
    channel_id: str

    def post(
        self, message: Mapping[str, Any], seconds_left: Callable[[], float], thread: str = ""
    ) -> Posted:
        """Post a message, or a reply that the channel sees too."""
        reply = {"thread_ts": thread, "reply_broadcast": True} if thread else {}
        return self._call("chat.postMessage", {**message, **reply}, seconds_left)

    def update(
        self, ts: str, message: Mapping[str, Any], seconds_left: Callable[[], float]
    ) -> Posted:
        """Change a message in place. Slack keeps attachments unless they are replaced."""
        changed: dict[str, Any] = {"attachments": [], **message, "ts": ts}
        return self._call("chat.update", changed, seconds_left)

    def name_of(self, user_id: str) -> str:
        """What people see of somebody; empty where Slack does not say so at once.

        Asked once, for at most two seconds: without the scope `users:read` Slack never says it.
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
    """Slack's errors come with status 200, and say `ok: false`."""
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
