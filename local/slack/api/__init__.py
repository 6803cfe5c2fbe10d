"""What Slack offers to other programs: webhooks and the Web API."""
