"""What Slack sends when somebody presses a button, and how Slack is answered.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import logging
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.shared.review.errors import InvalidInput, as_object
from lambdas.shared.review.review import Outcome, is_review_id
from lambdas.shared.slack.messages import REASON

_LOG = logging.getLogger(__name__)

_OUTCOMES = {"approve": Outcome.APPROVED, "reject": Outcome.REJECTED}
_USER = re.compile(r"\w{1,40}", re.ASCII)
_SECONDS_TO_ANSWER = 1.5
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OtherInteraction(Exception):
    """Slack tells of something that decides nothing, such as a press on a link."""


@dataclass(frozen=True, kw_only=True)
class Click:
    """One person's press on Approve or Reject."""

    outcome: Outcome
    review_id: str
    user_id: str
    reason: str
    response_url: str


def parse_click(body: bytes) -> Click:
    """Read a form with a `payload` field.

    Raises `OtherInteraction`, or `InvalidInput` where it is nothing that Slack sends.
    """
    try:
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
        payload = as_object("payload", json.loads(form.get("payload", [""])[0]))
    except (ValueError, RecursionError):
        raise InvalidInput("the body must be a form with a payload of JSON") from None
    actions = payload.get("actions")
    if payload.get("type") != "block_actions" or not isinstance(actions, list) or not actions:
        raise OtherInteraction
    action = as_object("an action", actions[0])
    outcome = _OUTCOMES.get(str(action.get("action_id")))
    if outcome is None or "value" not in action:
        raise OtherInteraction
    user_id = str(as_object("user", payload.get("user")).get("id"))
    review_id = str(action["value"])
    if not _USER.fullmatch(user_id) or not is_review_id(review_id):
        raise InvalidInput("user.id and the button's value must be ids")
    return Click(
        outcome=outcome,
        review_id=review_id,
        user_id=user_id,
        reason=_reason(payload),
        response_url=str(payload.get("response_url", "")),
    )


def respond(response_url: str, message: Mapping[str, Any]) -> bool:
    """Post `message` to the click's own address, once and briefly; tell whether Slack took it.

    Slack waits three seconds for the whole answer, and a decision stands without it.
    """
    if not _is_slacks(response_url):
        return False
    request = urllib.request.Request(  # noqa: S310 (checked above)
        response_url,
        data=json.dumps(message).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS_TO_ANSWER):  # noqa: S310
            return True
    except (OSError, ValueError) as error:
        _LOG.warning("slack.not_answered", extra={"error": type(error).__name__})
        return False


def _reason(payload: Mapping[str, Any]) -> str:
    try:
        values = as_object("values", as_object("state", payload.get("state")).get("values"))
        typed = as_object(REASON, as_object(REASON, values.get(REASON)).get(REASON))
    except InvalidInput:
        return ""
    return str(typed.get("value") or "")


def _is_slacks(address: str) -> bool:
    try:
        url = urllib.parse.urlsplit(address)
    except ValueError:
        return False
    if url.scheme == "https":
        return url.hostname == "hooks.slack.com"
    return url.scheme == "http" and url.hostname in _LOOPBACK
