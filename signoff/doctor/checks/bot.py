"""The Slack bot: its token, its scopes and its channel membership.

https://docs.slack.dev/reference/methods/auth.test
https://docs.slack.dev/reference/methods/conversations.info
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from requests.auth import AuthBase

from signoff.doctor.findings import CannotCheck, Finding, ok, problem
from signoff.doctor.fixes import set_secret, set_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from signoff.doctor.probe import Probe

BOT, SCOPES, CHANNEL = "bot", "bot scopes", "channel"
_TRANSIENT = {
    "ratelimited",
    "internal_error",
    "fatal_error",
    "request_timeout",
    "service_unavailable",
}
_REINSTALL = "under OAuth & Permissions in the Slack app, then reinstall it to the workspace"


def bot(probe: Probe, token: str, variables: Mapping[str, str]) -> Iterator[Finding]:
    """Check the bot; `variables` are those of the function that posts."""
    api = variables["SLACK_API_URL"]
    itself = _call(probe, api, "auth.test", token, {})
    reply = _body(itself)
    if reply.get("ok") is not True:
        yield problem(
            BOT,
            f"Slack rejected the bot token: {_error(reply)}.",
            "Copy the Bot User OAuth Token under OAuth & Permissions in the Slack app."
            f" {set_secret(probe.stage, 'slackBotToken')}",
        )
        return
    name = reply.get("user", "")
    yield ok(BOT, f"Signed in as @{name} in {reply.get('team')}.")
    yield _scopes(probe, itself)
    yield _channel(probe, api, token, variables["SLACK_CHANNEL_ID"], name)


def _scopes(probe: Probe, answer: requests.Response) -> Finding:
    """Compare the token's scopes with the manifest."""
    given = {scope.strip() for scope in answer.headers.get("X-OAuth-Scopes", "").split(",")}
    manifest = json.loads(probe.stage.output("slack_app_manifest"))
    lacking = [it for it in manifest["oauth_config"]["scopes"]["bot"] if it not in given]
    if not lacking:
        return ok(SCOPES, "All scopes in the manifest are granted.")
    return problem(
        SCOPES,
        f"Missing scopes: {', '.join(lacking)}.",
        f"Add {'them' if len(lacking) > 1 else 'it'} {_REINSTALL}.",
    )


def _channel(probe: Probe, api: str, token: str, channel_id: str, name: str) -> Finding:
    reply = _body(_call(probe, api, "conversations.info", token, {"channel": channel_id}))
    if reply.get("ok") is not True:
        return _unknown_channel(probe, reply, channel_id)
    channel = cast("dict[str, Any]", reply["channel"])
    name_in_slack = f"#{channel.get('name')}"
    if channel.get("is_archived"):
        return problem(
            CHANNEL,
            f"{name_in_slack} is archived.",
            "Unarchive it in Slack, or choose another channel."
            f" {set_value(probe.stage, 'slackChannelId')}",
        )
    if not channel.get("is_member"):
        return problem(
            CHANNEL, f"The bot is not in {name_in_slack}.", f"Invite it: /invite @{name}"
        )
    return ok(CHANNEL, f"The bot is in {name_in_slack}.")


def _unknown_channel(probe: Probe, reply: Mapping[str, Any], channel_id: str) -> Finding:
    error = _error(reply)
    if error == "missing_scope":
        needed = reply.get("needed", "channels:read")
        raise CannotCheck(
            f"The bot cannot look up its channel: missing scope {needed}.", f"Add it {_REINSTALL}."
        )
    if error == "channel_not_found":
        return problem(
            CHANNEL,
            f"The bot cannot find channel {channel_id}.",
            "If the channel is private, invite the bot. The channel ID is at the bottom of the"
            f" channel details. {set_value(probe.stage, 'slackChannelId')}",
        )
    return problem(CHANNEL, f"Slack could not look up {channel_id}: {error}.", "Run doctor again.")


def _call(
    probe: Probe, api: str, method: str, token: str, form: Mapping[str, str]
) -> requests.Response:
    """Call the Slack API. Raises `CannotCheck` for a transient error."""
    answer = probe.http("POST", f"{api}/{method}", data=form, auth=_Bearer(token))
    if answer.status_code != HTTPStatus.OK or _error(_body(answer)) in _TRANSIENT:
        raise CannotCheck(
            f"Slack responded to {method} with status {answer.status_code}.",
            "Run doctor again. If it persists, see https://slack-status.com",
        )
    return answer


class _Bearer(AuthBase):
    """Bearer authorization; as a plain header, ~/.netrc would override it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


def _body(answer: requests.Response) -> dict[str, Any]:
    try:
        reply = answer.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", reply) if isinstance(reply, dict) else {}


def _error(reply: Mapping[str, Any]) -> str:
    return str(reply.get("error", ""))
