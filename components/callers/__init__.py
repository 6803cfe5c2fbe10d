"""Callers: machines that host the gate's states, durable functions, and their permissions."""
