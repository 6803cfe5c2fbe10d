"""Slash commands: sent to the stage's app, answered privately.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from local.slack.errors import Malformed, WebhookError
from local.slack.interactions.clicks import TEAM
from local.slack.interactions.interactivity import Interactivity
from local.slack.interactions.request_url import SLACK_TIMEOUT_SECONDS, AppResponse
from local.slack.interactions.response_urls import ResponseUrls
from local.slack.payloads.drafts import Draft, read_draft
from local.slack.payloads.json_body import read_object
from local.slack.workspace.channels import Channel
from local.slack.workspace.feeds import Feed
from local.slack.workspace.messages import SLACKBOT, WEBHOOK, Message
from local.slack.workspace.people import Person

NAME = "/signoff"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CommandResult:
    """The app's response to a command, and the message shown for it, if any."""

    response: AppResponse
    shown: Message | None


@dataclass(frozen=True)
class SlashCommands:
    """Sends commands to the app and shows its responses."""

    interactivity: Interactivity
    response_urls: ResponseUrls
    clock: Callable[[], float]

    async def run(self, feed: Feed, text: str, person: Person, responses_at: str) -> CommandResult:
        """Send `/signoff TEXT` as a person. Raises `NotInteractive`."""
        grant_id = self.response_urls.issue(feed, None, person.id)
        form = _form(feed.channel, text, person, f"{responses_at}/{grant_id}")
        sent_at = self.clock()
        response = await self.interactivity.send(feed.channel, "/slack/commands", form)
        shown = _show_response(feed, person, response)
        if (seconds := self.clock() - sent_at) > SLACK_TIMEOUT_SECONDS and shown:
            late = f"This took {seconds:.1f} s. Slack would have shown operation_timeout."
            feed.note(shown.ts, late)
        return CommandResult(response=response, shown=shown)


def _form(channel: Channel, text: str, person: Person, response_url: str) -> dict[str, str]:
    """Build Slack's form; `token` is the deprecated verification token."""
    return {
        "token": "deprecated",
        "team_id": TEAM["id"],
        "team_domain": TEAM["domain"],
        "channel_id": channel.id,
        "channel_name": channel.name.removeprefix("#"),
        "user_id": person.id,
        "user_name": person.username,
        "command": NAME,
        "text": text,
        "api_app_id": "A0SIGNOFF",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": f"{secrets.randbelow(10**12)}.{TEAM['id']}",
    }


def _show_response(feed: Feed, person: Person, response: AppResponse) -> Message | None:
    """Post the response as Slack does: privately unless it is for the channel."""
    if response.status != 200:
        return post_failure(feed, person, _error(response.status))
    if not response.body.strip():
        return None
    try:
        payload = {"text": response.body}
        if response.content_type.partition(";")[0].strip().lower() == "application/json":
            payload = read_object(response.body.encode())
        return _post(feed, person, read_draft(payload), payload.get("response_type"))
    except (Malformed, WebhookError) as refused:
        code = refused.code if isinstance(refused, WebhookError) else "invalid_command_response"
        logger.warning("cannot show the response to a command: %s", refused)
        return post_failure(feed, person, code)


def _post(feed: Feed, person: Person, draft: Draft, response_type: object) -> Message:
    public = response_type == "in_channel"
    return feed.post(draft, author=WEBHOOK, ephemeral_to=None if public else person.id)


def post_failure(feed: Feed, person: Person, reason: str) -> Message:
    """Post Slackbot's private note that the command failed."""
    draft = Draft(text=f'{NAME} failed with the error "{reason}"')
    return feed.post(draft, author=SLACKBOT, ephemeral_to=person.id)


def _error(status: int) -> str:
    """Return Slack's error code for an app's error response."""
    match status:
        case 502:
            return "dispatch_failed"
        case 504:
            return "operation_timeout"
        case _ if status >= 500:
            return "http_service_error"
        case _:
            return "http_client_error"
