"""Who may do what: the rules of a stage, and who people are that AWS knows."""
