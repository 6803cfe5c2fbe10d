"""Web pages that show channels as Slack does."""
