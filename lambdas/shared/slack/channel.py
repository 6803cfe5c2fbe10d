"""Tells a Slack channel about reviews: by its webhook, or as a bot that can change what it said.

Nobody is asked for a decision on a review that is over meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lambdas.shared.review.events import ASKING
from lambdas.shared.slack.bot import SlackBot
from lambdas.shared.slack.delivery import SlackDeliveryFailed, send
from lambdas.shared.slack.messages import Announcement
from lambdas.shared.slack.notices import SlackNotices
from lambdas.shared.store.slack_messages import SlackMessages

SecondsLeft = Callable[[], float]
NOT_SENT = 0


@dataclass(frozen=True, kw_only=True)
class WebhookChannel:
    """What a webhook has posted stays as it is, so an ending is a message of its own."""

    url: Callable[[], str]
    notices: SlackNotices
    messages: SlackMessages

    def tell(self, announcement: Announcement, now: datetime, seconds_left: SecondsLeft) -> int:
        """Post the announcement; tell the tries, or `NOT_SENT`. Raises `SlackDeliveryFailed`."""
        asks = announcement["event"] in ASKING
        if asks and not self.messages.of(announcement["review_id"], now).waiting:
            return NOT_SENT
        message = self.notices.notice(announcement)
        return send(self.url(), message, seconds_left=seconds_left).tries


@dataclass(frozen=True, kw_only=True)
class BotChannel:
    """A bot closes its message where it stands; reminders are replies that the channel sees."""

    bot: Callable[[], SlackBot]
    notices: SlackNotices
    messages: SlackMessages

    def tell(self, announcement: Announcement, now: datetime, seconds_left: SecondsLeft) -> int:
        """Post or change what the announcement asks for; tell the tries, or `NOT_SENT`.

        Raises `SlackDeliveryFailed`.
        """
        standing = self.messages.of(announcement["review_id"], now)
        if announcement["event"] in ASKING and not standing.waiting:
            return NOT_SENT
        bot = self.bot()
        if not standing.ts:
            return self._post(announcement, bot, now, seconds_left)
        if announcement["event"] == "review.requested":
            return NOT_SENT  # a try before this one has sent it
        if announcement["event"] in ASKING:
            reply = self.notices.reply(announcement)
            return bot.post(reply, seconds_left, thread=standing.ts)[1]
        try:
            return bot.update(standing.ts, self.notices.outcome(announcement), seconds_left)
        except SlackDeliveryFailed as refused:
            if refused.may_pass:
                raise
            # Somebody may have deleted it, or forbidden edits: the channel hears of it anyway.
            return self._post(announcement, bot, now, seconds_left)

    def _post(
        self, announcement: Announcement, bot: SlackBot, now: datetime, seconds_left: SecondsLeft
    ) -> int:
        ts, tries = bot.post(self.notices.notice(announcement), seconds_left)
        if announcement["event"] == "review.requested":
            review_id = announcement["review_id"]
            self.messages.remember(review_id, ts)
            # An ending that came meanwhile could not know where this message is.
            if not self.messages.of(review_id, now).waiting:
                bot.update(ts, self.notices.overtaken(announcement), seconds_left)
        return tries
