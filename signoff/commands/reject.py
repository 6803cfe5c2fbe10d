"""`signoff reject`."""

from __future__ import annotations

from signoff.commands.decision import decision_command

command = decision_command(
    "reject",
    "Let what waits fail, with a reason.",
    "Reject a review. At a terminal it is shown first, and what is missing is asked.",
    "Why: a rejection needs a reason.",
    lambda _review: "Rejected",
)
