"""Callers that wait for the answer to a review, in two forms, and the answer itself."""
