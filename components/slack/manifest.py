"""The manifest of a stage's Slack app.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from components.slack.commands import PATH as COMMANDS
from components.slack.interactions import PATH as INTERACTIONS

# https://docs.slack.dev/reference/scopes
SCOPES = (
    "chat:write",  # post messages and change them
    "commands",
    "users:read",  # look up names
    "usergroups:read",  # look up the members of reviewer groups
    "channels:read",  # check that the bot is in its channel
    "groups:read",  # the same for private channels
)
LONGEST_NAME = 35
LONGEST_BOT_NAME = 80


def app_manifest(stage: str, decision_api_url: str, *, org: bool = False) -> dict[str, Any]:
    """The app of a stage, with names cut to Slack's limits.

    With `org`, all workspaces of an enterprise can install it.
    """
    return {
        "display_information": {
            "name": f"Signoff {stage}"[:LONGEST_NAME],
            "description": "Pauses workflows until a reviewer approves or rejects.",
        },
        "features": {
            # Allowed: a to z, digits, hyphen, underscore, period.
            "bot_user": {
                "display_name": f"signoff-{stage.lower()}"[:LONGEST_BOT_NAME],
                "always_online": True,
            },
            "slash_commands": [
                {
                    "command": "/signoff",
                    "url": f"{decision_api_url}{COMMANDS}",
                    "description": "List pending reviews and recent decisions",
                    "usage_hint": "pending | show ID | history | help",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {
                "is_enabled": True,
                "request_url": f"{decision_api_url}{INTERACTIONS}",
            },
            "org_deploy_enabled": org,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
