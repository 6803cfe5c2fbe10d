"""The workspace: people, channels and messages."""
