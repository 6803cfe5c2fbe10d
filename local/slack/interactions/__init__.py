"""A pressed button: from Slack to the stage's app, and what the app may answer to it."""
