"""Clients of the operator and asker APIs, called with the user's credentials."""

from signoff.api.asker import AskerApi
from signoff.api.operator import OperatorApi
from signoff.api.shapes import BaseReview, OwnReview, Question, Review, ReviewSummary

__all__ = [
    "AskerApi",
    "BaseReview",
    "OperatorApi",
    "OwnReview",
    "Question",
    "Review",
    "ReviewSummary",
]
