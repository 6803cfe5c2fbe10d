"""Slack channels: incoming webhook, workflow webhook or bot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lambdas.domain.lifecycle.announcements import announcement, failure_announcement
from lambdas.domain.review.events import ASKING, Announced, Event
from lambdas.domain.review.failure import Failure
from lambdas.domain.review.requester import requesting_slack_user
from lambdas.domain.review.time_plan import time_left
from lambdas.domain.slack.bot import NAME_LOOKUP_SECONDS, Posted, SlackBot
from lambdas.domain.slack.delivery import SlackDeliveryFailed, send
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.slack.tables import Tables
from lambdas.domain.store.slack_notes import Standing

SecondsLeft = Callable[[], float]


class Channel(Protocol):
    """A destination for messages about reviews and failures."""

    def post(
        self, announced: Announced, standing: Standing, now: datetime, seconds_left: SecondsLeft
    ) -> Posted:
        """Post the announced event with the review's current state.

        Raises `SlackDeliveryFailed` if it was not posted, `Unconfirmed` if it may have been.
        """
        ...

    def post_failure(self, failure: Failure, seconds_left: SecondsLeft) -> Posted:
        """Post a failed execution; raises as `post` does."""
        ...


@dataclass(frozen=True, kw_only=True)
class WebhookChannel:
    """Webhook messages cannot be updated, so each event is a separate message."""

    url: Callable[[], str]
    notices: SlackNotices
    tables: Tables = field(default_factory=Tables)

    def post(
        self, announced: Announced, standing: Standing, now: datetime, seconds_left: SecondsLeft
    ) -> Posted:
        """Post a message."""
        message = self.notices.notice(announced.event, standing.review, now)
        url = self.url()
        return self.tables.post(
            lambda it: Posted(send(url, it, seconds_left=seconds_left).tries), message
        )

    def post_failure(self, failure: Failure, seconds_left: SecondsLeft) -> Posted:
        """Post a message."""
        message = self.notices.failure(failure)
        return Posted(send(self.url(), message, seconds_left=seconds_left).tries)


@dataclass(frozen=True, kw_only=True)
class WorkflowChannel:
    """Workflow webhooks accept a flat object of strings: the workflow's variables.

    https://slack.com/help/articles/360041352714
    """

    url: Callable[[], str]
    needed: int

    def post(
        self, announced: Announced, standing: Standing, now: datetime, seconds_left: SecondsLeft
    ) -> Posted:
        """Start the workflow with the same fields that the topic's other subscribers get."""
        event, review = announced.event, standing.review
        asks_again = event in (Event.REMINDER, Event.ESCALATED)
        left = time_left(review, now) if asks_again else ""
        variables = announcement(event, review, left, announced.before, self.needed)
        return Posted(send(self.url(), variables, seconds_left=seconds_left).tries)

    def post_failure(self, failure: Failure, seconds_left: SecondsLeft) -> Posted:
        """Start the workflow with the same fields."""
        variables = failure_announcement(failure)
        return Posted(send(self.url(), variables, seconds_left=seconds_left).tries)


@dataclass(frozen=True, kw_only=True)
class BotChannel:
    """A bot updates its message when the review ends; reminders are replies to it."""

    bot: Callable[[], SlackBot]
    notices: SlackNotices
    tables: Tables = field(default_factory=Tables)

    def post(
        self, announced: Announced, standing: Standing, now: datetime, seconds_left: SecondsLeft
    ) -> Posted:
        """Post a message, reply to the request, or update it."""
        bot, event, review = self.bot(), announced.event, standing.review
        if standing.ts and event in ASKING:
            reply = self.notices.reply(event, review, now)
            return bot.post(reply, seconds_left, thread=standing.ts)
        if standing.ts:
            try:
                return bot.update(standing.ts, self.notices.outcome(review), seconds_left)
            except SlackDeliveryFailed as refused:
                if refused.may_pass:
                    raise
                # The message was deleted or may not be edited: post a new one.
        message = self.notices.notice(event, review, now)
        posted = self.tables.post(lambda it: bot.post(it, seconds_left), message)
        user_id = requesting_slack_user(review.requested_by)
        if user_id and event is Event.REQUESTED and seconds_left() > NAME_LOOKUP_SECONDS:
            return posted._replace(requester=bot.name_of(user_id))
        return posted

    def post_failure(self, failure: Failure, seconds_left: SecondsLeft) -> Posted:
        """Post a message."""
        return self.bot().post(self.notices.failure(failure), seconds_left)
