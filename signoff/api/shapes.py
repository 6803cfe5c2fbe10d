"""The fields of API responses that the command line reads; described in `docs/openapi.yaml`.

`--json` prints responses unchanged.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

Fact = str | int | float
Answer = str | int | float | bool


class BaseReview(TypedDict):
    """The fields every view of a review has. Times are ISO 8601 in UTC."""

    review_id: str
    status: str
    title: str
    requested_by: str
    verified_requester: str
    requested_at: str
    deadline: str
    approvals: int
    required_approvals: int


class OwnReview(BaseReview):
    """A review as its asker sees it."""

    answer: dict[str, Any] | None
    """None while it is pending."""


class ReviewSummary(BaseReview):
    """A review in a list."""

    requested_by_name: str
    decision: str | None
    reviewer: str
    approved_by: list[str]
    self_approval_unchecked: bool
    via: str | None
    decided_at: str | None
    ended_at: str | None
    page: str
    execution_arn: str


class Gauge(TypedDict):
    """A share and its limit."""

    name: str
    value: float
    limit: float


class EvidenceFile(TypedDict):
    """An evidence file; the link works for anyone who has it."""

    name: str
    bucket: str
    key: str
    version_id: str
    sha256: str
    size: int | None
    link: str


class Preview(TypedDict):
    """A small table."""

    columns: list[str]
    rows: list[list[Fact]]


class Question(TypedDict):
    """A question to answer with the decision."""

    name: str
    label: str
    kind: str
    choices: list[str]
    required: bool


class AuditEntry(TypedDict):
    """An audit entry."""

    at: str
    event: str
    person: str
    identity: str
    via: str
    source_address: str
    why: str


class RefusedDecision(TypedDict):
    """A person whose decision was refused."""

    name: str
    times: int
    first_at: str
    last_at: str


class Review(ReviewSummary):
    """A whole review."""

    reason: str
    result: str | None
    """How the execution ended after the decision; None while it runs."""
    result_detail: str
    completed_at: str | None
    summary: str
    facts: dict[str, Fact]
    gauge: Gauge | None
    evidence: list[EvidenceFile]
    preview: Preview | None
    links: dict[str, str]
    questions: list[Question]
    answers: dict[str, Answer]
    reviewer_key: str
    reviewer_identity: str
    """The IAM identity that decided; empty for a decision in Slack or a timeout."""
    started_by: str
    context_bytes: int
    """The size of the context, which is returned to the caller and never shown."""
    refusals: list[RefusedDecision]
    audit_entries: NotRequired[list[AuditEntry]]
    """Oldest first; absent from the response to a decision."""
    next: NotRequired[str | None]
    """Cursor of the next page of audit entries."""
