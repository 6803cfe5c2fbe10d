"""A stage's configuration: its values, their rules, and contradictions between them."""
