"""A channel's notes about a review: which of its messages are being told, and which stand.

SNS and Lambda deliver at least once, and Slack does not know a message that it has had before. So
there is a note for each message of a channel, which is taken before Slack is asked, and settled
together with the entry in the record afterwards: of all who are told the same, one takes it.

Between the two, a function may be killed. Then nobody knows whether the message stands; its note is
free again after `LEASE`, and whoever comes next tells it: no message is lost, and one may stand
twice after a crash.

Notes have a table of their own. The function that writes to Slack reads of a review what it shows,
and writes nothing into the row: a conditional write can answer with the whole row, task token and
all, and no policy forbids that.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValuesOnConditionCheckFailure
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from lambdas.domain.review.audience import SLACK, names_for
from lambdas.domain.review.events import NOBODY, Announced, Event
from lambdas.domain.review.requester import slack_user_of
from lambdas.domain.review.review import EXPIRES_AT, Review
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.conflicts import PATIENCE
from lambdas.domain.store.rows import expiry, only, review_from, values

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_LONGEST_REVIEW = timedelta(days=364)
"""The largest `reviewTimeout`."""
LEASE = timedelta(seconds=60)
"""As long as a function may run that writes to Slack: who took a note before that was killed."""

READ = names_for(Review, SLACK)
_REQUESTER = "requester"
"""Beside the notes: what Slack calls whoever requested the review."""
_POSTED = "posted"
"""How the note of a message begins that is known to stand."""
_REQUEST = "slack_requested"
"""The note of the message that asks the stage's channel for a decision."""
_UNCONFIRMED = "unconfirmed"

Notes: TypeAlias = Mapping[str, str]
"""All notes about a review, by their names."""


class Taken(NamedTuple):
    """A note in the hands of one function."""

    review_id: str
    name: str
    since: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A review as its row has it now, and what a channel's notes say."""

    review: Review
    request: str
    """The note of the message that asks for the decision."""

    @property
    def ts(self) -> str:
        """Which message asks, where a bot can change it."""
        return _ts_of(self.request)


class NotesOfReviews:
    """The notes of all channels, to read. Every method is one DynamoDB call."""

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

    def with_names(self, reviews: Sequence[Review]) -> list[Review]:
        """The reviews, at most 100, each with its requester's name in Slack if that is known.

        One call, none if no requester is a Slack user. If AWS does not answer, names are empty.
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

    Every method is one DynamoDB call, more where writes conflict.
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

    def take(self, announced: Announced, now: datetime) -> tuple[Taken | None, Notes]:
        """Take the note of a message, unless somebody has it, or it is settled.

        The notes are as they stand then. They expire as if the review were the longest one, until
        the first message is settled and the review's end is known.
        """
        taken = Taken(announced.review_id, self.name_of(announced), times.to_precise_text(now))
        # A settled note is a word, and sorts behind every time.
        free = "attribute_not_exists(#note) OR #note < :stale"
        stale = times.to_precise_text(now - LEASE)
        known: dict[str, str | int] = {":now": taken.since, ":stale": stale}
        kept = expiry(now + _LONGEST_REVIEW, self._keep)
        update = f"SET #note = :now, {EXPIRES_AT} = if_not_exists({EXPIRES_AT}, :{EXPIRES_AT})"
        known |= {f":{name}": value for name, value in kept.items()}
        done, notes = self._update(taken, update, free, known)
        # An attempt without an answer may have taken it.
        is_own = done or notes.get(taken.name) == taken.since
        return (taken if is_own else None), notes

    def look(self, announced: Announced, notes: Notes | None = None) -> Standing | None:
        """How a review stands, if there is one. One call more where `notes` are not known."""
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
        return Standing(review=review_from(row), request=notes.get(request, ""))

    def release(self, taken: Taken) -> None:
        """Give a note back: its message does not stand."""
        self._update(taken, "REMOVE #note", "#note = :since", {":since": taken.since})

    def forget(self, taken: Taken) -> None:
        """Delete the note of a review that does not exist."""
        delete = partial(
            self._client.delete_item,
            TableName=self._table,
            Key=values({"review_id": taken.review_id}),
            ConditionExpression="#note = :since",
            ExpressionAttributeNames={"#note": taken.name},
            ExpressionAttributeValues=values({":since": taken.since}),
        )
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            PATIENCE.write(delete)

    def settle(
        self,
        taken: Taken,
        review: Review,
        at: datetime,
        why: str,
        ts: str = "",
        requester: str = "",
    ) -> None:
        """Note that the message stands, and record that people were told.

        `ts` is the message, where it can be changed later; `requester` is what Slack calls whoever
        requested the review, where it was asked.
        """
        entry = self._audit_log.entry(Event.NOTIFIED, review, at, NOBODY, why)
        more = {_REQUESTER: requester} if requester else {}
        self._settle(taken, review, f"{_POSTED}:{ts}" if ts else _POSTED, entry, more)

    def give_up(self, taken: Taken, review: Review, at: datetime, why: str) -> None:
        """Note that nobody knows whether the message stands, and record it: it is not repeated."""
        entry = self._audit_log.entry(Event.NOT_NOTIFIED, review, at, NOBODY, why)
        self._settle(taken, review, _UNCONFIRMED, entry, {})

    def name_of(self, announced: Announced) -> str:
        """What the note of a message is called."""
        which = f"_{int(announced.before.total_seconds())}" if announced.before else ""
        return f"{self._channel}_{announced.event.removeprefix('review.')}{which}"

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
            return True, _texts(PATIENCE.write(write).get("Attributes", {}))
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            item: Any = refused.response.get("Item", {})
            return False, _texts(item)

    def _settle(
        self, taken: Taken, review: Review, settled: str, entry: Any, more: Mapping[str, str]
    ) -> None:
        sets = {taken.name: settled, **more, **expiry(review.over_at, self._keep)}
        where = {"review_id": taken.review_id, "since": taken.since}
        update = "".join(f"SET {name} = ? " for name in sets)
        statement: Any = {
            "Statement": f'UPDATE "{self._table}" {update}WHERE review_id = ? AND {taken.name} = ?',
            "Parameters": [*values(sets).values(), *values(where).values()],
        }
        PATIENCE.transact(self._client, [statement, entry])


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: value["S"] for name, value in item.items() if "S" in value}


def _ts_of(note: str) -> str:
    return note.partition(f"{_POSTED}:")[2]


def is_taken(note: str, now: datetime) -> bool:
    """Whether somebody is at it: the message is being told."""
    return times.to_precise_text(now - LEASE) <= note < times.to_precise_text(now + LEASE)


def is_settled(note: str) -> bool:
    """Whether it is known what became of the message: nobody is to tell it again."""
    return note[:1].isalpha()
