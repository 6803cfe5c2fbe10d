"""The Slack simulator: webhooks, the Web API, channel pages, signed clicks and commands."""

from local.slack.console import running_console, serving
from local.slack.workspace.channels import Channel
from local.slack.workspace.workspace import Workspace

__all__ = ["Channel", "Workspace", "running_console", "serving"]
