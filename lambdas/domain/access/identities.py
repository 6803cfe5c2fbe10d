"""Identify the person behind a click or a signed request, and their display name."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.requester import profile_claims, slack_user_of
from lambdas.domain.review.review import Way

RULES = Path(__file__).with_name("rules.json")
"""The stage's lists, `{"reviewers": […], "identities": {…}}`. They can exceed the size limit of a
function's environment, so they are in its zip (`components/settings/decision_rules.py`)."""


def _no_lookup(_user_id: str) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Identities:
    """The people of a stage and their display names."""

    persons: Persons = field(default_factory=Persons)
    reviewers: Collection[str] = ()
    """From the configuration, unchanged."""
    name_in_slack: Callable[[str], str] = _no_lookup
    """Looks up a user's name in Slack; returns an empty string if unknown."""

    @classmethod
    def of_the_stage(cls, name_in_slack: Callable[[str], str] | None = None) -> Self:
        """Read the stage's lists. Raises `FileNotFoundError` in a function without them."""
        rules = json.loads(RULES.read_bytes())
        return cls(
            persons=Persons(identities=rules["identities"]),
            reviewers=rules["reviewers"],
            name_in_slack=name_in_slack or _no_lookup,
        )

    def clicker(
        self,
        user_id: str,
        *,
        handle: str = "",
        team: str = "",
        enterprise: str = "",
        is_foreign: bool = False,
        response_url: str = "",
    ) -> Actor:
        """A Slack user. Enterprise users are the same person in all workspaces."""
        person = self.persons.in_slack(user_id, enterprise or team)
        return Actor(
            person=person.key,
            name=self.name_in_slack(user_id) or handle or user_id,
            via=Way.SLACK,
            slack_team=team,
            slack_enterprise=enterprise,
            is_foreign=is_foreign,
            response_url=response_url,
            ids=person.ids,
            aliases=profile_claims(handle),
        )

    def caller(self, arn: str, source_address: str) -> Actor:
        """An IAM identity."""
        person = self.persons.in_aws(arn)
        in_slack = slack_user_of(person.key)
        return Actor(
            person=person.key,
            name=(in_slack and self.name_in_slack(in_slack)) or person.name,
            via=Way.CLI,
            source_address=source_address,
            identity=arn,
            ids=person.ids,
            aliases=person.aliases,
            is_named=person.is_named,
        )
