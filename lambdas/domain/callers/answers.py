"""The answer to a caller, and descriptions of how a caller's execution ended."""

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
"""Errors that fail callers which continue after an approval only."""
_WAYS = {Status.CANCELLED: Way.CLI}
"""`via` of reviews that ended without a decision, if not by timeout: an operator cancelled, or the
asker withdrew."""
_CAUSE_LIMIT = 200


def answer_of(review: Review) -> dict[str, Any]:
    """Build the answer to an ended review, the same for every form of caller."""
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
        "evidence": [
            {
                "bucket": file.bucket,
                "key": file.key,
                "version_id": file.version_id,
                "name": file.shown_name,
            }
            for file in review.evidence
        ],
        "context": review.context,
    }


def describe_end(status: str, error: str | None = "", cause: str | None = "") -> str:
    """Describe in a sentence how a caller's execution ended, given AWS's status and error.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecution.html
    """
    match status:
        case "ABORTED" | "STOPPED":
            why = visible(cause or "")[:_CAUSE_LIMIT]
            return f"The execution was stopped{f': {why}' if why else ''}."
        case "TIMED_OUT":
            return "The execution timed out."
        case "SUCCEEDED":
            return "The execution ended without waiting for the decision."
        case _:
            what = visible(error or "")
            return f"The execution failed{f': {what}' if what else ''}."
