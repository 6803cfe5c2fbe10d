"""A stage's configuration: its values, the rules that they follow, what contradicts what."""
