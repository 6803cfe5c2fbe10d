"""Rules for people, in Slack or in AWS.

IAM identities: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import re
from typing import TypeGuard

from components.settings import rules
from components.settings.rules import BrokenRuleError, show

_SLACK_USER = r"[UW][A-Z0-9]{2,20}"
_SLACK_GROUP = r"S[A-Z0-9]{2,20}"
_NAME = r"[\w+=,.@-]{1,64}"
_PARTITION = "aws[a-z-]{0,20}"
_ROLE = rf"arn:{_PARTITION}:sts::[0-9]{{12}}:assumed-role/{_NAME}"
_USER = rf"user/(?:[!-~]{{1,510}}/)?{_NAME}"
_IDENTITY_CENTER = rf"arn:{_PARTITION}:sts::[0-9]{{12}}:assumed-role/AWSReservedSSO_\*/{_NAME}"
_IDENTITY = (
    rf"{_ROLE}/{_NAME}|{_IDENTITY_CENTER}|arn:{_PARTITION}:iam::[0-9]{{12}}:(?:root|{_USER})"
)
MAX_IDENTITIES = 10
"""Per person."""
_LONGEST_PERSON = 80


def is_group(reviewer: str) -> bool:
    """Whether this is a Slack user group."""
    return re.fullmatch(_SLACK_GROUP, reviewer) is not None


def is_identity(reviewer: str) -> bool:
    """Whether this is an IAM identity."""
    return reviewer.startswith("arn:")


def person(raw: object) -> str:
    """A Slack user id, or a name for a person without Slack."""
    if _fits(raw, _SLACK_USER) or _is_name(raw):
        return raw
    raise BrokenRuleError(
        'must have keys that are Slack user ids such as "U012ABCDEF" or names such as "Kim Reyes"',
        show(raw),
    )


def identities(raw: object) -> tuple[str, ...]:
    """One IAM identity of a person, or a list of them."""
    several: object = [raw] if isinstance(raw, str) else raw
    return rules.list_of(_identity, MAX_IDENTITIES)(several)


def _identity(raw: object) -> str:
    """An IAM user, an Identity Center user with any permission set, or a role session."""
    if _fits(raw, _IDENTITY):
        return raw
    raise BrokenRuleError(
        'must hold IAM identities such as "arn:aws:iam::111122223333:user/NAME" or'
        ' "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_*/NAME"',
        show(raw, 120),
    )


def _is_name(raw: object) -> TypeGuard[str]:
    """Whether this is a person's name: it starts with a letter and is not an ARN."""
    if not isinstance(raw, str) or not 2 <= len(raw) <= _LONGEST_PERSON:
        return False
    return (
        raw[0].isalpha()
        and raw.isprintable()
        and raw == raw.strip()
        and not set(raw) & set("/:<>@*")
    )


def reviewer(raw: object) -> str:
    """A reviewer: a Slack user or user group, an IAM identity, or all sessions of a role."""
    if _fits(raw, rf"{_SLACK_USER}|{_SLACK_GROUP}|{_ROLE}/\*|{_IDENTITY}"):
        return raw
    raise BrokenRuleError(
        'must hold Slack user ids such as "U012ABCDEF", user groups such as "S012ABCDEF", or IAM'
        ' identities such as "arn:aws:sts::111122223333:assumed-role/ROLE/*"',
        show(raw, 120),
    )


def _fits(raw: object, pattern: str) -> TypeGuard[str]:
    return isinstance(raw, str) and re.fullmatch(pattern, raw, re.ASCII) is not None
