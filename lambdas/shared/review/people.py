"""Who asks and who decides, by their names."""

import re

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{1,20}")


def is_slack_user(name: str) -> bool:
    """Whether `name` is the id of somebody in Slack, who can be told from others by a click."""
    return _SLACK_USER.fullmatch(name) is not None
