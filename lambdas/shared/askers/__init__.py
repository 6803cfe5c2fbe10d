"""The asker API: what programs and people do who ask by a signed request."""
