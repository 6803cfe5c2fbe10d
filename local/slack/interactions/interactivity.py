"""Slack's interactivity: send signed clicks and commands to the stage's app."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from local.slack.errors import NotInteractive
from local.slack.interactions.clicks import Click, block_actions
from local.slack.interactions.request_url import SLACK_TIMEOUT_SECONDS, AppResponse, Post
from local.slack.interactions.response_urls import ResponseUrls
from local.slack.interactions.signature import as_form, encode, signed_headers
from local.slack.payloads.blocks import Block
from local.slack.payloads.elements import Element
from local.slack.workspace.channels import Channel
from local.slack.workspace.feeds import Feed
from local.slack.workspace.messages import Filled, Message
from local.slack.workspace.people import Person

CLICKS_AT_ONCE = 32

logger = logging.getLogger(__name__)


class Interactivity:
    """Sends clicks, each with its own `response_url`, and other interactions."""

    def __init__(self, clock: Callable[[], float], post: Post, response_urls: ResponseUrls) -> None:
        self._clock = clock
        self._post = post
        self._response_urls = response_urls
        # The event loop's own threads would delay the server's shutdown.
        self._threads = ThreadPoolExecutor(CLICKS_AT_ONCE, thread_name_prefix="click")

    async def press(
        self,
        feed: Feed,
        message: Message,
        pressed: tuple[Block, Element],
        *,
        person: Person,
        filled: Filled,
        responses_at: str,
    ) -> AppResponse:
        """Press a button as a person and return the decision API's response.

        `responses_at` is the base URL of the click's `response_url`.
        Raises `NotInteractive` when the channel has no signing secret or no decision API yet.
        """
        now = self._clock()
        grant_id = self._response_urls.issue(feed, message, person.id)
        click = Click(
            channel=feed.channel,
            message=message,
            block=pressed[0],
            button=pressed[1],
            person=person,
            filled=filled,
            action_ts=f"{now:.6f}",
            response_url=f"{responses_at}/{grant_id}",
        )
        form = as_form(block_actions(click))
        return await self.send(feed.channel, "/slack/interactions", form)

    async def send(self, channel: Channel, path: str, form: Mapping[str, str]) -> AppResponse:
        """Send a signed interaction to the app and return its response.

        Raises `NotInteractive` when the channel has no signing secret or no decision API yet.
        """
        if not channel.signing_secret:
            raise NotInteractive(f"{channel.name} has no signing secret. Set slackSigningSecret.")
        if not channel.decision_api_url:
            raise NotInteractive(f"{channel.name} is still being deployed. Try again later.")
        sent_at = self._clock()
        body = encode(form)
        headers = signed_headers(channel.signing_secret, int(sent_at), body)
        url = f"{channel.decision_api_url}{path}"
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self._threads, self._post, url, body, headers)
        if (seconds := self._clock() - sent_at) > SLACK_TIMEOUT_SECONDS:
            logger.warning("%s responded after %.1f s, Slack times out after 3 s", path, seconds)
        return response
