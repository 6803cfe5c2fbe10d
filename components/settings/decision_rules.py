"""Who may decide, and how many must approve.

Rules that can never be satisfied are rejected here, since no one could decide the review.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from components.settings import people_rules, rules
from components.settings.keys import key
from components.settings.people_rules import is_group, is_identity
from components.settings.rules import ImpossibleRulesError, show
from components.settings.slack_connection import SlackConnection
from lambdas.domain.review.persons import Persons, SharedIdentity, matches_many_people

MAX_APPROVALS = 10
MAX_PEOPLE = 200
_INSTEAD = (
    "list IAM users, and Identity Center users as"
    " arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_*/NAME"
)
FILE = "lambdas/domain/access/rules.json"
"""Where `lambdas/domain/access/identities.py` reads the lists, which are too large for an
environment."""


@dataclass(frozen=True, kw_only=True)
class DecisionRules:
    """The rules of decisions. Raises `ImpossibleRulesError` for too few reviewers."""

    reviewers: tuple[str, ...] = key(
        "reviewers",
        rules.list_of(people_rules.reviewer, MAX_PEOPLE),
        default=[],
        about="Slack users, user groups (with `slackBotToken`) and IAM identities that may decide,"
        " at most 200. If empty, everyone in the channel and everyone with access to the operator"
        " API may decide.",
    )
    identities: Mapping[str, tuple[str, ...]] = key(
        "identities",
        rules.object_of(people_rules.person, people_rules.identities, MAX_PEOPLE),
        default={},
        about="IAM identities of each person, so that a person counts once. Keys are Slack user"
        " ids, or names of people without Slack; values are at most 10 identities such as"
        " `arn:aws:iam::111122223333:user/NAME` or"
        " `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_*/NAME`. At most 200 people.",
    )
    required_approvals: int = key(
        "requiredApprovals",
        rules.integer(1, MAX_APPROVALS),
        default=1,
        about="Number of people who must approve, from 1 to 10. One rejection ends the review.",
    )
    allow_self_approval: bool = key(
        "allowSelfApproval",
        rules.boolean,
        default=False,
        about="Whether requesters may approve their own reviews; they may always reject them."
        " Enforced only for identified reviewers.",
    )
    require_verified_reviewer: bool | None = key(
        "requireVerifiedReviewer",
        rules.optional(rules.boolean),
        default="",
        about="Whether only identified reviewers may decide. Links then only show the review."
        " If unset, true with `slackSigningSecret`, otherwise false.",
    )

    def __post_init__(self) -> None:
        try:
            persons = Persons(identities=self.identities)
        except SharedIdentity as shared:
            raise ImpossibleRulesError(
                "identities must list each identity for one person only, got"
                f" {show(shared.identity, 120)} for {show(shared.one)} and {show(shared.other)}"
            ) from None
        self._check_enough(persons, in_slack=True)

    def _check_enough(self, persons: Persons, *, in_slack: bool) -> None:
        """Raise `ImpossibleRulesError` if too few reviewers count towards the quorum."""
        if not self.reviewers or self.required_approvals == 1:
            return
        if any(matches_many_people(it) or (in_slack and is_group(it)) for it in self.reviewers):
            return
        listed = (it for it in self.reviewers if not is_group(it))
        people = {person for it in listed for person in persons.keys_of(it, in_slack=in_slack)}
        if len(people) >= self.required_approvals:
            return
        got = f"got {show(self.reviewers)} and {self.required_approvals}"
        crowds = [it for it in self.reviewers if is_identity(it) and not persons.keys_of(it)]
        if crowds:
            got += f": {show(crowds[0], 120)} does not identify one person, so {_INSTEAD}"
        elif not in_slack:
            got += f": this stage has no decisions in Slack, so {_INSTEAD}"
        raise ImpossibleRulesError(
            f"reviewers must be empty or include at least requiredApprovals people, {got}"
        )

    @property
    def files(self) -> Mapping[str, str]:
        """The file with the lists, for functions that identify people."""
        lists = {"reviewers": self.reviewers, "identities": {**self.identities}}
        return {FILE: json.dumps(lists, indent=1)}

    @property
    def links_decide(self) -> bool:
        """Whether a link, which identifies no one, is enough to decide."""
        return not self._identity_rules()

    def settled(self, *, signing_secret: bool) -> Self:
        """The same rules with `require_verified_reviewer` set, by default to `signing_secret`."""
        if self.require_verified_reviewer is not None:
            return self
        return replace(self, require_verified_reviewer=signing_secret)

    def check(self, slack: SlackConnection, *, on_timeout: str) -> None:
        """Raise `ImpossibleRulesError` if these rules contradict the rest of the gate."""
        settled = self.settled(signing_secret=slack.signing_secret is not None)
        for name, (harmless, value) in settled._identity_rules().items():
            got = show(value)
            if name == "requireVerifiedReviewer" and self.require_verified_reviewer is None:
                got += ", the default with slackSigningSecret"
            for impossible, where in (
                (
                    slack.reviewers_unidentified,
                    "without slackSigningSecret, since links do not identify reviewers",
                ),
                (
                    slack.delivery != "incoming-webhook",
                    f"with slackDelivery {slack.delivery}, whose messages carry links only",
                ),
            ):
                if impossible and not self._has_iam_reviewers:
                    raise ImpossibleRulesError(f"{name} must be {harmless} {where}, got {got}")
            if on_timeout == "approve":
                raise ImpossibleRulesError(
                    f"onTimeout must be fail or reject unless {name} is {harmless}, since a timeout"
                    f" has no identity, got {show(on_timeout)} and {got}"
                )
        in_slack = not slack.reviewers_unidentified and slack.delivery == "incoming-webhook"
        if not in_slack:
            self._check_enough(Persons(identities=self.identities), in_slack=False)
        groups = [it for it in self.reviewers if is_group(it)]
        if groups and slack.connected and slack.bot_token is None:
            raise ImpossibleRulesError(
                "reviewers must not contain user groups without slackBotToken, which is needed to"
                f" look up their members, got {show(groups[0])}"
            )

    @property
    def _has_iam_reviewers(self) -> bool:
        """Whether IAM identities may decide."""
        return any(map(is_identity, self.reviewers))

    def _identity_rules(self) -> Mapping[str, tuple[str, object]]:
        """The active rules that require identities: a value that would not, and the actual one."""
        active: dict[str, tuple[str, object]] = {}
        if self.required_approvals > 1:
            active["requiredApprovals"] = ("1", self.required_approvals)
        if self.reviewers:
            active["reviewers"] = ("empty", self.reviewers)
        if self.require_verified_reviewer is not False:
            active["requireVerifiedReviewer"] = ("false", True)
        return active
