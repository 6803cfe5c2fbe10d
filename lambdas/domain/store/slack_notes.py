"""A channel's notes about a review: which messages are being delivered, and which are posted.

SNS and Lambda deliver at least once, and Slack does not detect duplicates. So each message has a
note, which is taken before Slack is called, and settled afterwards in a transaction with its audit
entry. Of several functions with the same message, one takes the note. If a function is killed in
between, its message may or may not be posted. The note is free again after `LEASE`, and the next
function delivers the message. No message is lost, but one may be posted twice after a crash.

Notes have a table of their own. The function that posts to Slack reads only the attributes of a
review that it shows, and may not write its row: a failed conditional write can return the whole
row, including the task token, and no policy can prevent that.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValuesOnConditionCheckFailure

An execution that failed without a review has a row here, too, with the failure itself. Functions
that post to Slack may not write this attribute, so it confirms the announcement.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from lambdas.domain.review.audience import SLACK, names_for
from lambdas.domain.review.events import NO_ACTOR, Announced, Event
from lambdas.domain.review.failure import AnnouncedFailure, Failure
from lambdas.domain.review.json_values import typed
from lambdas.domain.review.requester import slack_user_of
from lambdas.domain.review.review import EXPIRES_AT, Review
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.conflicts import DEFAULT_RETRIES
from lambdas.domain.store.rows import expiry, only, review_from, text, unreadable, values

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MAX_REVIEW_TIMEOUT = timedelta(days=364)
"""The largest `reviewTimeout`."""
LEASE = timedelta(seconds=60)
"""The timeout of a function that posts to Slack. A function that took a note earlier was killed."""

READ = names_for(Review, SLACK)
_REQUESTER = "requester"
"""An attribute beside the notes: the requester's name in Slack."""
_FAILURE = "failure"
"""An attribute beside the notes: a failed execution without a review, as JSON."""
_POSTED = "posted"
"""Prefix of the note of a posted message."""
_REQUEST = "slack_requested"
"""The note of the request's message in the stage's channel."""
_UNCONFIRMED = "unconfirmed"

Notes: TypeAlias = Mapping[str, str]
"""All notes about a review, by name."""


class Taken(NamedTuple):
    """A note taken by one function."""

    review_id: str
    name: str
    since: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A review's current row, and the channel's note about the request."""

    review: Review
    request: str
    """The note of the request's message."""
    decision: str = ""
    """The note of the decision's message."""

    @property
    def ts(self) -> str:
        """Which message asks, where a bot can change it."""
        return _ts_of(self.request)


