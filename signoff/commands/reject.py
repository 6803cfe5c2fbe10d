"""`signoff reject`."""

from __future__ import annotations

from signoff.commands.decision import decision_command
from signoff.options import REASON_HELP

command = decision_command(
    "reject",
    "Reject a review (reason required).",
    "Reject a review. A terminal shows the review and prompts for missing values.",
    f"{REASON_HELP} Required.",
    lambda _review: "Rejected",
)
