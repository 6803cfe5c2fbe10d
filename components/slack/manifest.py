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


def app_manifest(
    stage: str, decision_api_url: str, *, signed: bool = True, org: bool = False
) -> dict[str, Any]:
    """The app of a stage, with names cut to Slack's limits.

    Without `signed`, the stage cannot verify requests from Slack, so the app has neither buttons
    nor the slash command. With `org`, all workspaces of an enterprise can install it.
    """
    features: dict[str, Any] = {
        # Allowed: a to z, digits, hyphen, underscore, period.
        "bot_user": {
            "display_name": f"signoff-{stage.lower()}"[:LONGEST_BOT_NAME],
            "always_online": True,
        },
    }
    interactivity: dict[str, Any] = {"is_enabled": signed}
    if signed:
        features["slash_commands"] = [
            {
                "command": "/signoff",
                "url": f"{decision_api_url}{COMMANDS}",
                "description": "List pending reviews and recent decisions",
                "usage_hint": "pending | show ID | history | help",
                "should_escape": False,
            }
        ]
        interactivity["request_url"] = f"{decision_api_url}{INTERACTIONS}"
    return {
        "display_information": {
            "name": f"Signoff {stage}"[:LONGEST_NAME],
            "description": "Pauses workflows until a reviewer approves or rejects.",
        },
        "features": features,
        "oauth_config": {"scopes": {"bot": [it for it in SCOPES if signed or it != "commands"]}},
        "settings": {
            "interactivity": interactivity,
            "org_deploy_enabled": org,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
