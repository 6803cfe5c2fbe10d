"""What Slack is to know of a stage's app, ready to be pasted where Slack asks for a manifest.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from components.slack.commands import PATH as COMMANDS
from components.slack.interactions import PATH as INTERACTIONS

# https://docs.slack.dev/reference/scopes
SCOPES = (
    "chat:write",  # post messages and change them
    "commands",
    "users:read",  # what people are called
    "usergroups:read",  # who is in a group of reviewers
    "channels:read",  # whether the bot is in its channel
    "groups:read",  # the same for a private one
)
LONGEST_NAME = 35
LONGEST_BOT_NAME = 80


def app_manifest(stage: str, decision_api_url: str, *, org: bool = False) -> dict[str, Any]:
    """The whole app of a stage; long names of stages are cut off to what Slack takes.

    With `org`, all workspaces of an enterprise can have it.
    """
    return {
        "display_information": {
            "name": f"Signoff {stage}"[:LONGEST_NAME],
            "description": "Asks people before a workflow goes on, and tells it what they decided.",
        },
        "features": {
            # Slack takes only these letters: a to z, digits, hyphen, underscore, period.
            "bot_user": {
                "display_name": f"signoff-{stage.lower()}"[:LONGEST_BOT_NAME],
                "always_online": True,
            },
            "slash_commands": [
                {
                    "command": "/signoff",
                    "url": f"{decision_api_url}{COMMANDS}",
                    "description": "What waits for a decision, and what was decided",
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
