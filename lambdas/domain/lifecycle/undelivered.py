"""Handle undelivered messages: a request ends its review, all others are logged.

Anyone who may publish to the topic or send to the queue can put anything there. A message counts
only if its links have the review's key, so that it is a copy of an announcement, or if it names a
stored failure. A request ends its review only while that is pending, and only if the channel is not
known to have the message.
"""

import json
import logging
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambdas.domain.lifecycle.deliver import deliver
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.review.errors import InvalidInput, ReviewNotFound, as_object
from lambdas.domain.review.events import ANNOUNCED, NO_ACTOR, Event
from lambdas.domain.review.failure import FAILED
from lambdas.domain.review.ids import LinkedId, is_review_id
from lambdas.domain.review.review import Status

_LOG = logging.getLogger(__name__)
_REASON_LIMIT = 200
MAX_AUDITED = 20
"""Maximum audit entries for undelivered messages per review. All messages are counted."""


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """An announcement that did not reach its subscriber, and why."""

    event: Event
    linked_id: LinkedId
    why: str


@dataclass(frozen=True, kw_only=True)
class UndeliveredFailure:
    """The announcement of a failed execution that did not reach its subscriber, and why."""

    failure_id: str
    why: str


def report(gate: AnsweringGate, message: Undelivered | UndeliveredFailure) -> None:
    """Log an undelivered message. If it is the request, end the review and fail its caller.

    Seven AWS calls for a request. A second report of the same message ends nothing. Raises
    `ReviewNotFound` if the announcement's links lack the review's key, or if there is no such
    failure: then the message is forged.
    """
    if isinstance(message, UndeliveredFailure):
        if gate.notes.failure(message.failure_id) is None:
            raise ReviewNotFound
        _log(message.failure_id, f"{FAILED}: {message.why}")
    else:
        _report_review(gate, message)


def _report_review(gate: AnsweringGate, message: Undelivered) -> None:
    gate = replace(gate, store=gate.store.opened_by(message.linked_id.link_key))
    count = {"undelivered": 1}
    _, review = gate.store.change(message.linked_id.review_id, {}, additions=count)
    why = f"{message.event}: {message.why}"
    if (review.undelivered or 0) <= MAX_AUDITED:
        gate.store.audit_log.append(Event.NOT_NOTIFIED, review, gate.now(), NO_ACTOR, why)
    _log(review.review_id, why)
    if message.event != Event.REQUESTED or gate.notes.is_posted(review.review_id):
        return
    because = f"The request did not reach Slack: {message.why}."
    won, ended = gate.store.end(
        review.review_id, Status.PENDING, Status.UNDELIVERED, because, gate.now()
    )
    if won:
        deliver(gate, ended)


def _log(review_id: str, why: str) -> None:
    facts = {"event": "message.undelivered", "review_id": review_id, "why": why}
    _LOG.error("message.undelivered", extra=facts)


def read_undelivered(body: str) -> Undelivered | UndeliveredFailure:
    """Read a message from the queue, put there by Lambda or SNS after failed deliveries.

    Raises `InvalidInput` for anything else.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    """
    try:
        message = as_object("the message", json.loads(body))
        announced = as_object("the announcement", json.loads(_announcement_in(message, body)))
        if announced["event"] == FAILED:
            return UndeliveredFailure(failure_id=_failure_id(announced), why=_why(message))
        event = Event(announced["event"])
        if event not in ANNOUNCED:
            raise ValueError("unknown event")
        return Undelivered(
            event=event,
            linked_id=_linked_id(announced["approval_link"]),
            why=_why(message),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput(f"not an undelivered announcement: {type(error).__name__}") from None


def _linked_id(link: str) -> LinkedId:
    query = urllib.parse.urlsplit(link).query
    linked_id = LinkedId.parse(urllib.parse.parse_qs(query, max_num_fields=2)["review"][0])
    if linked_id is None:
        raise ValueError("not a link to a review")
    return linked_id


def _failure_id(announced: Mapping[str, Any]) -> str:
    if not is_review_id(failure_id := announced["review_id"]):
        raise ValueError("not the id of a failure")
    return failure_id


def _announcement_in(message: Mapping[str, Any], body: str) -> str:
    """The announcement, from Lambda's record, SNS's envelope, or the body itself."""
    if "requestPayload" in message:
        return message["requestPayload"]["Records"][0]["Sns"]["Message"]
    return message.get("Message", body)


def _why(message: Mapping[str, Any]) -> str:
    response: Any = message.get("responsePayload") or {}
    if response.get("errorType") == "SlackDeliveryFailed":
        return str(response.get("errorMessage"))[:_REASON_LIMIT]
    return str(response.get("errorType") or "Slack could not be reached")[:_REASON_LIMIT]
