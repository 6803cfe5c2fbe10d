"""Whether messages can get into the stage's Slack channel, without posting one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from signoff.doctor.checks.bot import CHANNEL, bot
from signoff.doctor.checks.parameters import ESCALATION, TOKEN, WEBHOOK
from signoff.doctor.findings import CannotCheck, Finding, problem, well
from signoff.doctor.remedies import keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signoff.doctor.patient import Patient

LOUDER = "escalation channel"
UNCONNECTED = "unconnected"
# An incoming webhook that is good finds no text in this, and posts nothing.
# https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
_NOTHING = {"text": ""}
_NO_TEXT = ("no_text", "missing_text_or_fallback_or_attachments", "invalid_payload")
_DOWN = HTTPStatus.INTERNAL_SERVER_ERROR


def is_connected(patient: Patient) -> bool:
    """Whether anybody can be asked."""
    return not _connection(patient).startswith(UNCONNECTED)


def channel(patient: Patient) -> Iterator[Finding]:
    """The stage's own channel, whichever way its messages go."""
    if not is_connected(patient):
        yield problem(
            CHANNEL,
            "The stage is not connected to Slack: every review fails at once.",
            _connection(patient).partition(":")[2].strip(),
        )
        return
    variables = patient.variables("notify_slack")
    if token := variables.get(TOKEN):
        yield from bot(patient, patient.secret(token), variables)
    elif webhook := variables.get(WEBHOOK):
        workflow = variables.get("SLACK_DELIVERY") != "incoming-webhook"
        look = _workflow if workflow else _webhook
        yield look(patient, CHANNEL, patient.secret(webhook), "slackWebhookUrl")
    else:
        yield well(CHANNEL, "A Slack workflow hears the topic itself: see subscriptions.")


def _connection(patient: Patient) -> str:
    return str(patient.stage.outputs.get("slack_connection", ""))


def escalation(patient: Patient) -> Iterator[Finding]:
    """The second, louder channel, where there is one."""
    if webhook := patient.variables(ESCALATION).get(WEBHOOK):
        url = patient.secret(webhook)
        yield _webhook(patient, LOUDER, url, "escalationSlackWebhookUrl")


def _webhook(patient: Patient, check: str, url: str, key: str) -> Finding:
    answer = patient.http("POST", url, json=_NOTHING)
    said = answer.text.strip()[:100]
    if answer.status_code == HTTPStatus.BAD_REQUEST and said in _NO_TEXT:
        return well(check, "Slack knows the webhook.")
    told = f"Slack does not take the webhook: {said or answer.status_code}."
    if said == "channel_is_archived":
        return problem(check, told, "Unarchive the channel in Slack.")
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= _DOWN:
        raise CannotCheck(told, "Run doctor again; if it stays so: https://slack-status.com")
    new = "Add a webhook to the channel in the Slack app, under Incoming Webhooks"
    return problem(check, told, f"{new}. {keep(patient.stage, key)}")


def _workflow(patient: Patient, check: str, url: str, _key: str) -> Finding:
    """Any request might start the workflow, so its host only is asked."""
    parts = urlsplit(url)
    patient.http("HEAD", f"{parts.scheme}://{parts.netloc}/")
    return well(
        check,
        f"{parts.hostname} answers. Whether the workflow does shows only a review: every request"
        " to it might post.",
    )
