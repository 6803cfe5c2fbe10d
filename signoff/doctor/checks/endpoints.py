"""What answers from outside: the decision API, Slack's buttons and Slack's command.

Nothing is decided and nothing is written: the review that is asked for does not exist, and what is
signed is a payload that Slack sends for presses that mean nothing.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from signoff.doctor.checks.environment import told_time
from signoff.doctor.checks.parameters import SIGNING
from signoff.doctor.checks.signature import signed
from signoff.doctor.checks.slack import is_connected
from signoff.doctor.findings import CannotCheck, Finding, problem, warning, well
from signoff.doctor.remedies import configure, deploy, keep, repair
from signoff.doctor.words import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from signoff.doctor.probe import Probe

DECISIONS, LINKS, REVIEWERS = "decision API", "links", "reviewers"
BUTTONS, COMMAND = "buttons", "slash command"
NO_REVIEW = f"{'a' * 16}.{'0' * 32}"
# https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
_NO_PRESS = {"payload": json.dumps({"type": "block_actions", "actions": []})}
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
    """Whether it looks reviews up: one that does not exist is answered with 404."""
    url = probe.stage.output("decision_api_url")
    answer = probe.http(
        "GET",
        f"{url}/approve",
        params={"review": NO_REVIEW},
        headers={"Accept": "application/json"},
    )
    if answer.status_code == HTTPStatus.NOT_FOUND and "error" in _body(answer):
        yield well(DECISIONS, "It answers, and looks reviews up.")
    elif answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
        yield problem(
            DECISIONS,
            f"There is nothing at {url}: the API or its route is gone.",
            repair(probe.stage),
        )
    else:
        function = probe.operations["functions"]["decision_api"]
        yield problem(
            DECISIONS,
            f"It answers with status {answer.status_code}.",
            f"The log of {function} says why.",
        )


def links(probe: Probe) -> Iterator[Finding]:
    """Whether it takes more than a link to decide, which in production it has to."""
    if not is_connected(probe):
        return
    if probe.variables("decision_api")["LINKS_DECIDE"] != "true":
        yield well(LINKS, "They show reviews; only identified reviewers decide.")
        return
    stage = probe.stage
    signs = "slack_interactions" in probe.operations["functions"]
    found = problem if stage.is_production else warning
    yield found(
        LINKS,
        f"A link alone decides: everybody who can read {stage.output('slack_channel')}, an e-mail"
        " about a review or the review topic may approve, without being identified.",
        configure(stage, "requireVerifiedReviewer") if signs else keep(stage, "slackSigningSecret"),
    )


def reviewers(probe: Probe) -> Iterator[Finding]:
    """Whether a production stage names who may decide, and requires more than one."""
    stage, rules = probe.stage, probe.operations["decisions"]
    named, required = rules["reviewers"], rules["required_approvals"]
    who = some(named, "reviewer") if named else "anybody in the channel"
    found = f"{some(required, 'approval')} required, by {who}."
    missing = {"reviewers": not named, "requiredApprovals": required == 1}
    if stage.is_production and any(missing.values()):
        do = " ".join(configure(stage, key) for key, lacking in missing.items() if lacking)
        yield warning(REVIEWERS, found, do)
    else:
        yield well(REVIEWERS, found)


def buttons(probe: Probe) -> Iterator[Finding]:
    """Whether presses on Slack's buttons are heard, and only Slack's."""
    if "slack_interactions" not in probe.operations["functions"]:
        yield well(
            BUTTONS,
            "None: the stage has no signing secret, and people decide by links.",
            keep(probe.stage, "slackSigningSecret"),
        )
        return
    yield from _signed_endpoint(
        probe, BUTTONS, "/slack/interactions", "slack_interactions", _NO_PRESS
    )


def slash_command(probe: Probe) -> Iterator[Finding]:
    """Whether `/signoff` is answered, and only to Slack."""
    if "slack_commands" in probe.operations["functions"]:
        yield from _signed_endpoint(probe, COMMAND, "/slack/commands", "slack_commands", _HELP)


def _signed_endpoint(
    probe: Probe, check: str, path: str, function: str, form: dict[str, str]
) -> Iterator[Finding]:
    url = f"{probe.stage.output('decision_api_url')}{path}"
    body = urlencode(form)
    unsigned = _knock(probe, url, body, {})
    if unsigned.status_code != HTTPStatus.UNAUTHORIZED:
        yield problem(
            check,
            f"Without a signature {path} is answered with status {unsigned.status_code}, not 401.",
            repair(probe.stage),
        )
        return
    try:
        secret = probe.secret(probe.variables(function)[SIGNING])
    except CannotCheck as hidden:
        raise CannotCheck(
            f"What is not signed is refused. Whether what Slack signs is taken: {hidden}", hidden.do
        ) from None
    # Stamped with the time there: this machine's clock is another check.
    answer = _knock(probe, url, body, signed(body, secret, told_time(unsigned)))
    if answer.status_code == HTTPStatus.OK:
        yield well(check, "What Slack signs is taken, anything else refused.")
    elif answer.status_code == HTTPStatus.UNAUTHORIZED:
        yield problem(
            check,
            "The function refuses what is signed with the stored secret: it uses another one.",
            deploy(probe.stage),
        )
    else:
        name = probe.operations["functions"][function]
        yield problem(
            check,
            f"What Slack signs is answered with status {answer.status_code}.",
            f"The log of {name} says why.",
        )


def _knock(probe: Probe, url: str, body: str, proof: dict[str, str]) -> requests.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **proof}
    return probe.http("POST", url, data=body, headers=headers)


def _body(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}
