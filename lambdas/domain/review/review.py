"""A review: its fields and states."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from lambdas.domain.review.audience import INDEXES, LINK, LISTS, OPERATORS, OUTCOME, SLACK, TOPIC
from lambdas.domain.review.ids import LinkedId
from lambdas.domain.review.request import Answer, Request
from lambdas.domain.review.requester import claims
from lambdas.domain.review.results import Result

UNVERIFIED = "unverified"
"""The reviewer of a decision by link: links do not identify people."""
EVIDENCE_STAYS = timedelta(days=7)
"""How long evidence is available after the end of a review."""
EXPIRES_AT = "expires_at"
"""The attribute with the time, in seconds since the epoch, after which DynamoDB deletes a row.

Deletion may take a few days, during which the row is still read.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
"""


class Approvals(dict[str, str]):
    """Names by person key, shown sorted by name."""

    @property
    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(self.values())


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Refused decisions of one person on a review."""

    name: str
    times: int
    first_at: datetime
    last_at: datetime


class Refusals(dict[str, Refusal]):
    """Refusals by person key."""


class Status(StrEnum):
    """The status: `PENDING`, then exactly one of the others."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    UNDELIVERED = "UNDELIVERED"

    @property
    def is_decided(self) -> bool:
        """Whether it was approved or rejected."""
        return self in (Status.APPROVED, Status.REJECTED)


class Outcome(StrEnum):
    """The outcome of a decision."""

    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def status(self) -> Status:
        """The status of a review with this decision."""
        return Status[self.name]


ON_TIMEOUT: Mapping[str, Outcome | None] = {
    "fail": None,
    "reject": Outcome.REJECTED,
    "approve": Outcome.APPROVED,
}
"""The decision by timeout, by the setting `onTimeout`."""


class Way(StrEnum):
    """The interface of a decision."""

    LINK = "link"
    SLACK = "slack"
    CLI = "cli"
    TIMEOUT = "timeout"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision: who, what, why, how and when."""

    decision: Outcome
    reviewer: str
    reason: str
    via: Way
    decided_at: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    reviewer_key: str = ""
    """The reviewer's person key; empty for a timeout."""
    reviewer_identity: str = ""
    """The reviewer's IAM identity, if any: an ARN."""
    self_approval_unchecked: bool = False
    """Whether self-approval could not be ruled out."""
    slack_team: str = ""
    """The enterprise or workspace of a reviewer in Slack."""
    response_url: str = field(default="", repr=False)
    """Slack's URL for replacing the message whose button was clicked."""
    claim_id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Distinguishes a retried claim whose response was lost from other claims."""


@dataclass(frozen=True, kw_only=True)
class Review(Request):
    """One request for a human decision: since when, until when, and its state.

    A field is declared only here. Its type defines how a row stores it, the audiences beside the
    type who may see it. A field without an audience is never shown.
    """

    review_id: Annotated[str, LISTS, LINK, SLACK, TOPIC]
    link_key: str = field(default="", repr=False)
    """Grants access to the review's page. In links only; lists are read without it."""
    stage: Annotated[str, LISTS, LINK, SLACK, TOPIC]
    requested_by_name: Annotated[str, LISTS] = ""
    """The requester's name in Slack, from the channel's notes; the row does not have it."""
    message_ts: str = ""
    """The channel's message that asks for the decision, where a bot posted it; from the channel's
    notes; the row does not have it."""
    verified_requester: Annotated[str, LISTS, LINK, SLACK] = ""
    """The requester verified by IAM, such as `role ci`; empty if there is only the claim
    `requested_by`."""
    requester_identity: Annotated[str, OPERATORS] = ""
    """The IAM identity that signed the request: an ARN."""
    requester_names: tuple[str, ...] = ()
    """All names of this identity, as returned by `requester.claims`."""
    asker: Annotated[str, SLACK] = ""
    """The person key of the asker, who signed the request and polls for the answer."""
    execution_arn: Annotated[str, LISTS, SLACK, TOPIC] = ""
    """The waiting execution, of Step Functions or a durable function; empty for an asker."""
    task_token: str = field(default="", repr=False)
    """Answers a waiting task; removed when the review is done."""
    callback_id: str = field(default="", repr=False)
    """Answers a waiting durable function; removed when the review is done."""
    requested_at: Annotated[datetime, LISTS, SLACK]
    deadline: Annotated[datetime, LISTS, LINK, SLACK, TOPIC]
    approval_link: Annotated[str, INDEXES, SLACK, TOPIC] = field(repr=False)
    rejection_link: Annotated[str, INDEXES, SLACK, TOPIC] = field(repr=False)
    status: Annotated[Status, LISTS, LINK, SLACK] = Status.PENDING
    approvals: Annotated[Approvals, INDEXES, SLACK] = field(default_factory=Approvals)
    """Approvals so far, if several are required."""
    decision: Annotated[Outcome | None, LISTS, OUTCOME, SLACK] = None
    reviewer: Annotated[str, LISTS, OUTCOME, SLACK] = ""
    """The reviewer's name."""
    reviewer_key: Annotated[str, OPERATORS, INDEXES, SLACK] = ""
    reviewer_identity: Annotated[str, OPERATORS] = ""
    """The reviewer's IAM identity, if any: an ARN."""
    reason: Annotated[str, OUTCOME, SLACK] = ""
    answers: Annotated[Mapping[str, Answer], OUTCOME, SLACK] = field(
        default_factory=dict[str, Answer]
    )
    """Answers by question name."""
    via: Annotated[Way | None, LISTS, OUTCOME, SLACK] = None
    decided_at: Annotated[datetime | None, LISTS, OUTCOME, SLACK] = None
    claim_id: str = ""
    self_approval_unchecked: Annotated[bool, LISTS, OUTCOME, SLACK] = False
    slack_team: str = ""
    """The reviewers' enterprise or workspace in Slack, the same for all approvals by button."""
    response_url: Annotated[str, SLACK] = field(default="", repr=False)
    """URL for replacing the message whose button decided; empty if none did."""
    ended_because: Annotated[str, SLACK] = ""
    """Why it ended without a decision."""
    ended_at: Annotated[datetime | None, LISTS] = None
    """When it ended without a decision."""
    delivered_at: datetime | None = None
    """When it was done: the end was delivered and announced."""
    result: Annotated[Result | None, OUTCOME, SLACK] = None
    """How the execution ended after the decision. None while it runs, or if this was planned."""
    result_detail: Annotated[str, OUTCOME, SLACK] = ""
    """What it published, or why it failed. Text from the host or from AWS."""
    completed_at: Annotated[datetime | None, OUTCOME, SLACK] = None
    """When the execution ended."""
    due_at: datetime | None = None
    """When the sweeper must process it next; None when done."""
    reminded_at: Annotated[datetime | None, SLACK] = None
    """When the channel was last reminded. Identifies an unplanned reminder."""
    reminders: int | None = None
    """Number of reminders by operators; None for none."""
    escalating_at: Annotated[datetime | None, SLACK] = None
    """Set just before the escalation channel is notified, which is then also notified of the end.
    """
    escalated_at: datetime | None = None
    opened: int | None = None
    """Number of visits by link; None for none."""
    last_opened_at: datetime | None = None
    last_opened_from: str = ""
    refusals: Refusals = field(default_factory=Refusals)
    """Everyone who was refused; all refusals by link count as one person (`UNVERIFIED`)."""
    undelivered: int | None = None
    """Number of undelivered messages; None for none."""

    @property
    def linked_id(self) -> LinkedId:
        """The id in links and forms."""
        return LinkedId(self.review_id, self.link_key)

    @property
    def requesters(self) -> frozenset[str]:
        """All names of the requester, claimed and verified, as returned by `requester.claims`."""
        return claims(self.requested_by) | frozenset(self.requester_names)

    @property
    def approved_by(self) -> Approvals:
        """Everyone who approved, even if that was not enough."""
        last = {self.reviewer_key: self.reviewer} if self.decision is Outcome.APPROVED else {}
        return Approvals({**self.approvals, **(last if self.via is not Way.TIMEOUT else {})})

    @property
    def decided_by(self) -> Approvals:
        """Who decided: everyone who approved, or the one who rejected."""
        if self.decision is Outcome.APPROVED and self.via is not Way.TIMEOUT:
            return self.approved_by
        return Approvals({self.reviewer_key or self.reviewer: self.reviewer})

    @property
    def s3_file(self) -> str:
        """The link to the first file, or empty."""
        return self.evidence[0].link if self.evidence else ""

    @property
    def end_time(self) -> datetime:
        """When it ended, or will end at the latest."""
        return self.ended_at or self.decided_at or self.deadline

    @property
    def evidence_until(self) -> datetime:
        """Until when the evidence is available."""
        return self.end_time + EVIDENCE_STAYS

    def seen_at(self, now: datetime) -> "Review":
        """The review as shown at `now`: ended if past its deadline, even if its row is pending."""
        if self.status is Status.PENDING and now >= self.deadline:
            return replace(self, status=Status.EXPIRED)
        return self
