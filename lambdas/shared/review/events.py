"""What happens to a review, and by whom: the words of the record and of announcements."""

from dataclasses import dataclass, field
from enum import StrEnum


class Event(StrEnum):
    """What happens to a review; what everybody hears of is announced with the same words."""

    REQUESTED = "review.requested"
    NOTIFIED = "review.notified"
    NOT_NOTIFIED = "review.not_notified"
    """A message that never arrived: which, and why."""
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


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something, how, and from where; empty where nobody can tell."""

    person: str = ""
    via: str = ""
    source_address: str = ""
    slack_team: str = ""
    """The workspace of somebody in Slack."""
    response_url: str = field(default="", repr=False)
    """Where Slack takes an answer to them."""


NOBODY = Actor()
