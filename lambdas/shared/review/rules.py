"""Who may decide, and what a decision must say: one set of rules for every door."""

from dataclasses import dataclass

from lambdas.shared.review.errors import InvalidReason
from lambdas.shared.review.review import Outcome, Way
from lambdas.shared.review.text import visible

REASON_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A stage's rules. `links_decide` is true only where nobody needs to be known."""

    reviewers: frozenset[str] = frozenset()
    required_approvals: int = 1
    allow_self_approval: bool = False
    links_decide: bool = True
    slack_team: str = ""
    """The one workspace whose people may decide in Slack; empty: any."""

    def forbids(self, reviewer: str, via: Way, slack_team: str = "") -> str:
        """Why this person or this way may decide nothing here; empty where they may."""
        if via is Way.LINK and not self.links_decide:
            return (
                "Decisions are made with the buttons in Slack only, where it is known who clicks."
            )
        if via is Way.SLACK and self.slack_team and slack_team != self.slack_team:
            return "This stage takes decisions from its own Slack workspace only."
        if via is not Way.LINK and self.reviewers and reviewer not in self.reviewers:
            return "You are not among this stage's reviewers."
        return ""

    def approvals_needed(self, outcome: Outcome) -> int:
        """How many people it takes; one rejection ends a review."""
        return self.required_approvals if outcome is Outcome.APPROVED else 1


def checked_reason(outcome: Outcome, reason: str) -> str:
    """What can be seen of the reason.

    Raises `InvalidReason` where it is too long, or missing from a rejection.
    """
    reason = visible(reason)
    if outcome is Outcome.REJECTED and not reason:
        raise InvalidReason("Say why: a rejection needs a reason.")
    if len(reason) > REASON_LIMIT:
        raise InvalidReason(
            f"A reason has at most {REASON_LIMIT} characters, this one has {len(reason)}."
        )
    return reason
