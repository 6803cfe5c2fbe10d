"""Persistence: rows of reviews, their indexes, the audit log, channels' notes, and evidence."""
