"""What a review is: its words and its states."""

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeGuard

_REVIEW_ID = re.compile(r"[0-9a-f]{32}")
TITLE_LIMIT = 150
UNVERIFIED = "unverified"
"""The reviewer of a decision by link: the link says that somebody clicked, not who."""
EVIDENCE_STAYS = timedelta(days=7)
"""How long after a review's end people may still look at its evidence, whatever the end."""


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
    slack_team: str = ""
    """The workspace of whoever decides in Slack."""
    response_url: str = field(default="", repr=False)
    """Where Slack takes what the message with the pressed button becomes."""
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
    task_token: str = field(default="", repr=False)
    """None when all is done."""
    callback_id: str = field(default="", repr=False)
    """None when all is done."""
    always: bool = False
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
    slack_team: str = ""
    """Their workspace in Slack."""
    ended_because: str = ""
    """Why it is over without a decision."""
    ended_at: datetime | None = None
    """When it was over without a decision."""
    delivered_at: datetime | None = None
    """When all was done: the execution and the topic knew how it ended."""
    due_at: datetime | None = None
    """When somebody must look at it next; none when all is done."""
    reminded_at: datetime | None = None
    escalating_at: datetime | None = None
    """Set just before the louder channel hears of it, which from then on hears of the end, too."""
    escalated_at: datetime | None = None
    opened: int | None = None
    """How often somebody followed a link to it; none for never."""
    last_opened_at: datetime | None = None
    last_opened_from: str = ""
    refused: int | None = None
    """How often a link wanted to decide and might not; none for never."""

    @property
    def evidence_until(self) -> datetime:
        """When the evidence can be opened no longer."""
        return (self.ended_at or self.decided_at or self.deadline) + EVIDENCE_STAYS

    @property
    def is_closed_by_its_caller(self) -> bool:
        """Whether the caller itself says when it has waited long enough: a state machine does."""
        return not self.callback_id

    def seen_at(self, now: datetime) -> "Review":
        """The review as people see it: past its deadline it is over before its row says so."""
        if self.status is Status.PENDING and now >= self.deadline:
            return replace(self, status=Status.EXPIRED)
        return self


def new_review_id() -> str:
    """128 random bits, in characters that no mail program cuts off a link."""
    return secrets.token_hex(16)


def short_id(review_id: str) -> str:
    """The part of a review id that logs and messages show: the whole one is the right to decide."""
    return review_id[:8]


def is_review_id(text: object) -> TypeGuard[str]:
    """Whether `text` has the shape of a review id. Anything else need not be looked up."""
    return isinstance(text, str) and _REVIEW_ID.fullmatch(text) is not None
