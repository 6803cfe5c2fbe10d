"""Display names of requesters and reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.domain.review.requester import shown
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.api import ReviewSummary

UNVERIFIED = "unverified"


def requester(review: ReviewSummary) -> str:
    """The requester's name; empty if not stated."""
    claimed = line(review["requested_by_name"]) or person(review["requested_by"])
    verified = line(review["verified_requester"])
    return claimed or (f"verified: {verified}" if verified else "")


def deciders(decision: Mapping[str, Any]) -> str:
    """The names of the approvers, or of the person who rejected; empty for none."""
    approvers: list[str] = decision.get("approved_by", [])
    approved = decision["decision"] == "approved" and approvers
    return ", ".join(map(person, approvers if approved else [decision["reviewer"]]))


def person(text: str) -> str:
    """A person's display name: `Lin Berg`, `kim (role data-ops)`, `someone with the link`."""
    return "someone with the link" if text == UNVERIFIED else shown(line(text))


def name_and_id(name: str, text: str) -> str:
    """The name with the Slack user ID, to distinguish people with the same name."""
    return f"{line(name)} ({line(text)})" if line(name) else person(text)
