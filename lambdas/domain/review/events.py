"""What happens to a review, and by whom: the words of the record and of announcements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from lambdas.domain.review.requester import claims, profile_claims, shown
from lambdas.domain.review.review import Status


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
    """Their person key (`persons`), `unverified` for whoever has a link."""
    name: str = ""
    """The one name under which people see them, everywhere."""
    via: str = ""
    source_address: str = ""
    slack_team: str = ""
    """The workspace of somebody in Slack."""
    slack_enterprise: str = ""
    """The enterprise that it belongs to, where it belongs to one."""
    is_foreign: bool = False
    """Whether somebody in Slack is of another workspace than the one they click in."""
    response_url: str = field(default="", repr=False)
    """Where Slack takes an answer to them."""
    identity: str = ""
    """The identity that was proven, where AWS knows it (an ARN)."""
    ids: frozenset[str] = frozenset()
    """All their identities, by any of which a list may have them."""
    aliases: frozenset[str] = frozenset()
    """Further names of theirs, and whom they may be besides."""
    is_named: bool = True
    """Whether the key stands for one person: not for a role, a federated user or root."""

    @property
    def shown(self) -> str:
        """Their name, or what else is known of them."""
        return self.name or self.person

    @property
    def goes_by(self) -> frozenset[str]:
        """All names by which a requester's text may mean them, as `people.claims` has them."""
        own = (self.person, *self.ids, *self.aliases)
        names = frozenset(name for it in own for name in claims(it))
        if self.name != shown(self.identity):  # which says "IAM user" of every IAM user
            names |= profile_claims(self.name)
        # Who is named is not every session of a role.
        return frozenset(it for it in names if not it.endswith("/*")) if self.is_named else names


NOBODY = Actor()
