"""People by name, where somebody knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.text import line

if TYPE_CHECKING:
    from signoff.api import Summary

UNVERIFIED = "unverified"


def requester(review: Summary) -> str:
    """Who asked, by name; empty where nobody did."""
    return line(review["requested_by_name"]) or line(review["requested_by"])


def decider(review: Summary) -> str:
    """Who decided, by name; empty where nobody has."""
    reviewer = line(review["reviewer"])
    if reviewer == UNVERIFIED:
        return "somebody with the link"
    return line(review["reviewer_name"]) or reviewer


def in_full(name: str, person: str) -> str:
    """Both the name and what tells two people of one name apart."""
    name, person = line(name), line(person)
    return f"{name} ({person})" if name and person and name != person else name or person
