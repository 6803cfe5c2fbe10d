"""Where `/signoff` comes in: it is Slack's, somebody may ask here, and is answered in private."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import CannotCheck, ReviewError, ReviewNotFound
from lambdas.domain.review.review import Outcome, Review, Status
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.slack.blocks import Message
from lambdas.domain.slack.commands.command import Command, Verb, parse_command
from lambdas.domain.slack.commands.replies import MOST_ENTRIES, MOST_LISTED, Replies
from lambdas.domain.slack.commands.throttle import Throttle
from lambdas.domain.slack.signature import InvalidSlackRequest, verify
from lambdas.domain.store.indexes import Page, newest, waiting
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json, is_certificate_check

_LOG = logging.getLogger(__name__)
_MOST_PAGES = 3
"""Of a list, since Slack waits three seconds."""


@dataclass(frozen=True, kw_only=True)
class SlackCommands:
    """Replies one stage's commands. It reads, and can do nothing else."""

    store: ReviewStore
    answers: Replies
    rules: Rules
    identities: Identities
    channel: str
    """The stage's own: its name with the `#`."""
    channel_id: str
    """And its id, where that is known: names may change hands."""
    signing_secret: Callable[[], str]
    pace: Throttle
    now: Callable[[], datetime] = times.now

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Verify and answer: 401 for whatever is not Slack's, else 200, which Slack shows."""
        if is_certificate_check(request):
            return HttpResponse(status=HTTPStatus.OK)
        try:
            command = verify(
                request, self.signing_secret, self.now(), lambda it: parse_command(it.form)
            )
        except InvalidSlackRequest as refused:
            return refused.answer
        verb = command.verb
        try:
            message = self._refusal(command) or self._said(command, verb)
        except ReviewError as problem:
            message = self.answers.problem(str(problem))
        except AWS_ERRORS as error:
            _LOG.error("aws.unavailable", extra={"error": type(error).__name__})
            message = self.answers.problem("AWS did not answer in time. Type it once more.")
        _LOG.info("slack.command", extra={"event": "slack.command", "verb": verb or "unknown"})
        return as_json(HTTPStatus.OK, message)

    def _refusal(self, command: Command) -> Message | None:
        """Why this person gets no answer here, if so."""
        if self.rules.slack_team not in ("", command.team, command.enterprise):
            return self.answers.problem("This stage answers in its own Slack workspace only.")
        if not self._is_here(command) and not self._is_reviewer(command):
            why = f"Ask in {self.channel}: this stage answers there, and to its reviewers."
            if not command.channel_name and not self.channel_id:
                why += (
                    " Slack does not tell the names of private channels: if this is the one,"
                    " whoever runs the stage has to set slackChannelId."
                )
            return self.answers.problem(why)
        if seconds := self.pace.seconds_to_wait(command.user_id):
            return self.answers.problem(
                f"At most {self.pace.most} commands a minute. Try again in {seconds} seconds."
            )
        return None

    def _is_here(self, command: Command) -> bool:
        if self.channel_id:
            return command.channel_id == self.channel_id
        return f"#{command.channel_name}" == self.channel

    def _is_reviewer(self, command: Command) -> bool:
        """Whether they are on the list. Who is in a group of it, this function may not ask."""
        if not self.rules.reviewers:
            return False
        by = self.identities.clicker(
            command.user_id, team=command.team, enterprise=command.enterprise
        )
        try:
            return self.rules.verdict(by, Outcome.REJECTED).granted
        except CannotCheck:
            return False

    def _said(self, command: Command, verb: Verb | None) -> Message:
        match verb:
            case Verb.PENDING:
                return self._pending()
            case Verb.HISTORY:
                return self._history()
            case Verb.SHOW if command.review_id:
                return self._show(command.review_id)
            case Verb.HELP:
                return self.answers.help(command.name)
            case _:
                return self.answers.help(command.name, command.text)

    def _pending(self) -> Message:
        now = self.now()
        pages = list(_pages(lambda after: waiting(self.store, now, after)))
        reviews = [review for page in pages for review in page.reviews]
        return self.answers.pending(reviews, now, more=bool(pages[-1].next))

    def _history(self) -> Message:
        """Those of the latest requests that are over, the latest end first."""
        now, ended = self.now(), list[Review]()
        for page in _pages(lambda after: newest(self.store, self.answers.stage, after)):
            seen = (review.seen_at(now) for review in page.reviews)
            ended += [review for review in seen if review.status is not Status.PENDING]
            if len(ended) >= MOST_LISTED:
                break
        return self.answers.history(sorted(ended, key=lambda it: it.over_at, reverse=True))

    def _show(self, review_id: str) -> Message:
        now = self.now()
        try:
            review = self.store.get_shown(review_id).seen_at(now)
        except ReviewNotFound:
            return self.answers.problem(f"There is no review {review_id} in this stage.")
        latest, more = self.store.audit_log.latest(review_id, MOST_ENTRIES)
        return self.answers.review(review, latest, now, more=more)


def _pages(after: Callable[[str], Page]) -> Iterator[Page]:
    """A list's pages from the first one on, as many as there is time for; at least one."""
    page = after("")
    yield page
    for _ in range(_MOST_PAGES - 1):
        if not page.next:
            return
        page = after(page.next)
        yield page
