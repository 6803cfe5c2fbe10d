"""The asker API: programs and people request reviews with signed requests."""
