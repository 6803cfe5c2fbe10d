"""Notifications about reviews, undelivered messages, buttons and the slash command."""
