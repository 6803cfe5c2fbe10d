"""Who may decide, and what a decision must say: one set of rules for every door."""

from dataclasses import dataclass

from lambdas.shared.review.errors import InvalidReason
from lambdas.shared.review.review import Outcome, Way

REASON_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A stage's rules. `links_decide` is true only where nobody needs to be known."""

    reviewers: frozenset[str] = frozenset()
    required_approvals: int = 1
    allow_self_approval: bool = False
    links_decide: bool = True

    def forbids(self, reviewer: str, via: Way) -> str:
        """Why this person or this way may decide nothing here; empty where they may."""
        if via is Way.LINK and not self.links_decide:
            return "This stage decides by the buttons in Slack only, where it is known who clicks."
        if via is not Way.LINK and self.reviewers and reviewer not in self.reviewers:
            return "You are not among this stage's reviewers."
        return ""

    def approvals_needed(self, outcome: Outcome) -> int:
        """How many people it takes; one rejection ends a review."""
        return self.required_approvals if outcome is Outcome.APPROVED else 1


def checked_reason(outcome: Outcome, reason: str) -> str:
    """Strip the reason; raise `InvalidReason` where it is too long, or missing from a rejection."""
    reason = reason.strip()
    if outcome is Outcome.REJECTED and not reason:
        raise InvalidReason("Say why: a rejection needs a reason.")
    if len(reason) > REASON_LIMIT:
        raise InvalidReason(
            f"A reason has at most {REASON_LIMIT} characters, this one has {len(reason)}."
        )
    return reason
