"""Who may do what, and secrets."""
