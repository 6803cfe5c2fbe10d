"""What the command line reads from the APIs' answers, described in `docs/openapi.yaml`.

`--json` writes them whole.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

Fact = str | int | float
Answer = str | int | float | bool


class Standing(TypedDict):
    """How a review stands. Times are ISO 8601 in UTC."""

    review_id: str
    status: str
    title: str
    requested_by: str
    verified_requester: str
    requested_at: str
    deadline: str
    approvals: int
    required_approvals: int


class OwnReview(Standing):
    """A review as its asker sees it."""

    answer: dict[str, Any] | None
    """None while it is pending."""


class Summary(Standing):
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


class File(TypedDict):
    """A file of the evidence, with a link that asks nothing of whoever has it."""

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
    """What is asked with the decision."""

    name: str
    label: str
    kind: str
    choices: list[str]
    required: bool


class Entry(TypedDict):
    """An entry of the record."""

    at: str
    event: str
    person: str
    identity: str
    via: str
    source_address: str
    why: str


class Refusal(TypedDict):
    """Somebody who wanted to decide and might not."""

    name: str
    times: int
    first_at: str
    last_at: str


class Review(Summary):
    """A whole review."""

    reason: str
    summary: str
    facts: dict[str, Fact]
    gauge: Gauge | None
    evidence: list[File]
    preview: Preview | None
    links: dict[str, str]
    questions: list[Question]
    answers: dict[str, Answer]
    reviewer_key: str
    reviewer_identity: str
    """The IAM identity of whoever decided; empty where it was somebody in Slack, or nobody."""
    started_by: str
    context_bytes: int
    """The size of what goes back to the caller, which nobody is shown; 0 where there is nothing."""
    refusals: list[Refusal]
    audit_entries: NotRequired[list[Entry]]
    """Oldest entry first; what a decision gives has none."""
    next: NotRequired[str | None]
    """Where the rest of the record begins."""
