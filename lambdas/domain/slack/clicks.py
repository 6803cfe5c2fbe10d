"""Button clicks as Slack sends them, and replies to them.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import logging
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, cast
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
from lambdas.domain.slack.text import unescaped

_LOG = logging.getLogger(__name__)

_MAX_RESPONSE_BYTES = 1_000
_REJECTION = re.compile(rb'\s*\{\s*"ok"\s*:\s*false')
"""Start of the response if Slack rejects a message with status 200."""
_OUTCOMES = {"approve": Outcome.APPROVED, "reject": Outcome.REJECTED}
_TIMEOUT_SECONDS = 1.5
_SLACK = ("hooks.slack.com", "hooks.slack-gov.com")
_TEAM = re.compile("[TE][A-Z0-9]{2,20}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Never forward a reply to another address."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


class OtherInteraction(Exception):
    """An interaction that is not a decision, such as a click on a link button."""


@dataclass(frozen=True, kw_only=True)
class Click:
    """A person's click on Approve or Reject."""

    outcome: Outcome
    review_id: str
    user_id: str
    user_name: str
    """Their user name: chosen by themselves, so not proof of identity."""
    team: str
    """The workspace in which they clicked."""
    enterprise: str
    """The enterprise of that workspace, if it belongs to one."""
    is_foreign: bool
    """Whether the person's workspace is another one, or unknown."""
    decision_input: DecisionInput
    title: str
    """The message's headline; empty if Slack omits the message."""
    entered: tuple[tuple[str, str], ...]
    """What the person entered in the message: labels and texts, without empty fields."""
    response_url: str


def parse_click(body: bytes) -> Click:
    """Parse a form with a `payload` field. Raises `OtherInteraction` or `InvalidInput`."""
    try:
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
        payload = as_object("payload", json.loads(form.get("payload", [""])[0]))
    except (ValueError, RecursionError):
        raise InvalidInput("body must be a form with a JSON payload field") from None
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
        raise InvalidInput("user.id must be a Slack user ID, and the button's value a review ID")
    return Click(
        outcome=outcome,
        review_id=review_id,
        user_id=user_id,
        user_name=profile_name(user.get("name") or user.get("username")),
        **_workspace(payload, user),
        decision_input=_decision_input(payload),
        title=_title(payload),
        entered=tuple(_entered(payload)),
        response_url=str(payload.get("response_url", "")),
    )


def respond(response_url: str, message: Message) -> bool:
    """Post `message` to a click's `response_url`. Return whether Slack accepted it.

    Pass only addresses that `is_slack_address` accepts. Fails silently, since a decision stands
    without the reply. If Slack rejects the message's table, the rows are sent as text.
    """
    if not response_url:
        return False
    accepted = _post(response_url, message)
    if accepted is False and has_table(message):
        accepted = _post(response_url, as_lines(message))
    return bool(accepted)


def _post(response_url: str, message: Message) -> bool | None:
    """Whether Slack accepted it; none without a response."""
    request = urllib.request.Request(  # noqa: S310 (checked by is_slack_address)
        response_url,
        data=json.dumps(message).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return not _REJECTION.match(answer.read(_MAX_RESPONSE_BYTES))
    except (OSError, ValueError, HTTPException) as error:
        _LOG.warning("slack.not_answered", extra={"error": type(error).__name__})
        return False if isinstance(error, HTTPError) else None


def _decision_input(payload: Mapping[str, Any]) -> DecisionInput:
    """The reason and answers entered in the message."""
    values = _values(payload)
    names = [it.removeprefix(ANSWER) for it in values if it.startswith(ANSWER)]
    answers = {name: _value(_field(values, f"{ANSWER}{name}", name)) for name in names}
    reason = _value(_field(values, REASON, REASON))
    return DecisionInput(reason=reason, answers=answers, read=form_answers)


def _values(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The state of the message's fields, by block ID.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    return _object(_object(payload.get("state")).get("values"))


def _field(values: Mapping[str, Any], block_id: object, action_id: object) -> Mapping[str, Any]:
    return _object(_object(values.get(str(block_id))).get(str(action_id)))


def _value(state: Mapping[str, Any]) -> str:
    """The value of a field of any kind; empty without one."""
    return str(_object(state.get("selected_option")).get("value") or state.get("value") or "")


def _title(payload: Mapping[str, Any]) -> str:
    return next((_text(it) for it in _blocks(payload) if it.get("type") == "header"), "")


def _entered(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    values = _values(payload)
    for block in _blocks(payload):
        if block.get("type") == "input":
            action_id = _object(block.get("element")).get("action_id")
            state = _field(values, block.get("block_id"), action_id)
            if text := _text(_object(state.get("selected_option"))) or _value(state):
                yield _text(block, "label"), text


def _blocks(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The blocks of the message that was clicked; empty if Slack omits it."""
    blocks: Any = _object(payload.get("message")).get("blocks")
    return list(map(_object, cast("list[Any]", blocks))) if isinstance(blocks, list) else []


def _text(holder: Mapping[str, Any], name: str = "text") -> str:
    """The text of a text object as people read it; empty without one."""
    return unescaped(str(_object(holder.get(name)).get("text") or ""))


def _object(value: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def is_slack_address(address: str, *, is_local: bool) -> bool:
    """Whether this is a `response_url` of Slack, or of the Slack simulator."""
    try:
        url = urllib.parse.urlsplit(address)
    except ValueError:
        return False
    if is_local and url.scheme == "http":
        return is_loopback(address)
    return url.scheme == "https" and url.netloc in _SLACK


def _workspace(payload: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
    """The workspace of a click, and whether the person is a member of it.

    In shared channels, members of other workspaces can click. For an app that is installed for a
    whole enterprise, `team` may be null; then the person's workspace counts.
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
    """The ID of a workspace or enterprise; empty for anything else."""
    return value if isinstance(value, str) and _TEAM.fullmatch(value) else ""
