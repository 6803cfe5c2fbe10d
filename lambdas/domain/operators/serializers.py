"""Reviews as JSON for operators: summaries for lists, and whole reviews."""

from datetime import datetime
from typing import Any

from lambdas.domain.review.audience import LINK, LISTS, OPERATORS, OUTCOME, view
from lambdas.domain.review.json_values import plain
from lambdas.domain.review.review import Review, Status
from lambdas.domain.web.responses import approvals_of, files_of


def summary_json(review: Review, needed: int, now: datetime) -> dict[str, Any]:
    """A review in a list; `needed` approvals decide it."""
    review = review.seen_at(now)
    waits = review.status is Status.PENDING
    return {
        **view(review, LISTS),
        **approvals_of(review, needed),
        "approved_by": review.approved_by.names,
        "seconds_left": int((review.deadline - now).total_seconds()) if waits else 0,
        "page": review.approval_link,
    }


def review_json(review: Review, needed: int, now: datetime) -> dict[str, Any]:
    """Everything that operators may see of a review, without its audit entries."""
    return {
        **view(review, LINK, OUTCOME, OPERATORS),
        **summary_json(review, needed, now),
        "evidence": files_of(review, LINK, OPERATORS),
        "reason": review.reason or review.ended_because,
        "refusals": [plain(it) for it in review.refusals.values()],
    }
