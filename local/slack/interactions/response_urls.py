"""The `response_url` of a click or command: five uses within 30 minutes.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from local.slack.errors import WebhookError
from local.slack.payloads.drafts import Draft
from local.slack.payloads.json_body import JsonObject
from local.slack.workspace.feeds import Feed
from local.slack.workspace.messages import WEBHOOK, Message

MAX_USES = 5
LIFETIME_SECONDS = 30 * 60


@dataclass(kw_only=True)
class Grant:
    """Permission to respond to one person's click or command."""

    feed: Feed
    message: Message | None
    user_id: str
    expires_at: float
    uses: int = 0


@dataclass
class ResponseUrls:
    """Issued grants, by the random last segment of their URL."""

    clock: Callable[[], float]
    _grants: dict[str, Grant] = field(default_factory=dict[str, Grant])

    def issue(self, feed: Feed, message: Message | None, user_id: str) -> str:
        """Issue a grant and return its id."""
        grant_id = secrets.token_urlsafe(24)
        self._grants[grant_id] = Grant(
            feed=feed,
            message=message,
            user_id=user_id,
            expires_at=self.clock() + LIFETIME_SECONDS,
        )
        return grant_id

    def find(self, grant_id: str) -> Grant:
        """Find a valid grant; raises `WebhookError`."""
        grant = self._grants.get(grant_id)
        if grant is None:
            raise WebhookError(404, "no_service")
        if self.clock() >= grant.expires_at:
            raise WebhookError(404, "expired_url")
        if grant.uses >= MAX_USES:
            raise WebhookError(404, "used_url")
        return grant


def responses_address(request: Request) -> str:
    """Base URL of `response_url`s, with the host that this request used."""
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}/responses"


def removes_original(payload: JsonObject) -> bool:
    """Whether the response deletes the clicked message."""
    return _flag(payload, "delete_original")


def respond(grant: Grant, payload: JsonObject, draft: Draft) -> None:
    """Replace the clicked message, post to the channel, or post privately (the default)."""
    grant.uses += 1
    if grant.message and _flag(payload, "replace_original"):
        grant.feed.replace(grant.message.ts, draft)
        return
    public = payload.get("response_type") == "in_channel"
    grant.feed.post(
        draft,
        author=grant.message.author if grant.message else WEBHOOK,
        ephemeral_to=None if public else grant.user_id,
        about=grant.message.ts if grant.message and not public else None,
    )


def delete(grant: Grant) -> None:
    """Delete the clicked message."""
    grant.uses += 1
    if grant.message:
        grant.feed.delete(grant.message.ts)


def _flag(payload: JsonObject, name: str) -> bool:
    """Read a flag; Slack's documentation shows booleans and strings."""
    value = payload.get(name)
    return value is True or value == "true"
