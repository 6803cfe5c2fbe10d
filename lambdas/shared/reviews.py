"""What a review is: its words, its states and what can be wrong with it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

_REVIEW_ID = re.compile(r"[0-9a-f]{32}")
REASON_LIMIT = 500
TITLE_LIMIT = 150
UNVERIFIED = "unverified"
"""The reviewer of a decision by link: the link says that somebody clicked, not who."""


class Status(StrEnum):
    """Where a review stands: `PENDING`, then exactly one of the others."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    UNDELIVERED = "UNDELIVERED"

    @property
    def is_decided(self) -> bool:
        """A person has decided."""
        return self in (Status.APPROVED, Status.REJECTED)


class Outcome(StrEnum):
    """What a decision says."""

    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def status(self) -> Status:
        """The status of a review that was decided so."""
        return Status[self.name]


class Way(StrEnum):
    """How a decision came in."""

    LINK = "link"
    SLACK = "slack"
    CLI = "cli"
    TIMEOUT = "timeout"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided what, why, how and when."""

    decision: Outcome
    reviewer: str
    reason: str
    via: Way
    decided_at: datetime
    claim_id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Tells a claim whose answer was lost, and was sent again, from somebody else's."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """One request for a human decision, about one execution.

    Flat, and named like the announcement's and the row's fields, so that neither needs a mapping.
    """

    review_id: str
    stage: str
    title: str
    requested_by: str
    execution_arn: str
    task_token: str = field(repr=False)
    requested_at: datetime
    deadline: datetime
    approval_link: str
    rejection_link: str
    s3_file: str
    """The link to the evidence."""
    bucket: str
    key: str
    version_id: str
    sha256: str
    """Of the evidence, hexadecimal."""
    rows: int
    flagged_rows: int
    flagged_share: float
    threshold: float | None = None
    """The share above which people are asked, where the workflow told it."""
    status: Status = Status.PENDING
    decision: Outcome | None = None
    reviewer: str = ""
    reason: str = ""
    via: Way | None = None
    decided_at: datetime | None = None
    claim_id: str = ""
    approvals: frozenset[str] = frozenset()
    """Who has approved so far, where several must."""
    ended_because: str = ""
    """Why it is over without a decision."""
    delivered_at: datetime | None = None
    """When all was done: the execution and the topic knew how it ended."""
    due_at: datetime | None = None
    """When somebody must look at it next; none when all is done."""
    reminded_at: datetime | None = None
    escalating_at: datetime | None = None
    """Set just before the louder channel hears of it, which from then on hears of the end, too."""
    escalated_at: datetime | None = None

    def seen_at(self, now: datetime) -> "Review":
        """The review as people see it: past its deadline it is over before its row says so."""
        if self.status is Status.PENDING and now >= self.deadline:
            return replace(self, status=Status.EXPIRED)
        return self


def check_not_over(review: Review) -> None:
    """Raise `ReviewEnded` for a review that is over without a decision."""
    if review.status is not Status.PENDING and not review.status.is_decided:
        raise ReviewEnded(review)


class ReviewError(Exception):
    """Something forbids what was asked; the text says so to people."""


class InvalidInput(ReviewError):
    """The workflow's input, or what it hands to the gate, is wrong."""


class InvalidReason(ReviewError):
    """The reason is missing where one is needed, or too long."""


class ReviewNotFound(ReviewError):
    """There is no review of this id."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such review in this stage. Open the link from the message once more."
        )


class ReviewStands(ReviewError):
    """The review itself, as it stands, forbids it."""

    def __init__(self, review: Review, text: str) -> None:
        self.review = review
        super().__init__(text)


class AlreadyDecided(ReviewStands):
    """Somebody decided before: the review says who, what and when."""

    def __init__(self, review: Review) -> None:
        super().__init__(review, f"This review was already {review.decision} by {review.reviewer}.")


class ReviewEnded(ReviewStands):
    """The review is over without a decision; its status says how."""

    def __init__(self, review: Review) -> None:
        because = review.ended_because or _ENDINGS[review.status]
        status = review.status.capitalize()
        super().__init__(review, f"{status}. {because} Nothing was decided by this click.")


class NotAllowed(ReviewStands):
    """This person, or this way, may not decide this review; the text says why."""


class NotDelivered(ReviewStands):
    """The decision is recorded, but Step Functions has not confirmed it yet."""

    def __init__(self, review: Review) -> None:
        super().__init__(
            review,
            "The decision is recorded, but AWS has not confirmed it yet. It will be tried again"
            " within two minutes, and the channel will say so; nothing can be decided twice.",
        )


class Unavailable(ReviewError):
    """AWS did not answer."""

    def __init__(self) -> None:
        super().__init__("AWS did not answer in time. Go back and press the button once more.")


_ENDINGS = {
    Status.EXPIRED: "Nobody decided before the deadline.",
    Status.CANCELLED: "The workflow ended before anybody decided.",
    Status.UNDELIVERED: "The request never reached the channel.",
}


def as_object(name: str, value: Any) -> Mapping[str, Any]:
    """Check that `value` is a JSON object. Raises `InvalidInput` with its `name`."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{name} must be a JSON object")
    return cast("Mapping[str, Any]", value)


def new_review_id() -> str:
    """128 random bits, in characters that no mail program cuts off a link."""
    return secrets.token_hex(16)


def is_review_id(text: str) -> bool:
    """Whether `text` has the shape of a review id. Anything else need not be looked up."""
    return _REVIEW_ID.fullmatch(text) is not None


def checked_reason(outcome: Outcome, reason: str) -> str:
    """Strip the reason; raise `InvalidReason` where it is too long, or missing from a rejection."""
    reason = reason.strip()
    if outcome is Outcome.REJECTED and not reason:
        raise InvalidReason("Say why: a rejection needs a reason.")
    if len(reason) > REASON_LIMIT:
        raise InvalidReason(
            f"A reason has at most {REASON_LIMIT} characters, this one has {len(reason)}."
        )
    return reason
