"""Slack: messages, deliveries, clicks and slash commands."""
