"""The stage's operator API, asked as whoever runs the command."""

from signoff.api.operator import OperatorApi
from signoff.api.shapes import Question, Review, Summary

__all__ = ["OperatorApi", "Question", "Review", "Summary"]
