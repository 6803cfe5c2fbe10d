"""Reviews as operators get them: JSON, for a list or whole."""

from datetime import datetime
from typing import Any

from lambdas.shared.review.audience import LINK, LISTS, OPERATORS, OUTCOME, view
from lambdas.shared.review.plain import plain
from lambdas.shared.review.review import Review, Status
from lambdas.shared.web.answers import approvals_of, files_of


def listed(review: Review, needed: int, now: datetime) -> dict[str, Any]:
    """What a list shows of a review that `needed` approvals decide."""
    review = review.seen_at(now)
    waits = review.status is Status.PENDING
    return {
        **view(review, LISTS),
        **approvals_of(review, needed),
        "approved_by": review.approved_by.names,
        "seconds_left": int((review.deadline - now).total_seconds()) if waits else 0,
        "page": review.approval_link,
    }


def whole(review: Review, needed: int, now: datetime) -> dict[str, Any]:
    """All that operators may know of a review, but for its record."""
    return {
        **view(review, LINK, OUTCOME, OPERATORS),
        **listed(review, needed, now),
        "evidence": files_of(review, LINK, OPERATORS),
        "reason": review.reason or review.ended_because,
        "refusals": [plain(it) for it in review.refusals.values()],
    }
