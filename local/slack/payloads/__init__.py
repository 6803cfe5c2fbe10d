"""Payloads: JSON, Block Kit and messages."""
