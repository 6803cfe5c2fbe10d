"""Metrics from logs: how reviews end, and everything that needs attention.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PROBLEMS = (
    "announcement.failed",
    "audit.failed",
    "aws.unavailable",
    "delivery.unconfirmed",
    "message.undelivered",
    "report.failed",
    "row.unreadable",
    "slack.not_noted",
    "slack.unconnected",
    "sweep.failed",
)
"""The messages of all errors that functions log: each is the name of an event."""
_RINGING = (
    *(f'($.message = "{message}")' for message in PROBLEMS),
    '($.event = "review.expired")',
    '($.event = "review.undelivered")',
    # A decision by timeout counts as expired, too.
    '($.via = "timeout")',
    # A failed execution, except for a rejection, which fails it as planned.
    "($.planned IS FALSE)",
)
PEOPLE_DECIDE_BY = ("decision_api", "operator_api", "slack_interactions")
SWEEP_BY = "sweep_reviews"


@dataclass(frozen=True, kw_only=True)
class Count:
    """A metric: the number of lines that match the pattern in the logs of these sources.

    A source is a function by its name in the gate; None means all.
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
        # A decision by timeout counts as expired, too.
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
        # The notifiers log messages whose delivery is unconfirmed.
        sources=("report_undelivered", "notify_slack", "notify_slack_escalation"),
    ),
    "problems": Count(metric="Problems", pattern=f"{{ {' || '.join(_RINGING)} }}", sources=None),
}
"""By filter name."""
