"""A Slack stand-in: incoming webhooks, channels to look at, signed clicks and commands."""

from local.slack.console import running_console
from local.slack.workspace.channels import Channel

__all__ = ["Channel", "running_console"]
