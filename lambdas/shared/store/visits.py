"""What anybody who has a link can do, over and over: counted in the review's row.

The record gets the first time, and with the review's end how often: no link makes it grow.
"""

import logging
from datetime import datetime

from lambdas.shared.review.events import Actor, Event
from lambdas.shared.review.review import Review
from lambdas.shared.runtime.clients import AWS_ERRORS
from lambdas.shared.store.reviews import ReviewStore

_LOG = logging.getLogger(__name__)


def open_review(store: ReviewStore, review_id: str, page: str, at: datetime, by: Actor) -> Review:
    """Read a review for somebody who opens one of its pages, and count that.

    One call, the first time two. Whoever cannot be counted sees the page all the same.
    Raises `ReviewNotFound`.
    """
    look = {"last_opened_at": at, "last_opened_from": by.source_address}
    try:
        _, review = store.change(review_id, look, additions={"opened": 1})
    except AWS_ERRORS as error:
        facts = {"review_id": review_id, "error": type(error).__name__}
        _LOG.warning("opening not counted", extra=facts)
        return store.get(review_id)
    if review.opened == 1:
        store.record.append_if_possible(Event.OPENED, review, at, by, page)
    return review


def note_refusal(store: ReviewStore, review: Review, at: datetime, by: Actor, why: str) -> None:
    """Count that a link wanted to decide and might not. One call, the first time two."""
    _, counted = store.change(review.review_id, {}, additions={"refused": 1})
    if counted.refused == 1:
        store.record.append(Event.REFUSED, review, at, by, why)
