"""What a review is: its words and its states."""

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

UNVERIFIED = "unverified"
"""The reviewer of a decision by link: the link says that somebody clicked, not who."""
EVIDENCE_STAYS = timedelta(days=7)
"""How long after a review's end people may still look at its evidence, whatever the end."""
EXPIRES_AT = "expires_at"
"""The attribute, beside the fields, after which DynamoDB deletes a row: seconds since the epoch.
Deleting takes up to a few days, during which the row is read as before.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
"""


class Approvals(dict[str, str]):
    """People by their keys: what each is called. Sorted by name where they are shown."""

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return sorted(self.values())


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """How often a person was refused a decision on a review."""

    name: str
    times: int
    first_at: datetime
    last_at: datetime


class Refusals(dict[str, Refusal]):
    """Refused people by their keys."""


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


ON_TIMEOUT: Mapping[str, Outcome | None] = {
    "fail": None,
    "reject": Outcome.REJECTED,
    "approve": Outcome.APPROVED,
}
"""What silence decides, by the setting `onTimeout`."""


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
    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    reviewer_key: str = ""
    """Their person key; empty where nobody decided but the deadline."""
    reviewer_identity: str = ""
    """The IAM identity of somebody whom AWS knows: an ARN."""
    self_approval_unchecked: bool = False
    """Whether nobody can know that it is not the requester's own approval."""
    slack_team: str = ""
    """The enterprise or workspace of whoever decides in Slack."""
    response_url: str = field(default="", repr=False)
    """Where Slack takes what the message with the pressed button becomes."""
    claim_id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Tells a claim whose answer was lost, and was sent again, from somebody else's."""


