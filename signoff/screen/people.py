"""People by name, where somebody knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.shared.review.people import is_slack_user, shown
from signoff.text import line

if TYPE_CHECKING:
    from signoff.api import Summary

UNVERIFIED = "unverified"


def requester(review: Summary) -> str:
    """Who asked, by name; empty where nobody did."""
    return line(review["requested_by_name"]) or line(review["requested_by"])


def decider(review: Summary) -> str:
    """Who decided, by name; empty where nobody has."""
    return line(review["reviewer_name"]) or person(review["reviewer"])


def person(who: str) -> str:
    """Somebody as people read it: `U012ABCDEF`, `kim (role data-ops)`, or that nobody knows."""
    return "somebody with the link" if who == UNVERIFIED else shown(line(who))


def in_full(name: str, who: str) -> str:
    """Both the name and the id in Slack, which tells two people of one name apart."""
    return f"{line(name)} ({who})" if line(name) and is_slack_user(who) else person(who)
