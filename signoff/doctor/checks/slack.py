"""Whether messages can be posted to the stage's Slack channel, checked without posting."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from signoff.doctor.checks.bot import CHANNEL, bot
from signoff.doctor.checks.parameters import ESCALATION, TOKEN, WEBHOOK
from signoff.doctor.findings import CannotCheck, Finding, ok, problem
from signoff.doctor.fixes import set_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signoff.doctor.probe import Probe

ESCALATION_CHANNEL = "escalation channel"
UNCONNECTED = "unconnected"
# A valid incoming webhook rejects this for its missing text, and posts nothing.
# https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
_EMPTY_TEXT = {"text": ""}
_NO_TEXT = ("no_text", "missing_text_or_fallback_or_attachments", "invalid_payload")
_DOWN = HTTPStatus.INTERNAL_SERVER_ERROR


def is_connected(probe: Probe) -> bool:
    """Whether the stage is connected to Slack."""
    return not _connection(probe).startswith(UNCONNECTED)


def channel(probe: Probe) -> Iterator[Finding]:
    """Check the stage's channel, for any kind of delivery."""
    if not is_connected(probe):
        yield problem(
            CHANNEL,
            "The stage is not connected to Slack: every review fails immediately.",
            _connection(probe).partition(":")[2].strip(),
        )
        return
    variables = probe.variables("notify_slack")
    if token := variables.get(TOKEN):
        yield from bot(probe, probe.secret(token), variables)
    elif webhook := variables.get(WEBHOOK):
        workflow = variables.get("SLACK_DELIVERY") != "incoming-webhook"
        check = _workflow if workflow else _webhook
        yield check(probe, CHANNEL, probe.secret(webhook), "slackWebhookUrl")
    else:
        yield ok(CHANNEL, "A Slack workflow subscribes to the topic directly: see subscriptions.")


def _connection(probe: Probe) -> str:
    return str(probe.stage.outputs.get("slack_connection", ""))


def escalation(probe: Probe) -> Iterator[Finding]:
    """Check the escalation channel, if there is one."""
    if webhook := probe.variables(ESCALATION).get(WEBHOOK):
        url = probe.secret(webhook)
        yield _webhook(probe, ESCALATION_CHANNEL, url, "escalationSlackWebhookUrl")


def _webhook(probe: Probe, check: str, url: str, key: str) -> Finding:
    answer = probe.http("POST", url, json=_EMPTY_TEXT)
    reply = answer.text.strip()[:100]
    if answer.status_code == HTTPStatus.BAD_REQUEST and reply in _NO_TEXT:
        return ok(check, "The webhook is valid.")
    message = f"Slack rejected the webhook: {reply or answer.status_code}."
    if reply == "channel_is_archived":
        return problem(check, message, "Unarchive the channel in Slack.")
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= _DOWN:
        raise CannotCheck(message, "Run doctor again. If it persists, see https://slack-status.com")
    new = "Add a webhook to the channel under Incoming Webhooks in the Slack app"
    return problem(check, message, f"{new}. {set_secret(probe.stage, key)}")


def _workflow(probe: Probe, check: str, url: str, _key: str) -> Finding:
    """Check the host only, since any request could start the workflow."""
    parts = urlsplit(url)
    probe.http("HEAD", f"{parts.scheme}://{parts.netloc}/")
    return ok(
        check,
        f"{parts.hostname} responds. The workflow itself was not called, because any request could"
        " post a message.",
    )
