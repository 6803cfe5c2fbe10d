"""Validate the names that a program chooses.

Pulumi appends eight characters to a logical name. The provider rejects names that are too long only
during creation, and the error shows the generated name.
https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""

import re

import pulumi

from components.settings.rules import show

LONGEST_ROLE = 56
"""64 for the name of an IAM role, less the suffix."""
LONGEST_GATE = 30
"""64 for the name of an IAM role, less the suffix and `-channel-notify-slack-role`."""
LONGEST_FLOW = LONGEST_GATE - len("-gate")
LONGEST_POLICY = 128
"""IAM's limit for a policy name."""


class WrongNameError(pulumi.RunError):
    """A name that AWS would reject later. The message has the rule and the name."""


def check_name(what: str, name: str, longest: int, letters: str = "A-Za-z") -> str:
    """Return a name of letters, digits, hyphens and underscores that starts with a letter.

    Raises `WrongNameError` for anything else, and for a name that is too long.
    """
    if len(name) <= longest and re.fullmatch(rf"[{letters}][{letters}0-9_-]*", name):
        return name
    kind = "lower-case letters" if letters == "a-z" else "letters"
    raise WrongNameError(
        f"{what} must be at most {longest} {kind}, digits, hyphens and underscores,"
        f" starting with a letter, got {show(name)}"
    )


def policy_name(flow: str, stage: str, whose: str) -> str:
    """Return the fixed name of a stage's policy for people: `signoff-prod-operators`.

    Permission sets of IAM Identity Center refer to a policy by name. Raises `WrongNameError` if it
    is too long.
    """
    name = f"{flow}-{stage}-{whose}"
    if len(name) > LONGEST_POLICY:
        raise WrongNameError(
            f"the policy name of the {whose} (flow, stage) must be at most {LONGEST_POLICY}"
            f" characters, got {show(name, LONGEST_POLICY * 2)}"
        )
    return name
