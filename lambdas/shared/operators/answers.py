"""Reviews as operators get them: JSON, for a list or whole.

What answers the caller, and its context, are not among it.
"""

from datetime import datetime
from typing import Any

from lambdas.shared.review.review import Review, Status
from lambdas.shared.runtime import times
from lambdas.shared.web.answers import facts_of

_LISTED = (
    "review_id",
    "stage",
    "status",
    "title",
    "requested_by",
    "requested_by_name",
    "execution_arn",
    "reviewer",
    "reviewer_name",
    "decision",
    "via",
)


def listed(review: Review, needed: int, now: datetime) -> dict[str, Any]:
    """What a list shows of a review that `needed` approvals decide."""
    review = review.seen_at(now)
    waits = review.status is Status.PENDING
    return {
        **{name: getattr(review, name) for name in _LISTED},
        "requested_at": times.to_text(review.requested_at),
        "deadline": times.to_text(review.deadline),
        "seconds_left": int((review.deadline - now).total_seconds()) if waits else 0,
        "approvals": len(review.approvals),
        "required_approvals": needed,
        "decided_at": _moment(review.decided_at),
        "ended_at": _moment(review.ended_at),
        "page": review.approval_link,
    }


def whole(review: Review, needed: int, now: datetime) -> dict[str, Any]:
    """All that operators may know of a review, but for its record."""
    places = [
        {"bucket": file.bucket, "key": file.key, "version_id": file.version_id}
        for file in review.evidence
    ]
    facts = facts_of(review, needed)
    files: list[dict[str, Any]] = facts["evidence"]
    return {
        **facts,
        **listed(review, needed, now),
        "evidence": [file | place for file, place in zip(files, places, strict=True)],
        "reason": review.reason or review.ended_because,
        "answers": dict(review.answers),
        "approved_by": sorted(review.approvals),
        "reviewer_identity": review.reviewer_identity,
        "started_by": review.started_by,
    }


def _moment(moment: datetime | None) -> str | None:
    return times.to_text(moment) if moment else None
