"""Who may decide, and what a decision must say: one set of rules for every door."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambdas.shared.review.errors import CannotCheck, InvalidReason
from lambdas.shared.review.events import Actor
from lambdas.shared.review.people import is_slack_user
from lambdas.shared.review.review import Outcome, Way
from lambdas.shared.review.text import visible

REASON_LIMIT = 500


def _nobody_can_tell(group: str) -> frozenset[str]:
    raise CannotCheck(group)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A stage's rules. `links_decide` is true only where nobody needs to be known."""

    reviewers: frozenset[str] = frozenset()
    """Slack ids of people and of groups, and IAM identities; none: everybody."""
    members_of: Callable[[str], frozenset[str]] = _nobody_can_tell
    """Who is in a group of Slack's now. Raises `CannotCheck` where Slack does not say."""
    required_approvals: int = 1
    allow_self_approval: bool = False
    links_decide: bool = True
    slack_team: str = ""
    """The one workspace whose people may decide in Slack; empty: any."""

    def forbids(self, by: Actor) -> str:
        """Why this person or this way may decide nothing here; empty where they may.

        Raises `CannotCheck` where Slack has to say it, and does not.
        """
        if by.via == Way.LINK and not self.links_decide:
            return (
                "Decisions are made with the buttons in Slack only, where it is known who clicks."
            )
        if by.via == Way.SLACK and self.slack_team and by.slack_team != self.slack_team:
            return "This stage takes decisions from its own Slack workspace only."
        if by.via != Way.LINK and self.reviewers and not self._is_reviewer(by):
            return "You are not among this stage's reviewers."
        return ""

    def _is_reviewer(self, by: Actor) -> bool:
        ids = by.ids | {by.person}
        if ids & self.reviewers:
            return True
        # `arn:…:assumed-role/ROLE/*`: every session of a role.
        roles = tuple(it.removesuffix("*") for it in self.reviewers if it.endswith("/*"))
        if any(it.startswith(roles) for it in ids):
            return True
        groups = sorted(it for it in self.reviewers if it.startswith("S"))
        people = {it for it in ids if is_slack_user(it)}
        return bool(people) and self._is_in_one(people, groups)

    def _is_in_one(self, people: set[str], groups: Sequence[str]) -> bool:
        """Whether they are in one of these groups, whatever is not known of the others."""
        not_known: CannotCheck | None = None
        for group in groups:
            try:
                if people & self.members_of(group):
                    return True
            except CannotCheck as problem:
                not_known = not_known or problem
        if not_known:
            raise not_known
        return False

    def approvals_needed(self, outcome: Outcome) -> int:
        """How many people it takes; one rejection ends a review."""
        return self.required_approvals if outcome is Outcome.APPROVED else 1


def checked_reason(outcome: Outcome, reason: str) -> str:
    """What can be seen of the reason.

    Raises `InvalidReason` where it is too long, or missing from a rejection.
    """
    said = checked_length(reason)
    if outcome is Outcome.REJECTED and not said:
        raise InvalidReason("Say why: a rejection needs a reason.")
    return said


def checked_length(reason: str) -> str:
    """The same of a reason that need not be there."""
    reason = visible(reason)
    if len(reason) > REASON_LIMIT:
        raise InvalidReason(
            f"A reason has at most {REASON_LIMIT} characters, this one has {len(reason)}."
        )
    return reason
