"""What a caller hears in the end, and how its own end is put into words."""

from typing import Any

from lambdas.shared.review.review import Review, Status, Way
from lambdas.shared.review.text import visible
from lambdas.shared.runtime import times

ERRORS = {
    Status.REJECTED: "ReviewRejected",
    Status.EXPIRED: "ReviewExpired",
    Status.CANCELLED: "ReviewCancelled",
    Status.UNDELIVERED: "ReviewNotDelivered",
}
"""The errors with which callers fail that are not told everything as an answer."""
GONE = "Its execution is gone."
_CAUSE_LIMIT = 200


def answer_of(review: Review) -> dict[str, Any]:
    """What the caller gets. Without a decision, the review expired, or reached nobody."""
    nobody = "undelivered" if review.status is Status.UNDELIVERED else "expired"
    return {
        "review_id": review.review_id,
        "decision": review.decision or nobody,
        "reviewer": review.reviewer,
        "reason": review.reason or review.ended_because,
        "answers": dict(review.answers),
        "via": review.via or Way.TIMEOUT,
        "decided_at": times.to_text(review.decided_at or review.ended_at or review.deadline),
        "context": review.context,
    }


def wants_to_know(review: Review) -> bool:
    """Whether the caller gets every answer as one; a review that is called off has none."""
    return review.always and review.status is not Status.CANCELLED


def how_it_ended(status: str, error: str | None = "", cause: str | None = "") -> str:
    """How a caller's execution ended, in a sentence for people; the words are AWS's own.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecution.html
    """
    match status:
        case "ABORTED" | "STOPPED":
            why = visible(cause or "")[:_CAUSE_LIMIT]
            return f"Somebody stopped the execution{f': {why}' if why else ''}."
        case "TIMED_OUT":
            return "The execution ran out of time."
        case "FAILED":
            what = visible(error or "")
            return f"The execution failed{f': {what}' if what else ''}."
        case _:
            return "The execution went on without an answer."
