"""Messages for each event of a review, with buttons or links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.domain.lifecycle.announcements import so_far
from lambdas.domain.review.events import ASKING, Event
from lambdas.domain.review.failure import Failure
from lambdas.domain.review.requester import unchecked
from lambdas.domain.review.review import Review, Status
from lambdas.domain.review.time_plan import time_left
from lambdas.domain.slack.blocks import Message, context, message
from lambdas.domain.slack.messages import (
    buttons,
    closed,
    completion,
    ending,
    failure,
    links,
    request,
)
from lambdas.domain.slack.text import Part, bold, line, link, requester


@dataclass(frozen=True, kw_only=True)
class SlackNotices:
    """Renders a channel's messages: with `buttons`, or with links to the review page.

    `needed` is the number of required approvals; `allow_self_approval` is the configured rule.
    """

    buttons: bool = False
    needed: int = 1
    allow_self_approval: bool = False

    def notice(self, event: Event, review: Review, now: datetime) -> Message:
        """A new message: a request, a reminder, a short outcome, or the result."""
        if event in ASKING:
            return _quiet(self._request(review, now, self._headline(event, review, now)))
        if event is Event.COMPLETED:
            return _quiet(completion(review))
        return _quiet(ending(review, self.needed))

    def reply(self, event: Event, review: Review, now: datetime) -> Message:
        """A reminder as a reply to the request. No buttons, since replies are not updated."""
        text = f"{_time_left(event, review, now)} to decide{self._so_far(review)}."
        approve, reject = review.approval_link, review.rejection_link
        ways = [link(approve, "Approve"), " or ", link(reject, "reject"), "."]
        if self.buttons:
            ways = ["Decide with the buttons above. ", link(approve, "Open the review page")]
        return _quiet(message(text, [context(line(bold(text), " ", *ways))]))

    def outcome(self, review: Review) -> Message:
        """The request after the review ended."""
        return _quiet(closed(review, self.needed))

    def failure(self, failed: Failure) -> Message:
        """An execution that failed without a review."""
        return _quiet(failure(failed))

    def replacement(self, review: Review, now: datetime) -> dict[str, Any]:
        """The message after a click: the outcome, or the request with one more approval."""
        pending = review.status is Status.PENDING
        shown = self._request(review, now) if pending else closed(review, self.needed)
        return {"replace_original": True, **shown}

    def _request(self, review: Review, now: datetime, headline: str = "") -> Message:
        ways = buttons(review, self.needed) if self.buttons else links(review)
        who = self._requester(review)
        return request(review, who, time_left(review, now), ways, headline)

    def _requester(self, review: Review) -> list[Part]:
        """The requester, with a warning if self-approval is forbidden but cannot be checked."""
        matters = self.buttons and not self.allow_self_approval
        warning = unchecked(review.requested_by, review.asker) if matters else ""
        return [*requester(review), f" {warning}" if warning else ""]

    def _headline(self, event: Event, review: Review, now: datetime) -> str:
        return (
            ""
            if event is Event.REQUESTED
            else _time_left(event, review, now) + self._so_far(review)
        )

    def _so_far(self, review: Review) -> str:
        progress = so_far(review, self.needed)
        return progress and f", {progress}"


def _time_left(event: Event, review: Review, now: datetime) -> str:
    left = f"{time_left(review, now)} left"
    if event is not Event.ESCALATED:
        return f"Reminder: {left}"
    return f"{'More approvals needed' if review.approvals else 'Still no decision'}, {left}"


def _quiet(shown: Message) -> Message:
    """Disable link previews, so that Slack does not open the links."""
    return {**shown, "unfurl_links": False, "unfurl_media": False}
