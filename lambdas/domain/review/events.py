"""Events of a review and their actors, for the audit log and announcements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from lambdas.domain.review.requester import claims, profile_claims, shown
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Status


class Event(StrEnum):
    """Events of a review. Announcements use the same names as the audit log."""

    REQUESTED = "review.requested"
    NOTIFIED = "review.notified"
    NOT_NOTIFIED = "review.not_notified"
    """A message that was not delivered, or may not have been: which one, and why."""
    REMINDER = "review.reminder"
    ESCALATED = "review.escalated"
    OPENED = "review.opened"
    APPROVAL = "review.approval"
    """One of several required approvals."""
    REFUSED = "review.refused"
    DECIDED = "review.decided"
    EXPIRED = "review.expired"
    CANCELLED = "review.cancelled"
    UNDELIVERED = "review.undelivered"
    COMPLETED = "review.completed"
    """The execution ended after the decision."""


ASKING = (Event.REQUESTED, Event.REMINDER, Event.ESCALATED)
"""Announcements that ask for a decision. All others announce an end."""

ENDINGS: Mapping[Status, Event] = {
    Status.APPROVED: Event.DECIDED,
    Status.REJECTED: Event.DECIDED,
    Status.EXPIRED: Event.EXPIRED,
    Status.CANCELLED: Event.CANCELLED,
    Status.UNDELIVERED: Event.UNDELIVERED,
}
"""The announcement of each end."""

ANNOUNCED = (*ASKING, *dict.fromkeys(ENDINGS.values()), Event.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class Announced:
    """The trusted part of an announcement. Everything else is read from the row."""

    event: Event
    review_id: str
    before: timedelta | None = None
    """Identifies a planned reminder by its time before the deadline."""
    result: Result | None = None
    """Identifies the result: a failed execution may be redriven and then succeed."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, how, and from where; empty if unknown."""

    person: str = ""
    """The person key (`persons`); `unverified` for anyone with a link."""
    name: str = ""
    """The display name."""
    via: str = ""
    source_address: str = ""
    slack_team: str = ""
    """The Slack workspace."""
    slack_enterprise: str = ""
    """The enterprise of the workspace, if any."""
    is_foreign: bool = False
    """Whether a Slack user is from another workspace than the one in which they click."""
    response_url: str = field(default="", repr=False)
    """Slack's URL for responses to this person."""
    identity: str = ""
    """The verified IAM identity: an ARN."""
    ids: frozenset[str] = frozenset()
    """All identities of the person. A list may contain any of them."""
    aliases: frozenset[str] = frozenset()
    """Other names of the person, and of people who may be the same."""
    is_named: bool = True
    """Whether the key identifies one person: false for a role, a federated user or root."""

    @property
    def shown(self) -> str:
        """The name, or else the person key."""
        return self.name or self.person

    @property
    def goes_by(self) -> frozenset[str]:
        """All names that may denote this person as a requester; see `requester.claims`."""
        own = (self.person, *self.ids, *self.aliases)
        names = frozenset(name for it in own for name in claims(it))
        if self.name != shown(self.identity):  # it contains "IAM user" for every IAM user
            names |= profile_claims(self.name)
        # A person is not all sessions of a role.
        return frozenset(it for it in names if not it.endswith("/*")) if self.is_named else names


NO_ACTOR = Actor()
