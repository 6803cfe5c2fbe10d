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
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from lambdas.domain.lifecycle.decide import DecisionInput
from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.review.ids import is_review_id
from lambdas.domain.review.questions import form_answers
from lambdas.domain.review.requester import is_slack_user, profile_name
from lambdas.domain.review.review import Outcome
from lambdas.domain.runtime.clients import is_loopback
from lambdas.domain.slack.blocks import Message
from lambdas.domain.slack.messages import ANSWER, REASON
from lambdas.domain.slack.tables import as_lines, has_table

_LOG = logging.getLogger(__name__)

_LONGEST_ANSWER = 1_000
_REJECTED = re.compile(rb'\s*\{\s*"ok"\s*:\s*false')
"""How Slack's answer begins if it rejects a message with status 200."""
_OUTCOMES = {"approve": Outcome.APPROVED, "reject": Outcome.REJECTED}
_SECONDS_TO_ANSWER = 1.5
_SLACK = ("hooks.slack.com", "hooks.slack-gov.com")
_TEAM = re.compile("[TE][A-Z0-9]{2,20}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Slack's address is where the answer goes, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


class OtherInteraction(Exception):
    """Slack tells of something that decides nothing, such as a press on a link."""


@dataclass(frozen=True, kw_only=True)
class Click:
    """One person's press on Approve or Reject."""

    outcome: Outcome
    review_id: str
    user_id: str
    user_name: str
    """What Slack calls them; anybody may call themselves anything."""
    team: str
    """The workspace that they click in."""
    enterprise: str
    """The enterprise that it belongs to, where it belongs to one."""
    is_foreign: bool
    """Whether the person belongs to another workspace, or Slack does not say to which."""
    said: DecisionInput
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
    user = as_object("user", payload.get("user"))
    user_id, review_id = user.get("id"), action["value"]
    if not is_slack_user(user_id) or not is_review_id(review_id):
        raise InvalidInput("user.id and the button's value must be ids")
    return Click(
        outcome=outcome,
        review_id=review_id,
        user_id=user_id,
        user_name=profile_name(user.get("name") or user.get("username")),
        **_workspace(payload, user),
        said=_said(payload),
        response_url=str(payload.get("response_url", "")),
    )


def respond(response_url: str, message: Message) -> bool:
    """Post `message` to the click's own address; tell whether Slack accepted it.

    Call it with addresses that `is_slack_address` accepts. Slack waits three seconds for the whole
    response, and a decision stands without it. A message whose table Slack rejects is sent again
    without it.
    """
    if not response_url:
        return False
    taken = _respond(response_url, message)
    if taken is False and has_table(message):
        taken = _respond(response_url, as_lines(message))
    return bool(taken)


def _respond(response_url: str, message: Message) -> bool | None:
    """Whether Slack accepted it; none if it did not answer."""
    request = urllib.request.Request(  # noqa: S310 (checked where it came in)
        response_url,
        data=json.dumps(message).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    try:
        with _OPENER.open(request, timeout=_SECONDS_TO_ANSWER) as answer:
            return not _REJECTED.match(answer.read(_LONGEST_ANSWER))
    except (OSError, ValueError, HTTPException) as error:
        _LOG.warning("slack.not_answered", extra={"error": type(error).__name__})
        return False if isinstance(error, HTTPError) else None


def _said(payload: Mapping[str, Any]) -> DecisionInput:
    """What was typed and chosen in the message: the reason, and answers to its questions."""
    try:
        values = as_object("values", as_object("state", payload.get("state")).get("values"))
    except InvalidInput:
        return DecisionInput()
    typed = {name: _typed(values, f"{ANSWER}{name}", name) for name in _asked(values)}
    return DecisionInput(reason=_typed(values, REASON, REASON), answers=typed, read=form_answers)


def _asked(values: Mapping[str, Any]) -> list[str]:
    return [name.removeprefix(ANSWER) for name in values if name.startswith(ANSWER)]


def _typed(values: Mapping[str, Any], block_id: str, action_id: str) -> str:
    """What an input has, of whichever kind it is; empty where nothing is.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    try:
        typed = as_object(block_id, as_object(block_id, values.get(block_id)).get(action_id))
        chosen = as_object("an option", typed.get("selected_option") or {}).get("value")
    except InvalidInput:
        return ""
    return str(chosen or typed.get("value") or "")


def is_slack_address(address: str, *, is_local: bool) -> bool:
    """Whether this is a `response_url` of Slack, or of the Slack simulator on a local stack."""
    try:
        url = urllib.parse.urlsplit(address)
    except ValueError:
        return False
    if is_local and url.scheme == "http":
        return is_loopback(address)
    return url.scheme == "https" and url.netloc in _SLACK


def _workspace(payload: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
    """Where a click comes from, and whether the person belongs there.

    In a shared channel people of other workspaces click, too. For an app that a whole enterprise
    has installed, `team` may be null; then the person's workspace is the click's.
    https://docs.slack.dev/enterprise/
    """
    team = as_object("team", payload.get("team") or {})
    enterprise = as_object("enterprise", payload.get("enterprise") or {}).get("id")
    enterprise = _id(enterprise or team.get("enterprise_id"))
    theirs = _id(user.get("team_id"))
    own = _id(team.get("id")) if team else theirs
    is_foreign = not own or theirs not in {own, enterprise} - {""}
    return {"team": own, "enterprise": enterprise, "is_foreign": is_foreign}


def _id(value: Any) -> str:
    """An id of a workspace or an enterprise; empty for anything else."""
    return value if isinstance(value, str) and _TEAM.fullmatch(value) else ""
