"""A Slack stand-in: incoming webhooks, channels to look at, buttons that send signed clicks."""

from local.slack.app import create_app
from local.slack.channels import Channel

__all__ = ["Channel", "create_app"]
