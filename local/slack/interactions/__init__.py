"""What people press and type: from Slack to the stage's app, and what it may answer."""
