"""Looks at a deployed stage from outside, and says for whatever is not well what to do."""
