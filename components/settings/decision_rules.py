"""Who may decide, and how many of them it takes.

What can never be satisfied is refused here: a review that nobody can decide would wait in vain.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from components.settings.rules import ImpossibleRulesError, show

MOST_APPROVALS = 10


@dataclass(frozen=True, kw_only=True)
class DecisionRules:
    """The words are those of the configuration keys with the same names."""

    reviewers: tuple[str, ...] = ()
    """Slack user ids; none means everybody in the channel."""
    required_approvals: int = 1
    allow_self_approval: bool = False
    require_verified_reviewer: bool = False

    @property
    def links_decide(self) -> bool:
        """Whether a link, which anybody may follow unknown, is enough to decide."""
        return not self._of_known_people()

    def check(self, *, signing_secret: bool, slack_delivery: str, on_timeout: str) -> None:
        """Raise `ImpossibleRulesError` where these rules do not go with the rest of the gate."""
        for key, (harmless, value) in self._of_known_people().items():
            if not signing_secret:
                raise ImpossibleRulesError(
                    f"{key} must be {harmless} without slackSigningSecret, since a link does not"
                    f" tell who follows it, got {show(value)}"
                )
            if slack_delivery != "incoming-webhook":
                raise ImpossibleRulesError(
                    f"{key} must be {harmless} with slackDelivery {slack_delivery}, whose messages"
                    f" carry links only, got {show(value)}"
                )
        if self.reviewers and len(self.reviewers) < self.required_approvals:
            raise ImpossibleRulesError(
                "reviewers must be empty or at least as many as requiredApprovals,"
                f" got {show(self.reviewers)} and {self.required_approvals}"
            )
        if on_timeout == "approve" and self.required_approvals > 1:
            raise ImpossibleRulesError(
                "onTimeout must be fail or reject where requiredApprovals is above 1,"
                f" got {show(on_timeout)} and {self.required_approvals}"
            )

    def _of_known_people(self) -> Mapping[str, tuple[str, object]]:
        """The rules in force that ask who somebody is: the value that would not, and the value."""
        asking: dict[str, tuple[str, object]] = {}
        if self.required_approvals > 1:
            asking["requiredApprovals"] = ("1", self.required_approvals)
        if self.reviewers:
            asking["reviewers"] = ("empty", self.reviewers)
        if self.require_verified_reviewer:
            asking["requireVerifiedReviewer"] = ("false", True)
        return asking
