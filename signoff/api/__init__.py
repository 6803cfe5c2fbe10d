"""Clients of the operator and asker APIs, called with the user's credentials."""

from signoff.api.asker import AskerApi
from signoff.api.operator import OperatorApi
from signoff.api.shapes import OwnReview, Question, Review, Standing, Summary

__all__ = ["AskerApi", "OperatorApi", "OwnReview", "Question", "Review", "Standing", "Summary"]
