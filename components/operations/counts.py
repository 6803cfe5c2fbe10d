"""What is counted in the logs: how reviews end, and all that somebody has to look at.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PROBLEMS = (
    "aws.unavailable",
    "delivery.unconfirmed",
    "message.undelivered",
    "row.unreadable",
    "slack.not_noted",
    "slack.unconnected",
    "not reported",
    "not swept",
    "*not recorded",
    "*not told",
)
"""What functions log as errors: the messages."""
_RINGING = (
    *(f'($.message = "{message}")' for message in PROBLEMS),
    '($.event = "review.expired")',
    '($.event = "review.undelivered")',
    # Silence that decides is silence, too.
    '($.via = "timeout")',
    # An execution that failed; a rejection fails its execution on purpose.
    "($.planned IS FALSE)",
)
PEOPLE_DECIDE_BY = ("decision_api", "operator_api", "slack_interactions")
SWEEP_BY = "sweep_reviews"


@dataclass(frozen=True, kw_only=True)
class Count:
    """One metric: the lines that fit the pattern, added up over the logs of these sources.

    A source is a function by its name in the gate; none are all.
    """

    metric: str
    pattern: str
    sources: Sequence[str] | None


COUNTS: Mapping[str, Count] = {
    "approved": Count(
        metric="ReviewsApproved",
        pattern='{ ($.event = "review.decided") && ($.decision = "approved") }',
        sources=(*PEOPLE_DECIDE_BY, SWEEP_BY),
    ),
    "rejected": Count(
        metric="ReviewsRejected",
        pattern='{ ($.event = "review.decided") && ($.decision = "rejected") }',
        sources=(*PEOPLE_DECIDE_BY, SWEEP_BY),
    ),
    "expired": Count(
        metric="ReviewsExpired",
        # Silence that decides is silence, too.
        pattern='{ ($.event = "review.expired") || ($.via = "timeout") }',
        sources=(SWEEP_BY,),
    ),
    "cancelled": Count(
        metric="ReviewsCancelled",
        pattern='{ $.event = "review.cancelled" }',
        sources=(*PEOPLE_DECIDE_BY, "asker_api", "close_review", SWEEP_BY),
    ),
    "undelivered": Count(
        metric="ReviewsUndelivered",
        pattern='{ $.event = "review.undelivered" }',
        sources=("asker_api", "report_undelivered", SWEEP_BY),
    ),
    "messages-undelivered": Count(
        metric="MessagesUndelivered",
        pattern='{ $.event = "message.undelivered" }',
        # Whoever writes to Slack says so itself where nobody knows whether a message arrived.
        sources=("report_undelivered", "notify_slack", "notify_slack_escalation"),
    ),
    "problems": Count(metric="Problems", pattern=f"{{ {' || '.join(_RINGING)} }}", sources=None),
}
"""By the name that their filters have."""
