"""Posts announced events to a channel: each once, and only if a stored row confirms it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lambdas.domain.review.events import ASKING, ENDINGS, Announced, Event
from lambdas.domain.review.failure import AnnouncedFailure, Failure
from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.slack.channel import Channel, SecondsLeft
from lambdas.domain.slack.clicks import respond
from lambdas.domain.slack.delivery import Unconfirmed, tries_text
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.store.slack_notes import (
    Notes,
    SlackNotes,
    Standing,
    Taken,
    is_settled,
    is_taken,
)

_LOG = logging.getLogger(__name__)
_CLOCK_MARGIN = timedelta(minutes=1)
"""Tolerated clock skew between the sweeper, which plans reminders, and this function."""
_SECONDS_BETWEEN_CHECKS = 1
_SECONDS_TO_POST = 10


class DeliveryInProgress(Exception):
    """Another invocation is delivering this message and did not finish in time. Retry later."""


@dataclass(frozen=True, kw_only=True)
class Notifier:
    """One channel's notifications. Concurrent invocations post each message once."""

    channel: Channel
    notices: SlackNotices
    notes: SlackNotes
    reminders: tuple[timedelta, ...] = ()
    """The stage's reminders, as times before the deadline."""
    is_escalation: bool = False
    """Whether this is the escalation channel, which gets escalated reviews only."""
    now: Callable[[], datetime] = times.now
    wait: Callable[[float], None] = time.sleep

    def notify(self, announced: Announced | AnnouncedFailure, seconds_left: SecondsLeft) -> None:
        """Post the event unless it was posted before or is outdated. Three AWS calls.

        Raises `SlackDeliveryFailed`, `DeliveryInProgress` and AWS errors: then it was not posted,
        and a retry is safe.
        """
        if isinstance(announced, AnnouncedFailure):
            self._notify_failure(announced, seconds_left)
        else:
            self._notify_review(announced, seconds_left)

    def _notify_failure(self, announced: AnnouncedFailure, seconds_left: SecondsLeft) -> None:
        """Post a failure. The escalation channel gets reviews only."""
        failure = None if self.is_escalation else self.notes.failure(announced.review_id)
        if failure is None:
            self._log("slack.not_notified", announced, "not stored")
            return
        taken, _ = self._take(announced, seconds_left)
        if not taken:
            self._log("slack.not_notified", announced, "already posted")
            return
        try:
            self._post_failure(taken, announced, failure, seconds_left)
        except Exception:
            self._try_to(self.notes.release, taken)
            raise

    def _notify_review(self, announced: Announced, seconds_left: SecondsLeft) -> None:
        taken, notes = self._take(announced, seconds_left)
        if not taken:
            self._log("slack.not_notified", announced, "already posted")
            return
        try:
            standing = self._standing(announced, notes, seconds_left)
            if standing and self._is_current(announced, standing.review):
                self._post(taken, announced, standing, seconds_left)
                return
        except Exception:
            self._try_to(self.notes.release, taken)
            raise
        self._log("slack.not_notified", announced, "outdated")
        if standing:
            self.notes.release(taken)
        else:
            self.notes.forget(taken)

    def _take(
        self, announced: Announced | AnnouncedFailure, seconds_left: SecondsLeft
    ) -> tuple[Taken | None, Notes]:
        """Take the message's note. If another invocation holds it, wait in case that one fails."""
        own = self.notes.name_of(announced)
        while True:
            taken, notes = self.notes.take(announced, self.now())
            if taken or is_settled(notes.get(own, "")):
                return taken, notes
            self._pause(seconds_left)

    def _standing(
        self, announced: Announced, notes: Notes, seconds_left: SecondsLeft
    ) -> Standing | None:
        """The review's current state. An event waits for the message before it."""
        standing = self.notes.look(announced, notes)
        while standing and is_taken(_earlier(announced.event, standing), self.now()):
            self._pause(seconds_left)
            standing = self.notes.look(announced)
        return standing

    def _pause(self, seconds_left: SecondsLeft) -> None:
        if seconds_left() < _SECONDS_TO_POST:
            raise DeliveryInProgress
        self.wait(_SECONDS_BETWEEN_CHECKS)

    def _is_current(self, announced: Announced, review: Review) -> bool:
        """Whether the row confirms the event, and it belongs in this channel."""
        event, now = announced.event, self.now()
        if self.is_escalation and review.escalating_at is None:
            return False
        if event is Event.COMPLETED:
            return review.status.is_decided and review.result is announced.result
        if event not in ASKING:
            return ENDINGS.get(review.status) is event
        if event is Event.REMINDER and not self._is_reminded(announced, review, now):
            return False
        waits = review.seen_at(now).status is Status.PENDING
        return waits and (event is Event.ESCALATED) is self.is_escalation

    def _is_reminded(self, announced: Announced, review: Review, now: datetime) -> bool:
        """Whether a planned reminder is due, or an operator requested this one."""
        if announced.before is None:
            return False
        planned_for = review.deadline - announced.before
        planned = announced.before in self.reminders and planned_for <= now + _CLOCK_MARGIN
        return planned or review.reminded_at == planned_for

    def _post(
        self, taken: Taken, announced: Announced, standing: Standing, seconds_left: SecondsLeft
    ) -> None:
        """Post the message and settle its note. Failures after posting must not repeat it."""
        review, event = standing.review, announced.event
        if event is Event.DECIDED and review.response_url and not self.is_escalation:
            respond(review.response_url, self.notices.replacement(review, self.now()))
        try:
            posted = self.channel.post(announced, standing, self.now(), seconds_left)
        except Unconfirmed as doubt:
            why = _log_unconfirmed(announced, doubt)
            self._try_to(self.notes.give_up, taken, review, self.now(), why)
            return
        how = tries_text(posted.tries)
        self._log("slack.notified", announced, how)
        why = f"{event}, {how}"
        self._try_to(self.notes.settle, taken, review, self.now(), why, posted.ts, posted.requester)

    def _post_failure(
        self,
        taken: Taken,
        announced: AnnouncedFailure,
        failure: Failure,
        seconds_left: SecondsLeft,
    ) -> None:
        """Post a failure and settle its note."""
        try:
            posted = self.channel.post_failure(failure, seconds_left)
        except Unconfirmed as doubt:
            _log_unconfirmed(announced, doubt)
            self._try_to(self.notes.give_up_failure, taken)
            return
        self._log("slack.notified", announced, tries_text(posted.tries))
        self._try_to(self.notes.settle_failure, taken)

    def _try_to(self, note: Callable[..., None], taken: Taken, *more: object) -> None:
        """Change a note. If that fails, it becomes free when its lease ends."""
        try:
            note(taken, *more)
        except AWS_ERRORS as error:
            facts = {"review_id": taken.review_id, "error": type(error).__name__}
            _LOG.error("slack.not_noted", extra=facts)

    def _log(self, what: str, announced: Announced | AnnouncedFailure, how: str) -> None:
        facts = {"event": announced.event, "review_id": announced.review_id}
        _LOG.info(what, extra={**facts, "how": how})


def _log_unconfirmed(announced: Announced | AnnouncedFailure, doubt: Unconfirmed) -> str:
    """Log a message that may have been posted, for the alarm; returns why."""
    why = f"{announced.event}: {doubt}"
    facts = {"event": "message.undelivered", "review_id": announced.review_id, "why": why}
    _LOG.error("message.undelivered", extra=facts)
    return why


def _earlier(event: Event, standing: Standing) -> str:
    """The note of the message that precedes this event's, if any."""
    match event:
        case Event.REQUESTED:
            return ""
        case Event.COMPLETED:
            return standing.decision
        case _:
            return standing.request
