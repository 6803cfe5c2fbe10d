"""What can happen to a review: the words of the record, and of the announcements."""

from enum import StrEnum


class Event(StrEnum):
    """Requested, decided and ended are announced too, with the same words."""

    REQUESTED = "review.requested"
    NOTIFIED = "review.notified"
    OPENED = "review.opened"
    APPROVAL = "review.approval"
    """One of the approvals that a quorum needs."""
    REFUSED = "review.refused"
    DECIDED = "review.decided"
    EXPIRED = "review.expired"
    CANCELLED = "review.cancelled"
