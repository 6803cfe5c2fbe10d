"""The answer that a caller gets, and how its own end is put into words."""

from typing import Any

from lambdas.domain.review.review import Review, Status, Way
from lambdas.domain.review.text import visible
from lambdas.domain.runtime import times

ERRORS = {
    Status.REJECTED: "ReviewRejected",
    Status.EXPIRED: "ReviewExpired",
    Status.CANCELLED: "ReviewCancelled",
    Status.UNDELIVERED: "ReviewNotDelivered",
}
"""The errors with which callers fail that continue after an approval only."""
_WAYS = {Status.CANCELLED: Way.CLI}
"""How a review without a decision ended, if not by its deadline: an operator cancelled it, or its
asker withdrew it."""
_CAUSE_LIMIT = 200


def answer_of(review: Review) -> dict[str, Any]:
    """Build the answer to a review that is over: the same for every form of caller."""
    return {
        "review_id": review.review_id,
        "decision": review.decision or review.status.lower(),
        "reviewer": review.reviewer,
        "approved_by": review.approved_by.names,
        "reason": review.reason or review.ended_because,
        "answers": dict(review.answers),
        "via": review.via or _WAYS.get(review.status, Way.TIMEOUT),
        "decided_at": times.to_text(review.decided_at or review.ended_at or review.deadline),
        "requester_verified": bool(review.verified_requester),
        "context": review.context,
    }


def how_it_ended(status: str, error: str | None = "", cause: str | None = "") -> str:
    """Describe how a caller's execution ended in a sentence; the words are AWS's own.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecution.html
    """
    match status:
        case "ABORTED" | "STOPPED":
            why = visible(cause or "")[:_CAUSE_LIMIT]
            return f"The execution was stopped{f': {why}' if why else ''}."
        case "TIMED_OUT":
            return "The execution timed out."
        case _:
            what = visible(error or "")
            return f"The execution failed{f': {what}' if what else ''}."
