"""Who people are: Slack's ids, however somebody wrote them, and AWS's identities."""

import re
from typing import TypeGuard

from lambdas.shared.review.text import visible

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_MENTION = re.compile(r"<@([^<>|]+)(?:\|[^<>]*)?>")
NOBODY_ASKED = "nobody (started automatically)"
UNCHECKED = "(not a Slack user: self-approval cannot be checked)"
"""Stands behind the name of a requester who might decide unnoticed, where that is forbidden."""
_SHORTEST_IN_LOWER_CASE = 9
"""Slack's ids are no shorter. `user1` is a name."""


_NAME_LIMIT = 80
_IDENTITY = re.compile(r"arn:[a-z-]+:(?:iam|sts)::([0-9]{12}):(?:([a-z-]+)/)?(.+)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def is_slack_user(name: object) -> TypeGuard[str]:
    """Whether this is the id of a person in Slack, as Slack writes it: `U012ABCDEF`."""
    return isinstance(name, str) and _SLACK_USER.fullmatch(name) is not None


def profile_name(name: object) -> str:
    """What somebody calls themselves in Slack, as one line that can be seen; empty for nothing."""
    return " ".join(visible(name).split())[:_NAME_LIMIT] if isinstance(name, str) else ""


def identity_name(arn: str) -> str:
    """What an IAM identity is called: a session's or a user's name, a role's, `root`."""
    found = _IDENTITY.fullmatch(arn)
    return found[3].rsplit("/", 1)[-1] if found else arn


def shown(person: str) -> str:
    """A person as people read it: an IAM identity without the parts that all have in common.

    `kim (role data-ops)`, `somebody with the role data-ops`, `kim (IAM user)`.
    """
    found = _IDENTITY.fullmatch(person)
    if not found:
        return person
    _, kind, name = found.groups()
    match kind:
        case "assumed-role":
            role, _, session = name.partition("/")
            return f"{session} (role {role})" if session else f"somebody with the role {role}"
        case "user":
            return f"{name.rsplit('/', 1)[-1]} (IAM user)"
        case _:
            return f"{name} (AWS account {found[1]})"


def requester(text: str) -> str:
    """Who requests a review: an id as Slack writes it where one is meant, else the name as it is.

    E-mail addresses are in lower case, in which they are compared.

    A mention, with or without a name, is an id, in whatever case; so is an id behind an @. Without
    either, lower case is read as an id where it is as long as one and has a digit.
    """
    name = visible(text)
    if mention := _MENTION.search(name):
        user_id = mention[1].strip().upper()
        return user_id if is_slack_user(user_id) else name
    bare = name.removeprefix("@")
    if is_slack_user(bare):
        return bare
    if _EMAIL.fullmatch(name):
        return name.lower()
    is_id = len(bare) >= _SHORTEST_IN_LOWER_CASE and re.search("[0-9]", bare)
    return bare.upper() if is_id and is_slack_user(bare.upper()) else name
