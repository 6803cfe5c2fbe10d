"""Slack: what it sends, and what it is told."""
