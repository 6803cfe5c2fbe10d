"""Where reviews are kept, and what asks for them, takes decisions, reminds and closes."""