class NotesOfReviews:
    """The notes of all channels, and failures to note. Every method is one DynamoDB call."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def is_posted(self, review_id: str) -> bool:
        """Whether the request is known to be in the stage's channel. Once true, it stays true."""
        return self.about(review_id).get(_REQUEST, "").startswith(_POSTED)

    def about(self, review_id: str) -> Notes:
        """All notes about a review."""
        key = values({"review_id": review_id})
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _texts(answer.get("Item", {}))

    def add_failure(self, failure: Failure, keep: timedelta) -> None:
        """Store a failed execution, for which channels can then take notes. A repeat is harmless.

        The row expires `keep` after the failure.
        """
        sets = {_FAILURE: text(failure), **expiry(failure.at, keep)}
        write = partial(
            self._client.update_item,
            TableName=self._table,
            Key=values({"review_id": failure.failure_id}),
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in sets),
            ExpressionAttributeValues=values({f":{name}": value for name, value in sets.items()}),
        )
        DEFAULT_RETRIES.write(write)

    def failure(self, failure_id: str) -> Failure | None:
        """A stored failure; None if the id is unknown or the row is damaged."""
        stored = self.about(failure_id).get(_FAILURE)
        try:
            return typed(Failure, json.loads(stored)) if stored else None
        except (LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
            unreadable(failure_id, _FAILURE, error)
            return None

    def with_names(self, reviews: Sequence[Review]) -> list[Review]:
        """The reviews, at most 100, with their requesters' names in Slack, if known.

        One call; none if no requester is a Slack user. If AWS does not respond, names are empty.
        """
        notes = self._read([it.review_id for it in reviews if slack_user_of(it.requested_by)])
        return [
            replace(it, requested_by_name=notes.get(it.review_id, {}).get(_REQUESTER, ""))
            for it in reviews
        ]

    def with_message(self, review: Review) -> Review:
        """The review with its requester's name in Slack and its message, if they are known.

        One call. If AWS does not answer, both are empty.
        """
        notes = self._read([review.review_id]).get(review.review_id, {})
        name, ts = notes.get(_REQUESTER, ""), _ts_of(notes.get(_REQUEST, ""))
        return replace(review, requested_by_name=name, message_ts=ts)

    def _read(self, review_ids: Sequence[str]) -> dict[str, Notes]:
        """The notes about each of these reviews, as far as there are any."""
        keys = [values({"review_id": it}) for it in review_ids]
        wanted: Any = {self._table: {"Keys": keys}}
        found: Any = {}
        with suppress(*AWS_ERRORS):
            found = self._client.batch_get_item(RequestItems=wanted)["Responses"] if keys else {}
        return {it["review_id"]["S"]: _texts(it) for it in found.get(self._table, [])}


class SlackNotes:
    """The notes of one channel, `slack` or `louder`.

    Every method is one DynamoDB call, more on conflicts.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        notes_table: str,
        audit_log: AuditLog,
        channel: str = "slack",
        *,
        keep: timedelta,
    ) -> None:
        self._channel = channel
        self._keep = keep
        self._client = client
        self._reviews = table
        self._table = notes_table
        self._audit_log = audit_log

    def take(
        self, announced: Announced | AnnouncedFailure, now: datetime
    ) -> tuple[Taken | None, Notes]:
        """Take the note of a message, unless it is taken or settled.

        Returns the notes afterwards. They expire as if the review had the longest timeout, until
        the first message is settled and the review's end is known.
        """
        taken = Taken(announced.review_id, self.name_of(announced), times.to_precise_text(now))
        # A settled note is a word, which sorts after every time.
        free = "attribute_not_exists(#note) OR #note < :stale"
        stale = times.to_precise_text(now - LEASE)
        known: dict[str, str | int] = {":now": taken.since, ":stale": stale}
        kept = expiry(now + _MAX_REVIEW_TIMEOUT, self._keep)
        update = f"SET #note = :now, {EXPIRES_AT} = if_not_exists({EXPIRES_AT}, :{EXPIRES_AT})"
        known |= {f":{name}": value for name, value in kept.items()}
        done, notes = self._update(taken, update, free, known)
        # An attempt without a response may have taken it.
        is_own = done or notes.get(taken.name) == taken.since
        return (taken if is_own else None), notes

    def look(self, announced: Announced, notes: Notes | None = None) -> Standing | None:
        """The current state of a review, if it exists. One more call if `notes` are not given."""
        row = self._client.get_item(
            TableName=self._reviews,
            Key=values({"review_id": announced.review_id}),
            ConsistentRead=True,
            **only(READ),
        ).get("Item")
        if not row:
            return None
        if notes is None:
            notes = NotesOfReviews(self._client, self._table).about(announced.review_id)
        request = self.name_of(Announced(event=Event.REQUESTED, review_id=announced.review_id))
        decision = self.name_of(Announced(event=Event.DECIDED, review_id=announced.review_id))
        return Standing(
            review=review_from(row),
            request=notes.get(request, ""),
            decision=notes.get(decision, ""),
        )

    def release(self, taken: Taken) -> None:
        """Release a note: its message is not posted."""
        self._update(taken, "REMOVE #note", "#note = :since", {":since": taken.since})

    def forget(self, taken: Taken) -> None:
        """Delete the notes of a review that does not exist. In the row of a failure, release it."""
        delete = partial(
            self._client.delete_item,
            TableName=self._table,
            Key=values({"review_id": taken.review_id}),
            ConditionExpression=f"#note = :since AND attribute_not_exists({_FAILURE})",
            ExpressionAttributeNames={"#note": taken.name},
            ExpressionAttributeValues=values({":since": taken.since}),
        )
        try:
            DEFAULT_RETRIES.write(delete)
        except self._client.exceptions.ConditionalCheckFailedException:
            self.release(taken)

    def settle(
        self,
        taken: Taken,
        review: Review,
        at: datetime,
        why: str,
        ts: str = "",
        requester: str = "",
    ) -> None:
        """Mark the message as posted, with an audit entry.

        `ts` identifies a message that can be updated later; `requester` is the requester's name in
        Slack, if it was looked up.
        """
        entry = self._audit_log.entry(Event.NOTIFIED, review, at, NO_ACTOR, why)
        more = {_REQUESTER: requester} if requester else {}
        self._settle(taken, review, f"{_POSTED}:{ts}" if ts else _POSTED, entry, more)

    def give_up(self, taken: Taken, review: Review, at: datetime, why: str) -> None:
        """Mark the message as unconfirmed, with an audit entry: it is not sent again."""
        entry = self._audit_log.entry(Event.NOT_NOTIFIED, review, at, NO_ACTOR, why)
        self._settle(taken, review, _UNCONFIRMED, entry, {})

    def failure(self, failure_id: str) -> Failure | None:
        """A stored failure, which confirms its announcement."""
        return NotesOfReviews(self._client, self._table).failure(failure_id)

    def settle_failure(self, taken: Taken) -> None:
        """Mark the message about a failure as posted. Without a review there is no audit entry."""
        self._mark(taken, _POSTED)

    def give_up_failure(self, taken: Taken) -> None:
        """Mark the message about a failure as unconfirmed: it is not sent again."""
        self._mark(taken, _UNCONFIRMED)

    def name_of(self, announced: Announced | AnnouncedFailure) -> str:
        """The name of a message's note."""
        if isinstance(announced, AnnouncedFailure):
            return f"{self._channel}_failed"
        which = f"_{int(announced.before.total_seconds())}" if announced.before else ""
        which = f"_{announced.result}" if announced.result else which
        return f"{self._channel}_{announced.event.removeprefix('review.')}{which}"

    def _mark(self, taken: Taken, settled: str) -> None:
        known = {":settled": settled, ":since": taken.since}
        self._update(taken, "SET #note = :settled", "#note = :since", known)

    def _update(
        self, note: Taken, update: str, condition: str, known: Mapping[str, str | int]
    ) -> tuple[bool, Notes]:
        write = partial(
            self._client.update_item,
            TableName=self._table,
            Key=values({"review_id": note.review_id}),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#note": note.name},
            ExpressionAttributeValues=values(known),
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        try:
            return True, _texts(DEFAULT_RETRIES.write(write).get("Attributes", {}))
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            item: Any = refused.response.get("Item", {})
            return False, _texts(item)

    def _settle(
        self, taken: Taken, review: Review, settled: str, entry: Any, more: Mapping[str, str]
    ) -> None:
        sets = {taken.name: settled, **more, **expiry(review.end_time, self._keep)}
        where = {"review_id": taken.review_id, "since": taken.since}
        update = "".join(f"SET {name} = ? " for name in sets)
        statement: Any = {
            "Statement": f'UPDATE "{self._table}" {update}WHERE review_id = ? AND {taken.name} = ?',
            "Parameters": [*values(sets).values(), *values(where).values()],
        }
        DEFAULT_RETRIES.transact(self._client, [statement, entry])


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: value["S"] for name, value in item.items() if "S" in value}


def _ts_of(note: str) -> str:
    return note.partition(f"{_POSTED}:")[2]


def is_taken(note: str, now: datetime) -> bool:
    """Whether a function has the note and is delivering the message."""
    return times.to_precise_text(now - LEASE) <= note < times.to_precise_text(now + LEASE)


def is_settled(note: str) -> bool:
    """Whether the message needs no further attempt."""
    return note[:1].isalpha()
