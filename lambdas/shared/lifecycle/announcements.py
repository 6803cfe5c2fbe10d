"""What the topic's subscribers are told: flat JSON for machines, plain words for people."""

import json
from typing import TYPE_CHECKING

from lambdas.shared.review.events import ASKING, Event
from lambdas.shared.review.review import Review
from lambdas.shared.runtime import times

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


_HEADLINES = {
    Event.REQUESTED: "Decision needed",
    Event.REMINDER: "Reminder to decide",
    Event.ESCALATED: "Still no decision",
    Event.DECIDED: "Decided",
    Event.EXPIRED: "Nobody decided in time",
    Event.CANCELLED: "The workflow ended before the decision",
    Event.UNDELIVERED: "The request did not reach Slack",
}


class Topic:
    """The stage's topic, to which the events of reviews are published: one call each."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def announce(self, event: Event, review: Review, time_left: str = "") -> None:
        """Tell every subscriber, each protocol in its own words."""
        # For filter policies: who hears of an escalation hears of the end, too.
        louder = event is Event.ESCALATED or (event not in ASKING and review.escalating_at)
        about = {"event": str(event)} | ({"escalated": "true"} if louder else {})
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=_subject(event, review.stage),
            MessageStructure="json",
            Message=json.dumps(_by_protocol(announcement(event, review, time_left))),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in about.items()
            },
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


def announcement(event: Event, review: Review, time_left: str = "") -> dict[str, str]:
    """Lay a review out as a flat object of strings, so that a Slack workflow can use each.

    `summary` and `details` say all of it in words. The task token and the storage place of the
    evidence stay inside.
    """
    values = {name: getattr(review, name) for name in _PUBLIC}
    message = {
        "event": str(event),
        **{name: "" if value is None else str(value) for name, value in values.items()},
        "deadline": times.to_text(review.deadline),
    }
    if event not in ASKING:
        # A claim that never got through is no decision.
        decided = event is Event.DECIDED
        message |= {
            "decision": str(review.decision) if decided else "",
            "reviewer": review.reviewer if decided else "",
            "reason": review.reason if decided else review.ended_because,
            "decided_at": times.to_text(review.decided_at) if review.decided_at and decided else "",
        }
    if time_left:
        message["time_left"] = time_left
    summary = _summary(event, message)
    return message | {"summary": summary, "details": _details(event, message)}


def _subject(event: Event, stage: str) -> str:
    """The subject of e-mails; of a long name of a stage what fits, as 100 characters are refused.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    what = f"] Signoff: {_HEADLINES[event]}"
    room = 98 - len(what)
    name = stage if len(stage) <= room else f"{stage[: room - 3]}..."
    return f"[{name}{what}"


def _by_protocol(message: dict[str, str]) -> dict[str, str]:
    """What each kind of subscriber gets.

    https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
    """
    return {
        "default": json.dumps(message),
        "email": f"{message['summary']}\n\n{message['details']}",
        "sms": f"{message['approval_link']} {message['summary']}",
    }


def _summary(event: Event, message: dict[str, str]) -> str:
    what = _HEADLINES[event]
    if event is Event.DECIDED:
        what = f"{message['decision'].capitalize()} by {message['reviewer']}"
    if "time_left" in message:
        what += f", {message['time_left']} left,"
    return f"{what} in {message['stage']}: {message['title']}"


def _details(event: Event, message: dict[str, str]) -> str:
    if event in ASKING:
        end = f"""Approve: {message["approval_link"]}
Reject: {message["rejection_link"]}

Opening a link decides nothing: it shows a page with a button."""
    else:
        end = f"Reason: {message['reason'] or 'none given'}"
    return f"""Flagged: {message["flagged_rows"]} of {message["rows"]} rows
Requested by: {message["requested_by"] or "not named"}
Deadline: {times.for_people(times.from_text(message["deadline"]))}
Evidence: {message["s3_file"]}

{end}"""
