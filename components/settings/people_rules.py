"""The rules that people follow, be they known to Slack or to AWS.

What IAM identities look like: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import re
from typing import TypeGuard

from components.settings.rules import BrokenRuleError, show

_SLACK_USER = r"[UW][A-Z0-9]{2,20}"
_SLACK_GROUP = r"S[A-Z0-9]{2,20}"
_NAME = r"[\w+=,.@-]{1,64}"
_PARTITION = "aws[a-z-]{0,20}"
_ROLE = rf"arn:{_PARTITION}:sts::[0-9]{{12}}:assumed-role/{_NAME}"
_USER = rf"user/(?:[!-~]{{1,510}}/)?{_NAME}"
_IDENTITY = rf"{_ROLE}/{_NAME}|arn:{_PARTITION}:iam::[0-9]{{12}}:(?:root|{_USER})"


def is_group(reviewer: str) -> bool:
    """Whether this is a user group of Slack's."""
    return re.fullmatch(_SLACK_GROUP, reviewer) is not None


def is_identity(reviewer: str) -> bool:
    """Whether these are people whom AWS knows."""
    return reviewer.startswith("arn:")


def is_several(reviewer: str) -> bool:
    """Whether these may be more people than one."""
    return is_group(reviewer) or reviewer.endswith("/*")


def user_id(raw: object) -> str:
    """Who somebody is in Slack, whatever they call themselves there."""
    if _fits(raw, _SLACK_USER):
        return raw
    raise BrokenRuleError('must hold Slack user ids such as "U012ABCDEF"', show(raw))


def identity(raw: object) -> str:
    """Who somebody is for AWS: a session of a role, or an IAM user."""
    if _fits(raw, _IDENTITY):
        return raw
    raise BrokenRuleError(
        'must hold IAM identities such as "arn:aws:sts::111122223333:assumed-role/ROLE/SESSION"',
        show(raw),
    )


def reviewer(raw: object) -> str:
    """Who may decide: somebody in Slack, a user group there, an IAM identity or all of a role."""
    if _fits(raw, rf"{_SLACK_USER}|{_SLACK_GROUP}|{_ROLE}/\*|{_IDENTITY}"):
        return raw
    raise BrokenRuleError(
        'must hold Slack user ids such as "U012ABCDEF", user groups such as "S012ABCDEF", or IAM'
        ' identities such as "arn:aws:sts::111122223333:assumed-role/ROLE/*"',
        show(raw, 120),
    )


def _fits(raw: object, pattern: str) -> TypeGuard[str]:
    return isinstance(raw, str) and re.fullmatch(pattern, raw, re.ASCII) is not None
