"""The HTTP endpoint for `/signoff`: verify, authorize, reply privately."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import CannotCheck, ReviewError, ReviewNotFound
from lambdas.domain.review.review import Outcome, Review, Status
from lambdas.domain.review.words import counted
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.slack.blocks import Message
from lambdas.domain.slack.commands.command import Command, Verb, parse_command
from lambdas.domain.slack.commands.replies import MAX_ENTRIES, MAX_LISTED, Replies
from lambdas.domain.slack.commands.throttle import Throttle
from lambdas.domain.slack.signature import InvalidSlackRequest, verify
from lambdas.domain.store.indexes import Page, newest, waiting
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json, is_certificate_check

_LOG = logging.getLogger(__name__)
_MAX_PAGES = 3
"""Maximum number of pages per list, since Slack waits three seconds."""


@dataclass(frozen=True, kw_only=True)
class SlackCommands:
    """Handles one stage's commands. Read-only."""

    store: ReviewStore
    replies: Replies
    rules: Rules
    identities: Identities
    channel: str
    """Name of the stage's channel, with the `#`."""
    channel_id: str
    """Its ID, if configured. Preferred, since a name can be reused."""
    signing_secret: Callable[[], str]
    throttle: Throttle
    now: Callable[[], datetime] = times.now

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Verify and reply: 401 without a valid signature, else 200 with the message."""
        if is_certificate_check(request):
            return HttpResponse(status=HTTPStatus.OK)
        try:
            command = verify(
                request, self.signing_secret, self.now(), lambda it: parse_command(it.form)
            )
        except InvalidSlackRequest as refused:
            return refused.response
        verb = command.verb
        try:
            message = self._refusal(command) or self._reply(command, verb)
        except ReviewError as problem:
            message = self.replies.problem(str(problem))
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            message = self.replies.problem("AWS did not respond in time. Run the command again.")
        _LOG.info("slack.command", extra={"event": "slack.command", "verb": verb or "unknown"})
        return as_json(HTTPStatus.OK, message)

    def _refusal(self, command: Command) -> Message | None:
        """The reply to a person who may not run commands here, if so."""
        if self.rules.slack_team not in ("", command.team, command.enterprise):
            return self.replies.problem(
                "This command works only in the stage's own Slack workspace."
            )
        if not self._in_channel(command) and not self._is_reviewer(command):
            text = f"Run this command in {self.channel}. Elsewhere, only reviewers can run it."
            if not command.channel_name and not self.channel_id:
                text += (
                    " Slack hides the names of private channels: if this is that channel, ask"
                    " the team that runs this stage to set slackChannelId."
                )
            return self.replies.problem(text)
        if seconds := self.throttle.seconds_to_wait(command.user_id):
            return self.replies.problem(
                f"Limit: {self.throttle.limit} commands per minute."
                f" Try again in {counted(seconds, 'second')}."
            )
        return None

    def _in_channel(self, command: Command) -> bool:
        if self.channel_id:
            return command.channel_id == self.channel_id
        return f"#{command.channel_name}" == self.channel

    def _is_reviewer(self, command: Command) -> bool:
        """Whether the person is listed. Groups are not looked up."""
        if not self.rules.reviewers:
            return False
        by = self.identities.clicker(
            command.user_id, team=command.team, enterprise=command.enterprise
        )
        try:
            return self.rules.verdict(by, Outcome.REJECTED).granted
        except CannotCheck:
            return False

    def _reply(self, command: Command, verb: Verb | None) -> Message:
        match verb:
            case Verb.PENDING:
                return self._pending()
            case Verb.HISTORY:
                return self._history()
            case Verb.SHOW if command.review_id:
                return self._show(command.review_id)
            case Verb.HELP:
                return self.replies.help(command.name)
            case _:
                return self.replies.help(command.name, command.text)

    def _pending(self) -> Message:
        now = self.now()
        pages = list(_pages(lambda after: waiting(self.store, now, after)))
        reviews = [review for page in pages for review in page.reviews]
        return self.replies.pending(reviews, now, more=bool(pages[-1].next))

    def _history(self) -> Message:
        """The ended reviews among the latest requests, most recent end first."""
        now, ended = self.now(), list[Review]()
        for page in _pages(lambda after: newest(self.store, self.replies.stage, after)):
            seen = (review.seen_at(now) for review in page.reviews)
            ended += [review for review in seen if review.status is not Status.PENDING]
            if len(ended) >= MAX_LISTED:
                break
        return self.replies.history(sorted(ended, key=lambda it: it.end_time, reverse=True))

    def _show(self, review_id: str) -> Message:
        now = self.now()
        try:
            review = self.store.get_shown(review_id).seen_at(now)
        except ReviewNotFound:
            return self.replies.problem(f"Review {review_id} was not found in this stage.")
        latest, more = self.store.audit_log.latest(review_id, MAX_ENTRIES)
        return self.replies.review(review, latest, now, more=more)


def _pages(after: Callable[[str], Page]) -> Iterator[Page]:
    """The first pages of a list: at least one, at most `_MAX_PAGES`."""
    page = after("")
    yield page
    for _ in range(_MAX_PAGES - 1):
        if not page.next:
            return
        page = after(page.next)
        yield page
