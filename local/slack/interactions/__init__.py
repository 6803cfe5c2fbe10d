"""Clicks and commands: requests to the stage's app and its responses."""
