"""End a review: write the end to its row, announce it, then mark it as done.

The function that writes the end also announces it. If it is interrupted, the sweeper does.
"""

import logging

from lambdas.domain.lifecycle.gate import Gate
from lambdas.domain.review.events import ENDINGS, NO_ACTOR, Actor
from lambdas.domain.review.questions import reason_with_answers
from lambdas.domain.review.requester import COULD_NOT_CHECK
from lambdas.domain.review.review import UNVERIFIED, Review, Status
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS

_LOG = logging.getLogger(__name__)


def end(gate: Gate, review: Review, status: Status, because: str, by: Actor = NO_ACTOR) -> Review:
    """End a review without a decision, and announce it. Three AWS calls.

    If another function ended the review first, its end stands, and that function announces it.
    """
    won, ended = gate.store.end(review.review_id, review.status, status, because, gate.now())
    return announce_end(gate, ended, by) if won else ended


def announce_end(gate: Gate, review: Review, by: Actor = NO_ACTOR, note: str = "") -> Review:
    """Announce how a review ended and mark it as done, with an audit entry. Two AWS calls.

    Marking comes last, so that the row shows that an announcement was lost. On failure the sweeper
    retries; the function that ended the review succeeds.
    """
    event = ENDINGS[review.status]
    facts = {"review_id": review.review_id}
    try:
        gate.topic.announce(event, review)
        done = gate.store.mark_done(
            event, review, gate.now(), by, _why(review, note), gate.keep_reviews
        )
    except AWS_ERRORS as error:
        failed = {"event": "announcement.failed", "announcement": event}
        _LOG.error("announcement.failed", extra=facts | failed | {"error": type(error).__name__})
        return review
    if review.status.is_decided:
        facts |= {"decision": str(review.decision), "via": str(review.via)}
    _LOG.info(event, extra=facts | {"event": event})
    return done


def _why(review: Review, note: str) -> str:
    """The text of the audit entry: reason, approvals, visits by link, and refusals."""
    why = review.ended_because
    if review.status.is_decided:
        reason = reason_with_answers(review.reason, review.questions, review.answers)
        why = f"{review.decision}: {reason}"
    if note:
        why += f" ({note})"
    if review.approvals:
        why += f" (approvals: {', '.join(review.approvals.names)})"
    if review.self_approval_unchecked:
        why += f" ({COULD_NOT_CHECK})"
    if review.opened and review.last_opened_at:
        last = f"{times.to_text(review.last_opened_at)} from {review.last_opened_from}"
        why += f" (opened by link: {review.opened}, last {last})"
    if by_link := review.refusals.get(UNVERIFIED):
        why += f" (refused by link: {by_link.times})"
    if people := [it for key, it in review.refusals.items() if key != UNVERIFIED]:
        refused = (f"{it.name} {it.times}, last {times.to_text(it.last_at)}" for it in people)
        why += f" (refused: {'; '.join(refused)})"
    return why
