"""What the topic's subscribers are told: flat JSON for machines, plain words for e-mail and SMS."""

import json
from typing import TYPE_CHECKING

from lambdas.shared import times
from lambdas.shared.executions import nobody_decided
from lambdas.shared.record import Event
from lambdas.shared.reviews import Review, Status, Way

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


_HEADLINES = {
    Event.REQUESTED: "Decision needed",
    Event.DECIDED: "Decided",
    Event.EXPIRED: "Nobody decided in time",
    Event.CANCELLED: "The workflow ended before the decision",
}


class Announcer:
    """Publishes the events of reviews to the stage's topic: one call each."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def announce(self, event: Event, review: Review) -> None:
        """Tell every subscriber, each protocol in its own words."""
        message = announcement(event, review)
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=f"[{review.stage}] Signoff: {_HEADLINES[event]}",
            MessageStructure="json",
            Message=json.dumps(
                {
                    "default": json.dumps(message),
                    "email": email(event, message),
                    "sms": sms(event, message),
                }
            ),
            MessageAttributes={"event": {"DataType": "String", "StringValue": event}},
        )


_PUBLIC = (
    "review_id",
    "stage",
    "title",
    "approval_link",
    "rejection_link",
    "s3_file",
    "rows",
    "flagged_rows",
    "flagged_share",
    "threshold",
    "sha256",
    "requested_by",
    "execution_arn",
)


def announcement(event: Event, review: Review) -> dict[str, str]:
    """Lay a review out as a flat object of strings, so that a Slack workflow can use each.

    The task token and the storage place of the evidence stay inside.
    """
    values = {name: getattr(review, name) for name in _PUBLIC}
    message = {
        "event": str(event),
        **{name: "" if value is None else str(value) for name, value in values.items()},
        "deadline": times.to_text(review.deadline),
    }
    if event is Event.REQUESTED:
        return message
    # A claim that never got through is no decision; silence may mean one.
    decided = review.status.is_decided or review.via is Way.TIMEOUT
    return message | {
        "decision": str(review.decision) if decided else "",
        "reviewer": review.reviewer if decided else "",
        "reason": review.reason if decided else _why_it_ended(review),
        "decided_at": times.to_text(review.decided_at) if decided and review.decided_at else "",
    }


def _why_it_ended(review: Review) -> str:
    if review.status is Status.EXPIRED:
        return nobody_decided(review)
    return "The execution ended before the decision could be delivered."


def email(event: Event, message: dict[str, str]) -> str:
    """Write the announcement as the text of an e-mail."""
    about = f"""{message["title"]}

Stage: {message["stage"]}
Flagged: {message["flagged_rows"]} of {message["rows"]} rows
Requested by: {message["requested_by"] or "not named"}
Deadline: {times.for_people(times.from_text(message["deadline"]))}
Evidence: {message["s3_file"]}

"""
    if event is Event.REQUESTED:
        return f"""{about}Approve: {message["approval_link"]}
Reject: {message["rejection_link"]}

Opening a link decides nothing: it shows a page with a button."""
    return f"""{about}{_HEADLINES[event]}: {message["decision"] or "no decision"}
Reason: {message["reason"] or "none given"}"""


def sms(event: Event, message: dict[str, str]) -> str:
    """Write the announcement as one text message; the link comes first, so it is never cut off."""
    if event is Event.REQUESTED:
        return f"Signoff {message['stage']}: {message['approval_link']} {message['title'][:60]}"
    return (
        f"Signoff {message['stage']}: {message['decision'] or _HEADLINES[event].lower()}: "
        f"{message['title'][:60]}"
    )
