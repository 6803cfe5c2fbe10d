"""Who people are: Slack's ids, however somebody wrote them."""

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


def is_slack_user(name: object) -> TypeGuard[str]:
    """Whether this is the id of a person in Slack, as Slack writes it: `U012ABCDEF`."""
    return isinstance(name, str) and _SLACK_USER.fullmatch(name) is not None


def profile_name(name: object) -> str:
    """What somebody calls themselves in Slack, as one line that can be seen; empty for nothing."""
    return " ".join(visible(name).split())[:_NAME_LIMIT] if isinstance(name, str) else ""


def requester(text: str) -> str:
    """Who requests a review: an id as Slack writes it where one is meant, else the name as it is.

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
    is_id = len(bare) >= _SHORTEST_IN_LOWER_CASE and re.search("[0-9]", bare)
    return bare.upper() if is_id and is_slack_user(bare.upper()) else name
