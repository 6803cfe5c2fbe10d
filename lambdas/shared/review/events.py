"""What happens to a review, and by whom: the words of the record and of announcements."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Self

from lambdas.shared.review.review import Status


class Event(StrEnum):
    """What happens to a review; what everybody hears of is announced with the same words."""

    REQUESTED = "review.requested"
    NOTIFIED = "review.notified"
    NOT_NOTIFIED = "review.not_notified"
    """A message that never arrived, or perhaps: which, and why."""
    REMINDER = "review.reminder"
    ESCALATED = "review.escalated"
    OPENED = "review.opened"
    APPROVAL = "review.approval"
    """One of the approvals that a quorum needs."""
    REFUSED = "review.refused"
    DECIDED = "review.decided"
    EXPIRED = "review.expired"
    CANCELLED = "review.cancelled"
    UNDELIVERED = "review.undelivered"


ASKING = (Event.REQUESTED, Event.REMINDER, Event.ESCALATED)
"""What is announced to ask people for a decision; the rest that is, tells how a review ended."""

ENDINGS: Mapping[Status, Event] = {
    Status.APPROVED: Event.DECIDED,
    Status.REJECTED: Event.DECIDED,
    Status.EXPIRED: Event.EXPIRED,
    Status.CANCELLED: Event.CANCELLED,
    Status.UNDELIVERED: Event.UNDELIVERED,
}
"""How a review that is over is announced."""

ANNOUNCED = (*ASKING, *dict.fromkeys(ENDINGS.values()))


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What an announcement is believed: which event of which review. The row knows the rest."""

    event: Event
    review_id: str
    before: timedelta | None = None
    """Which reminder it is: so long before the deadline it was planned."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something, how, and from where; empty where nobody can tell."""

    person: str = ""
    name: str = ""
    """What Slack or AWS calls them."""
    via: str = ""
    source_address: str = ""
    slack_team: str = ""
    """The workspace of somebody in Slack."""
    response_url: str = field(default="", repr=False)
    """Where Slack takes an answer to them."""
    identity: str = ""
    """The IAM identity of somebody whom AWS knows: an ARN."""
    ids: frozenset[str] = frozenset()
    """All that is proven of them: Slack's id, AWS's identity. A name is none."""

    @property
    def requests_as(self) -> frozenset[str]:
        """How they would be named as whoever requests a review."""
        named = {self.name, self.name.lower()} if self.identity else set[str]()
        return (self.ids | {self.person} | named) - {""}

    def also_known_as(self, *ids: str) -> Self:
        """The same person, with these ids."""
        return replace(self, ids=self.ids | frozenset(ids) - {""})


NOBODY = Actor()