@dataclass(frozen=True, kw_only=True)
class Review(Request):
    """One request for a human decision, on its way: since when, until when, how it stands.

    A field is declared here and nowhere else: its type says how a row holds it, the audiences
    beside the type say who may see it. Without an audience, nobody may.
    """

    review_id: Annotated[str, LISTS, LINK, SLACK, TOPIC]
    link_key: str = field(default="", repr=False)
    """The right to open its page, which links carry; lists are read without."""
    stage: Annotated[str, LISTS, LINK, SLACK, TOPIC]
    requested_by_name: Annotated[str, LISTS] = ""
    """The requester's name in Slack, from the channel's notes; the row does not have it."""
    message_ts: str = ""
    """The channel's message that asks for the decision, where a bot posted it; from the channel's
    notes; the row does not have it."""
    verified_requester: Annotated[str, LISTS, LINK, SLACK] = ""
    """The requester that IAM has verified, such as `role ci`; empty if there is only a claim,
    `requested_by`."""
    requester_identity: Annotated[str, OPERATORS] = ""
    """The IAM identity that signed the request: an ARN."""
    requester_names: tuple[str, ...] = ()
    """All names that this identity goes by, in the form of `people.claims`."""
    asker: Annotated[str, SLACK] = ""
    """The person key of who asked by a signed request, and polls for the answer."""
    execution_arn: Annotated[str, LISTS, SLACK, TOPIC] = ""
    """The execution that waits: Step Functions', or a durable function's. None of an asker."""
    task_token: str = field(default="", repr=False)
    """What answers a waiting task; none when all is done."""
    callback_id: str = field(default="", repr=False)
    """What answers a waiting durable function; none when all is done."""
    requested_at: Annotated[datetime, LISTS, SLACK]
    deadline: Annotated[datetime, LISTS, LINK, SLACK, TOPIC]
    approval_link: Annotated[str, INDEXES, SLACK, TOPIC] = field(repr=False)
    rejection_link: Annotated[str, INDEXES, SLACK, TOPIC] = field(repr=False)
    status: Annotated[Status, LISTS, LINK, SLACK] = Status.PENDING
    approvals: Annotated[Approvals, INDEXES, SLACK] = field(default_factory=Approvals)
    """Who has approved so far, where several must."""
    decision: Annotated[Outcome | None, LISTS, OUTCOME, SLACK] = None
    reviewer: Annotated[str, LISTS, OUTCOME, SLACK] = ""
    """The name of whoever decided."""
    reviewer_key: Annotated[str, OPERATORS, INDEXES, SLACK] = ""
    reviewer_identity: Annotated[str, OPERATORS] = ""
    """The IAM identity that decided, where AWS knew who it was: an ARN."""
    reason: Annotated[str, OUTCOME, SLACK] = ""
    answers: Annotated[Mapping[str, Answer], OUTCOME, SLACK] = field(
        default_factory=dict[str, Answer]
    )
    """What was answered to the questions, by their names."""
    via: Annotated[Way | None, LISTS, OUTCOME, SLACK] = None
    decided_at: Annotated[datetime | None, LISTS, OUTCOME, SLACK] = None
    claim_id: str = ""
    self_approval_unchecked: Annotated[bool, LISTS, OUTCOME, SLACK] = False
    slack_team: str = ""
    """Their enterprise or workspace in Slack, which is that of all approvals by its buttons."""
    response_url: Annotated[str, SLACK] = field(default="", repr=False)
    """Where the message may be replaced whose button decided; empty where none did."""
    ended_because: Annotated[str, SLACK] = ""
    """Why it is over without a decision."""
    ended_at: Annotated[datetime | None, LISTS] = None
    """When it was over without a decision."""
    delivered_at: datetime | None = None
    """When all was done: the execution and the topic knew how it ended."""
    due_at: datetime | None = None
    """When somebody must look at it next; none when all is done."""
    reminded_at: Annotated[datetime | None, SLACK] = None
    """When the channel was last reminded. A reminder that nobody planned is known by it."""
    reminders: int | None = None
    """How often operators had the channel reminded; none for never."""
    escalating_at: Annotated[datetime | None, SLACK] = None
    """Set just before the louder channel hears of it, which from then on hears of the end, too."""
    escalated_at: datetime | None = None
    opened: int | None = None
    """How often somebody followed a link to it; none for never."""
    last_opened_at: datetime | None = None
    last_opened_from: str = ""
    refusals: Refusals = field(default_factory=Refusals)
    """Everyone who was refused; all who came by the link are one (`UNVERIFIED`)."""
    undelivered: int | None = None
    """How often a message about it never arrived; none for never."""

    @property
    def linked_id(self) -> LinkedId:
        """What links and forms carry to name it."""
        return LinkedId(self.review_id, self.link_key)

    @property
    def requesters(self) -> frozenset[str]:
        """All names of the requester, claimed and verified, in the form of `people.claims`."""
        return claims(self.requested_by) | frozenset(self.requester_names)

    @property
    def approved_by(self) -> Approvals:
        """All who have approved, whether or not that was enough."""
        last = {self.reviewer_key: self.reviewer} if self.decision is Outcome.APPROVED else {}
        return Approvals({**self.approvals, **(last if self.via is not Way.TIMEOUT else {})})

    @property
    def decided_by(self) -> Approvals:
        """Who decided: all who approved, or the one who rejected."""
        if self.decision is Outcome.APPROVED and self.via is not Way.TIMEOUT:
            return self.approved_by
        return Approvals({self.reviewer_key or self.reviewer: self.reviewer})

    @property
    def s3_file(self) -> str:
        """The link to the first file; empty where there is none."""
        return self.evidence[0].link if self.evidence else ""

    @property
    def over_at(self) -> datetime:
        """When it was over, or will be at the latest."""
        return self.ended_at or self.decided_at or self.deadline

    @property
    def evidence_until(self) -> datetime:
        """When the evidence can be opened no longer."""
        return self.over_at + EVIDENCE_STAYS

    def seen_at(self, now: datetime) -> "Review":
        """The review as people see it: past its deadline it is over before its row says so."""
        if self.status is Status.PENDING and now >= self.deadline:
            return replace(self, status=Status.EXPIRED)
        return self
