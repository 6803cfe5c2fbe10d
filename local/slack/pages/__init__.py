"""What people look at: the channels as Slack would show them."""
