"""Slack's APIs: webhooks and the Web API."""
