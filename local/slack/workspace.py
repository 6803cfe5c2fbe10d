"""The workspace: every stage's feed, and what carries a click to the stage's decision API."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from local.slack.blocks import Block, Element
from local.slack.channels import Channel, Message
from local.slack.errors import NotFound, NotInteractive
from local.slack.feeds import Feed
from local.slack.interactions import Click, Typed, block_actions, encode, signed_headers
from local.slack.people import Person
from local.slack.responses import ResponseUrls

# Slack gives up after 3 s. A laptop under load gets longer, and the log says when Slack would not.
SLACK_PATIENCE_SECONDS = 3.0
PATIENCE_SECONDS = 30.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the decision API said to a click."""

    status: int
    body: str


class Workspace:
    """Everything that the stand-in knows, in memory only."""

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        clock: Callable[[], float],
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.clock = clock
        self.responses = ResponseUrls(clock)
        self.feeds = {channel.stage: Feed(channel, clock) for channel in channels}
        self._transport = transport

    def feed(self, stage: str) -> Feed:
        """The stage's feed; raises `NotFound`."""
        if stage not in self.feeds:
            raise NotFound(f"there is no channel for the stage {stage}")
        return self.feeds[stage]

    def feed_with_id(self, channel_id: object) -> Feed:
        """The feed of the channel with this id; raises `NotFound`."""
        for feed in self.feeds.values():
            if feed.channel.id == channel_id:
                return feed
        raise NotFound(f"there is no channel {channel_id}")

    async def press(
        self,
        feed: Feed,
        message: Message,
        pressed: tuple[Block, Element],
        *,
        person: Person,
        typed: Typed,
        responses_at: str,
    ) -> Answer:
        """Press a button as a person and wait for the decision API's answer.

        `responses_at` is the address below which the click's `response_url` stands.
        Raises `NotInteractive` when the channel has no signing secret or no decision API yet.
        """
        channel = feed.channel
        if not channel.signing_secret:
            raise NotInteractive(f"{channel.name} has no signing secret: set slackSigningSecret")
        if not channel.decision_api_url:
            raise NotInteractive(f"{channel.name} has no decision API yet")
        now = self.clock()
        grant_id = self.responses.issue(feed, message, person.id)
        body = encode(
            block_actions(
                Click(
                    channel=channel,
                    message=message,
                    block=pressed[0],
                    button=pressed[1],
                    person=person,
                    typed=typed,
                    action_ts=f"{now:.6f}",
                    response_url=f"{responses_at}/{grant_id}",
                )
            )
        )
        headers = signed_headers(channel.signing_secret, int(now), body)
        return await self._send(f"{channel.decision_api_url}/slack/interactions", body, headers)

    async def _send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent_at = self.clock()
        try:
            async with httpx.AsyncClient(
                transport=self._transport, timeout=PATIENCE_SECONDS, trust_env=False
            ) as client:
                response = await client.post(url, content=body, headers=headers)
        except httpx.TimeoutException:
            return Answer(status=504, body="the decision API did not answer in time")
        except (httpx.HTTPError, httpx.InvalidURL):
            return Answer(status=502, body="the decision API could not be reached")
        if (seconds := self.clock() - sent_at) > SLACK_PATIENCE_SECONDS:
            logger.warning(
                "a click was answered after %.1f s: Slack shows an error by then", seconds
            )
        return Answer(status=response.status_code, body=response.text)


def new_id() -> str:
    """An id for a block or an element that came without one."""
    return secrets.token_urlsafe(4)
