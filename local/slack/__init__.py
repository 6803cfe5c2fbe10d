"""A Slack simulator: incoming webhooks, channels to look at, signed clicks and commands."""

from local.slack.console import running_console, serving
from local.slack.workspace.channels import Channel
from local.slack.workspace.workspace import Workspace

__all__ = ["Channel", "Workspace", "running_console", "serving"]
