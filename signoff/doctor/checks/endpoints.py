"""Public endpoints: the decision API, Slack's buttons and Slack's command.

Read-only: the requested review does not exist, and the signed payload has no actions.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lambdas.domain.review.words import counted
from signoff.doctor.checks.environment import server_time
from signoff.doctor.checks.parameters import SIGNING
from signoff.doctor.checks.signature import signed
from signoff.doctor.checks.slack import is_connected
from signoff.doctor.findings import CannotCheck, Finding, ok, problem, warning
from signoff.doctor.fixes import deploy, restore, set_secret, set_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from signoff.doctor.probe import Probe

DECISIONS, LINKS, REVIEWERS = "decision API", "links", "reviewers"
BUTTONS, COMMAND = "buttons", "slash command"
NO_REVIEW = f"{'a' * 16}.{'0' * 32}"
# https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
_NO_ACTIONS = {"payload": json.dumps({"type": "block_actions", "actions": []})}
_HELP = {
    "command": "/signoff",
    "text": "help",
    "user_id": "U0SIGNOFF",
    "user_name": "doctor",
    "team_id": "",
    "channel_id": "",
    "channel_name": "",
    "response_url": "",
    "trigger_id": "",
}


def decision_api(probe: Probe) -> Iterator[Finding]:
    """Whether it looks up reviews: an unknown one must return 404."""
    url = probe.stage.output("decision_api_url")
    answer = probe.http(
        "GET",
        f"{url}/approve",
        params={"review": NO_REVIEW},
        headers={"Accept": "application/json"},
    )
    if answer.status_code == HTTPStatus.NOT_FOUND and "error" in _body(answer):
        yield ok(DECISIONS, "The API responds and looks up reviews.")
    elif answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
        yield problem(
            DECISIONS,
            f"Nothing found at {url}: the API or its route was deleted.",
            restore(probe.stage),
        )
    else:
        function = probe.operations["functions"]["decision_api"]
        yield problem(
            DECISIONS,
            f"The API responds with status {answer.status_code}.",
            f"See the log of {function}.",
        )


def links(probe: Probe) -> Iterator[Finding]:
    """Whether a link alone can decide, which is a problem in production."""
    if not is_connected(probe):
        return
    if probe.variables("decision_api")["LINKS_DECIDE"] != "true":
        yield ok(LINKS, "Links show reviews; only identified reviewers can decide.")
        return
    stage = probe.stage
    signs = "slack_interactions" in probe.operations["functions"]
    found = problem if stage.is_production else warning
    yield found(
        LINKS,
        f"A link is enough to decide: anyone who can read {stage.output('slack_channel')}, a review"
        " e-mail or the review topic can approve without being identified.",
        set_value(stage, "requireVerifiedReviewer")
        if signs
        else set_secret(stage, "slackSigningSecret"),
    )


def reviewers(probe: Probe) -> Iterator[Finding]:
    """Whether a production stage restricts reviewers and requires several approvals."""
    stage, rules = probe.stage, probe.operations["decisions"]
    named, required = rules["reviewers"], rules["required_approvals"]
    who = counted(named, "reviewer") if named else "anyone in the channel"
    found = f"{counted(required, 'approval')} required, from {who}."
    missing = {"reviewers": not named, "requiredApprovals": required == 1}
    if stage.is_production and any(missing.values()):
        fix = " ".join(set_value(stage, key) for key, lacking in missing.items() if lacking)
        yield warning(REVIEWERS, found, fix)
    else:
        yield ok(REVIEWERS, found)


def buttons(probe: Probe) -> Iterator[Finding]:
    """Whether the buttons' endpoint accepts signed requests, and only those."""
    if "slack_interactions" not in probe.operations["functions"]:
        yield ok(
            BUTTONS,
            "No buttons: without a signing secret, people decide on the review page.",
            set_secret(probe.stage, "slackSigningSecret"),
        )
        return
    yield from _signed_endpoint(
        probe, BUTTONS, "/slack/interactions", "slack_interactions", _NO_ACTIONS
    )


def slash_command(probe: Probe) -> Iterator[Finding]:
    """Whether the endpoint of `/signoff` accepts signed requests, and only those."""
    if "slack_commands" in probe.operations["functions"]:
        yield from _signed_endpoint(probe, COMMAND, "/slack/commands", "slack_commands", _HELP)


def _signed_endpoint(
    probe: Probe, check: str, path: str, function: str, form: dict[str, str]
) -> Iterator[Finding]:
    url = f"{probe.stage.output('decision_api_url')}{path}"
    body = urlencode(form)
    unsigned = _post(probe, url, body, {})
    if unsigned.status_code != HTTPStatus.UNAUTHORIZED:
        yield problem(
            check,
            f"{path} responds to unsigned requests with status {unsigned.status_code}, not 401.",
            restore(probe.stage),
        )
        return
    try:
        secret = probe.secret(probe.variables(function)[SIGNING])
    except CannotCheck as hidden:
        raise CannotCheck(
            f"Unsigned requests are rejected. Could not check signed requests: {hidden}", hidden.fix
        ) from None
    # Signed with the API's time; this machine's clock has its own check.
    answer = _post(probe, url, body, signed(body, secret, server_time(unsigned)))
    if answer.status_code == HTTPStatus.OK:
        yield ok(check, "Accepts requests signed by Slack and rejects all others.")
    elif answer.status_code == HTTPStatus.UNAUTHORIZED:
        yield problem(
            check,
            "The function rejects requests signed with the stored secret: it uses another one.",
            deploy(probe.stage),
        )
    else:
        name = probe.operations["functions"][function]
        yield problem(
            check,
            f"Responds to signed requests with status {answer.status_code}.",
            f"See the log of {name}.",
        )


def _post(probe: Probe, url: str, body: str, proof: dict[str, str]) -> requests.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **proof}
    return probe.http("POST", url, data=body, headers=headers)


def _body(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}
