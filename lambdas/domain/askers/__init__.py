"""The asker API: programs and people ask by signed requests."""
