"""The life of a review, one module per action."""
