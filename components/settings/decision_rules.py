"""Who may decide, and how many of them it takes.

What can never be satisfied is refused here: a review that nobody can decide would wait in vain.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from components.settings.people_rules import is_group, is_identity, is_several
from components.settings.rules import ImpossibleRulesError, show

MOST_APPROVALS = 10


@dataclass(frozen=True, kw_only=True)
class DecisionRules:
    """The words are those of the configuration keys with the same names."""

    reviewers: tuple[str, ...] = ()
    """Slack user ids, user groups, IAM identities; none means everybody in the channel, and whoever
    may call the operator API."""
    identities: Mapping[str, str] = field(default_factory=dict[str, str])
    """Who of Slack is which IAM identity: the same person counts once."""
    required_approvals: int = 1
    allow_self_approval: bool = False
    require_verified_reviewer: bool | None = None
    """None means: where there is a signing secret, which alone tells who somebody is."""
    slack_team_id: str | None = None
    """The one Slack workspace whose people's clicks count; none means any."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of a function that knows who is on the list, and who is who."""
        return {
            "REVIEWERS": json.dumps(self.reviewers),
            "IDENTITIES": json.dumps(self.identities),
        }

    @property
    def has_groups(self) -> bool:
        """Whether it depends on Slack's user groups who may decide."""
        return any(map(is_group, self.reviewers))

    @property
    def links_decide(self) -> bool:
        """Whether a link, which anybody may follow unknown, is enough to decide."""
        return not self._of_known_people()

    def settled(self, *, signing_secret: bool) -> Self:
        """The same rules, with nothing left to whether there is a signing secret."""
        if self.require_verified_reviewer is not None:
            return self
        return replace(self, require_verified_reviewer=signing_secret)

    def check(
        self,
        *,
        connected: bool,
        signing_secret: bool,
        bot_token: bool,
        slack_delivery: str,
        on_timeout: str,
    ) -> None:
        """Raise `ImpossibleRulesError` where these rules do not go with the rest of the gate.

        Where nobody is asked yet, since it is not `connected`, the signing secret may come later.
        """
        nobody_known = connected and not signing_secret
        settled = self.settled(signing_secret=signing_secret)
        for key, (harmless, value) in settled._of_known_people().items():
            got = show(value)
            if key == "requireVerifiedReviewer" and self.require_verified_reviewer is None:
                got += ", the default with slackSigningSecret"
            for impossible, where in (
                (
                    nobody_known,
                    "without slackSigningSecret, since a link does not tell who follows it",
                ),
                (
                    slack_delivery != "incoming-webhook",
                    f"with slackDelivery {slack_delivery}, whose messages carry links only",
                ),
            ):
                if impossible and not self._aws_knows_some:
                    raise ImpossibleRulesError(f"{key} must be {harmless} {where}, got {got}")
            if on_timeout == "approve":
                raise ImpossibleRulesError(
                    f"onTimeout must be fail or reject unless {key} is {harmless}, since silence is"
                    f" nobody who is known, got {show(on_timeout)} and {got}"
                )
        if self.slack_team_id and nobody_known:
            raise ImpossibleRulesError(
                "slackTeamId must be empty without slackSigningSecret, since a link does not tell"
                f" who follows it, got {show(self.slack_team_id)}"
            )
        several = any(map(is_several, self.reviewers))
        if self.reviewers and len(self._people) < self.required_approvals and not several:
            raise ImpossibleRulesError(
                "reviewers must be empty or at least as many as requiredApprovals,"
                f" got {show(self.reviewers)} and {self.required_approvals}"
            )
        groups = [it for it in self.reviewers if is_group(it)]
        if groups and connected and not bot_token:
            raise ImpossibleRulesError(
                "reviewers must have no user groups without slackBotToken, by which Slack says who"
                f" is in one, got {show(groups[0])}"
            )

    @property
    def _aws_knows_some(self) -> bool:
        """Whether people may decide whom AWS knows, whatever Slack knows."""
        return any(map(is_identity, self.reviewers))

    @property
    def _people(self) -> set[str]:
        """Those of the reviewers who are one person each, whom both know once."""
        known = {identity: slack_id for slack_id, identity in self.identities.items()}
        return {known.get(it, it) for it in self.reviewers if not is_several(it)}

    def _of_known_people(self) -> Mapping[str, tuple[str, object]]:
        """The rules in force that ask who somebody is: the value that would not, and the value."""
        asking: dict[str, tuple[str, object]] = {}
        if self.required_approvals > 1:
            asking["requiredApprovals"] = ("1", self.required_approvals)
        if self.reviewers:
            asking["reviewers"] = ("empty", self.reviewers)
        if self.require_verified_reviewer is not False:
            asking["requireVerifiedReviewer"] = ("false", True)
        return asking
