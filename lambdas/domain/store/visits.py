"""Count repeatable actions, visits and refusals, in the review's row.

The audit log has the first one of each and, with the review's end, the count and the last time.
Repetition does not make it grow.
"""

import logging
from datetime import datetime

from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import Refusal, Review
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.store.reviews import ReviewStore

_LOG = logging.getLogger(__name__)
MAX_PEOPLE = 20
"""People whose refusals are counted separately; all others count as `_OTHERS`."""
_OTHERS = "*"


def open_review(store: ReviewStore, review_id: str, page: str, at: datetime, by: Actor) -> Review:
    """Read a review for a visitor of one of its pages, and count the visit.

    One call; two for the first visit. If the visit cannot be counted, the page is shown anyway.
    Raises `ReviewNotFound`.
    """
    look = {"last_opened_at": at, "last_opened_from": by.source_address}
    try:
        _, review = store.change(review_id, look, additions={"opened": 1})
    except AWS_ERRORS as error:
        facts = {"event": "visit.uncounted", "review_id": review_id, "error": type(error).__name__}
        _LOG.warning("visit.uncounted", extra=facts)
        return store.get(review_id)
    if review.opened == 1:
        store.audit_log.append_if_possible(Event.OPENED, review, at, by, page)
    return review


def note_refusal(store: ReviewStore, review: Review, at: datetime, by: Actor, why: str) -> None:
    """Count a refused decision. One call; two for a person's first one.

    One more if another person is counted concurrently.
    """
    counted, person = False, ""
    while not counted:
        apart = by.person in review.refusals or len(review.refusals) < MAX_PEOPLE
        person = by.person if apart else _OTHERS
        counted, review = _count_refusal(store, review, person, by.shown if apart else "others", at)
    if review.refusals[person].times == 1:
        store.audit_log.append(Event.REFUSED, review, at, by, why)


def _count_refusal(
    store: ReviewStore, review: Review, person: str, name: str, at: datetime
) -> tuple[bool, Review]:
    """Count a refusal of a known person, or add the person; returns like `ReviewStore.change`."""
    who = {"#who": person}
    if person in review.refusals:
        return store.update(
            review.review_id,
            "SET refusals.#who.times = refusals.#who.times + :one, refusals.#who.last_at = :at",
            "attribute_exists(refusals.#who)",
            who,
            {"one": 1, "at": at},
        )
    first = Refusal(name=name, times=1, first_at=at, last_at=at)
    return store.update(
        review.review_id,
        "SET refusals.#who = :first",
        "attribute_not_exists(refusals.#who) AND size(refusals) < :most",
        who,
        {"first": first, "most": MAX_PEOPLE + (person == _OTHERS)},
    )
