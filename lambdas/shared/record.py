"""The record: every event of a review, in order, for whoever asks in a year.

Events are written with PartiQL's INSERT, which fails for a key that exists. Roles may do nothing
else to the table, so what is recorded can be neither changed nor deleted by any function.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lambdas.shared import times
from lambdas.shared.aws import AWS_ERRORS

if TYPE_CHECKING:
    from typing import Protocol

    from types_boto3_dynamodb import DynamoDBClient

    class About(Protocol):
        """What an event is about: a review, or whatever knows its ids."""

        @property
        def review_id(self) -> str:
            """The review."""
            ...

        @property
        def execution_arn(self) -> str:
            """The execution that it is about."""
            ...


_LOG = logging.getLogger(__name__)


class Event(StrEnum):
    """What happens to a review; what everybody hears of is announced with the same words."""

    REQUESTED = "review.requested"
    NOTIFIED = "review.notified"
    NOT_NOTIFIED = "review.not_notified"
    """A message that never arrived: which, and why."""
    REMINDER = "review.reminder"
    ESCALATED = "review.escalated"
    OPENED = "review.opened"
    APPROVAL = "review.approval"
    """One of the approvals that a quorum needs."""
    REFUSED = "review.refused"
    DECIDED = "review.decided"
    EXPIRED = "review.expired"
    CANCELLED = "review.cancelled"
    UNDELIVERED = "review.undelivered"


ASKING = (Event.REQUESTED, Event.REMINDER, Event.ESCALATED)
"""What is announced to ask people for a decision; the rest that is, tells how a review ended."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something, how, and from where; empty where nobody can tell."""

    person: str = ""
    via: str = ""
    source_address: str = ""


NOBODY = Actor()
_IDENTITY = {"link": "by link, identity not verified", "slack": "verified by Slack"}


class Record:
    """The record of one stage."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def append(self, *event: Any) -> None:
        """Append an event that changes nothing else, told like to `entry`: one call."""
        self._client.execute_statement(**self.entry(*event))

    def append_if_possible(self, event: Event, *details: Any) -> None:
        """Append an event whose cause must go on without it; a failure is logged."""
        try:
            self.append(event, *details)
        except AWS_ERRORS as error:
            _LOG.error("%s not recorded", event, extra={"error": type(error).__name__})

    def entry(
        self, event: Event, about: "About", at: datetime, by: Actor = NOBODY, why: str = ""
    ) -> Any:
        """The statement that appends an event, to be part of a transaction."""
        return insert(
            self._table,
            {
                "review_id": about.review_id,
                "event_id": f"{times.to_precise_text(at)}#{secrets.token_hex(4)}",
                "event": event,
                "execution_arn": about.execution_arn,
                "at": times.to_text(at),
                "person": by.person,
                "identity": _IDENTITY.get(by.via, ""),
                "via": by.via,
                "source_address": by.source_address,
                "why": why,
            },
        )


def insert(table: str, values: dict[str, str]) -> Any:
    """A PartiQL INSERT of text attributes."""
    names = ", ".join(f"'{name}': ?" for name in values)
    return {
        "Statement": f'INSERT INTO "{table}" VALUE {{{names}}}',
        "Parameters": [{"S": str(value)} for value in values.values()],
    }
