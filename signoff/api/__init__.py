"""The stage's APIs for operators and askers, asked as whoever runs the command."""

from signoff.api.asker import AskerApi
from signoff.api.operator import OperatorApi
from signoff.api.shapes import OwnReview, Question, Review, Standing, Summary

__all__ = ["AskerApi", "OperatorApi", "OwnReview", "Question", "Review", "Standing", "Summary"]
