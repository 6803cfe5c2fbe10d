"""Who somebody is: Slack users, IAM identities, and which of them are the same person.

What `userArn` looks like: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from lambdas.shared.review.events import Actor
from lambdas.shared.review.people import identity_name
from lambdas.shared.review.review import Way

_SESSION = re.compile(r"(arn:[a-z-]+:sts::[0-9]{12}:assumed-role/([^/]+))/[^/]+")
_IDENTITY_CENTER = "AWSReservedSSO_"
"""What its roles are called: IAM Identity Center itself names their sessions, after the user.
https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html"""
RULES = Path(__file__).with_name("rules.json")
"""The stage's lists, `{"reviewers": […], "identities": {…}}`: no environment has room for them, so
they are in the zips of the functions that need them (`components/settings/decision_rules.py`)."""


@dataclass(frozen=True, kw_only=True)
class Identities:
    """Which IAM identities are people of their own, and who they are in Slack."""

    by_slack_id: Mapping[str, str] = field(default_factory=dict[str, str])
    """The configuration's `identities`: from a Slack id to the ARN of the same person."""
    reviewers: Collection[str] = ()
    """The configuration's `reviewers`, of which some are ARNs."""

    @classmethod
    def of_the_stage(cls) -> Self:
        """Read the stage's lists. Raises `FileNotFoundError` in a function without them."""
        rules = json.loads(RULES.read_bytes())
        return cls(by_slack_id=rules["identities"], reviewers=rules["reviewers"])

    def clicker(self, by: Actor) -> Actor:
        """Somebody whom Slack knows, with the IAM identity that they are, too."""
        return by.also_known_as(by.person, self.by_slack_id.get(by.person, ""))

    def caller(self, arn: str, source_address: str) -> Actor:
        """Somebody whom AWS knows: the person in Slack that they are, if any.

        Whoever assumes a role may choose the session's name, and so be many. The sessions of a role
        are people of their own where Identity Center names them, or where the configuration lists
        the role or the session; all others of a role are one person.
        """
        known = {identity: slack_id for slack_id, identity in self.by_slack_id.items()}
        slack_id = known.get(arn, "")
        session = _SESSION.fullmatch(arn)
        person = arn
        if session and not self._vouched_for(arn, role=session[1], role_name=session[2]):
            person = session[1]
        by = Actor(
            person=slack_id or person,
            name=identity_name(arn),
            via=Way.CLI,
            source_address=source_address,
            identity=arn,
        )
        return by.also_known_as(arn, slack_id)

    def _vouched_for(self, arn: str, *, role: str, role_name: str) -> bool:
        listed = {arn, f"{role}/*"} & {*self.reviewers}
        return role_name.startswith(_IDENTITY_CENTER) or bool(listed)
