"""How people hear of reviews, and decide without leaving Slack."""
