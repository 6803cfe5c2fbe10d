"""The messages that reviews become in a channel, by what its people can do there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.domain.lifecycle.announcements import so_far
from lambdas.domain.review.events import ASKING, Event
from lambdas.domain.review.requester import unchecked
from lambdas.domain.review.review import Review, Status
from lambdas.domain.review.time_plan import time_left
from lambdas.domain.slack.blocks import Message, context, message
from lambdas.domain.slack.messages import buttons, closed, ending, links, request
from lambdas.domain.slack.text import Part, bold, line, link, requester


@dataclass(frozen=True, kw_only=True)
class SlackNotices:
    """Writes a channel's messages. With `buttons` people decide in Slack, otherwise by links.

    `needed` people have to approve, of whom the requester is one where `own` allows it.
    """

    buttons: bool = False
    needed: int = 1
    own: bool = False

    def notice(self, event: Event, review: Review, now: datetime) -> Message:
        """A message of its own: a request, a reminder of it, or in short how it ended."""
        if event in ASKING:
            return _quiet(self._request(review, now, self._why(event, review, now)))
        return _quiet(ending(review, self.needed))

    def reply(self, event: Event, review: Review, now: datetime) -> Message:
        """A reminder below the request: links that stay true, since nobody closes a reply."""
        text = f"{_left(event, review, now)} to decide{self._so_far(review)}."
        approve, reject = review.approval_link, review.rejection_link
        ways = [link(approve, "Approve"), " or ", link(reject, "reject"), "."]
        if self.buttons:
            ways = ["The buttons are above. ", link(approve, "The page of this review")]
        return _quiet(message(text, [context(line(bold(text), " ", *ways))]))

    def outcome(self, review: Review) -> Message:
        """What the request itself becomes in the end."""
        return _quiet(closed(review, self.needed))

    def replacement(self, review: Review, now: datetime) -> dict[str, Any]:
        """What a message becomes after a click: the outcome, or the request with one more vote."""
        pending = review.status is Status.PENDING
        shown = self._request(review, now) if pending else closed(review, self.needed)
        return {"replace_original": True, **shown}

    def _request(self, review: Review, now: datetime, why: str = "") -> Message:
        ways = buttons(review, self.needed) if self.buttons else links(review)
        who = self._requester(review)
        return request(review, who, time_left(review, now), ways, why)

    def _requester(self, review: Review) -> list[Part]:
        """Who asked; where that forbids them to decide, whether it can be known who they are."""
        matters = self.buttons and not self.own
        warning = unchecked(review.requested_by, review.asker) if matters else ""
        return [*requester(review), f" {warning}" if warning else ""]

    def _why(self, event: Event, review: Review, now: datetime) -> str:
        return "" if event is Event.REQUESTED else _left(event, review, now) + self._so_far(review)

    def _so_far(self, review: Review) -> str:
        progress = so_far(review, self.needed)
        return progress and f", {progress}"


def _left(event: Event, review: Review, now: datetime) -> str:
    left = f"{time_left(review, now)} left"
    if event is not Event.ESCALATED:
        return f"Reminder: {left}"
    return f"{'Still no decision' if review.approvals else 'Nobody has decided'}, {left}"


def _quiet(shown: Message) -> Message:
    """Slack shows no previews: a robot that opens links is no reader."""
    return {**shown, "unfurl_links": False, "unfurl_media": False}
