"""People by name, where somebody knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambdas.domain.review.requester import shown
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.api import Summary

UNVERIFIED = "unverified"


def requester(review: Summary) -> str:
    """Who asked, by name; empty where nobody says."""
    claimed = line(review["requested_by_name"]) or person(review["requested_by"])
    verified = line(review["verified_requester"])
    return claimed or (f"verified: {verified}" if verified else "")


def deciders(decision: Mapping[str, Any]) -> str:
    """Who decided a review, by name: all who approved, or who rejected; empty for nobody."""
    everybody: list[str] = decision.get("approved_by", [])
    approved = decision["decision"] == "approved" and everybody
    return ", ".join(map(person, everybody if approved else [decision["reviewer"]]))


def person(who: str) -> str:
    """Somebody as people read it: `Lin Berg`, `kim (role data-ops)`, or that nobody knows."""
    return "somebody with the link" if who == UNVERIFIED else shown(line(who))


def in_full(name: str, who: str) -> str:
    """Both the name and the id in Slack, which tells two people of one name apart."""
    return f"{line(name)} ({line(who)})" if line(name) else person(who)
