"""`signoff reject`."""

from __future__ import annotations

from signoff.commands.decision import decision_command

command = decision_command(
    "reject",
    "Reject a review (reason required).",
    "Reject a review. A terminal shows the review and prompts for missing values.",
    "Shown in the channel and kept in the audit log. Required.",
    lambda _review: "Rejected",
)
