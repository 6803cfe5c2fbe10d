"""`signoff approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.commands.decision import decision_command

if TYPE_CHECKING:
    from signoff.api import Review


def _done(review: Review) -> str:
    if review["status"] == "PENDING":
        return f"Your approval counts, {review['approvals']} of {review['required_approvals']}"
    return "Approved"


command = decision_command(
    "approve",
    "Let what waits go on.",
    "Approve a review. At a terminal it is shown first, and what it asks for is asked.",
    "Why, for the record and the channel.",
    _done,
)
