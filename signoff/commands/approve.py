"""`signoff approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.commands.decision import decision_command
from signoff.options import REASON_HELP

if TYPE_CHECKING:
    from signoff.api import Review


def _done(review: Review) -> str:
    if review["status"] == "PENDING":
        return f"Approval added ({review['approvals']} of {review['required_approvals']})"
    return "Approved"


command = decision_command(
    "approve",
    "Approve a review.",
    "Approve a review. A terminal shows the review and prompts for missing answers.",
    REASON_HELP,
    _done,
)
