"""A channel's notes in a review's row: which of its messages are being told, and which stand.

SNS and Lambda deliver at least once, and Slack does not know a message that it has had before. So
there is a note for each message of a channel, which is taken before Slack is asked, and settled
together with the entry in the record afterwards: of all who are told the same, one takes it.

Between the two, a function may be killed. Then nobody knows whether the message stands; its note is
free again after `LEASE`, and whoever comes next tells it: no message is lost, and one may stand
twice after a crash.

The function that writes to Slack may read these attributes of a review, write its own channel's
notes and what Slack calls the requester, and touch nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lambdas.shared.review.audience import SLACK, names_for
from lambdas.shared.review.events import NOBODY, Announced, Event
from lambdas.shared.review.review import Review
from lambdas.shared.runtime import times
from lambdas.shared.store.conflicts import PATIENCE
from lambdas.shared.store.record import Record
from lambdas.shared.store.rows import review_from, values

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=60)
"""As long as a function may run that writes to Slack: who took a note before that was killed."""

READ = names_for(Review, SLACK)
_REQUESTER = "requested_by_name"
POSTED = "posted"
"""How the note of a message begins that is known to stand."""
REQUEST_NOTE = "slack_requested"
"""The note of the message that asks the stage's channel for a decision."""
_UNCONFIRMED = "unconfirmed"


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
    own: str
    """The note of the message that is to be told."""

    @property
    def ts(self) -> str:
        """Which message asks, where a bot can change it."""
        return self.request.partition(f"{POSTED}:")[2]


class SlackNotes:
    """The notes of one channel, `slack` or `louder`.

    Every method is one DynamoDB call, more where writes conflict.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, record: Record, channel: str = "slack"
    ) -> None:
        self._channel = channel
        self._client = client
        self._table = table
        self._record = record

    def take(self, announced: Announced, now: datetime) -> Taken | None:
        """Take the note of a message, unless somebody has it, or it is settled."""
        taken = Taken(announced.review_id, self._name(announced), times.to_precise_text(now))
        # A settled note is a word, and sorts behind every time.
        free = "attribute_exists(review_id) AND (attribute_not_exists(#note) OR #note < :stale)"
        stale = times.to_precise_text(now - LEASE)
        known = {":now": taken.since, ":stale": stale}
        return taken if self._update(taken, "SET #note = :now", free, known) else None

    def look(self, announced: Announced) -> Standing | None:
        """How a review stands, if there is one."""
        request = self._name(Announced(event=Event.REQUESTED, review_id=announced.review_id))
        own = self._name(announced)
        names = {f"#{name}": name for name in {*READ, request, own}}
        row = self._client.get_item(
            TableName=self._table,
            Key=values({"review_id": announced.review_id}),
            ConsistentRead=True,
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
        ).get("Item")
        if not row:
            return None
        known = {name: value.get("S", "") for name, value in row.items()}
        return Standing(
            review=review_from(row),
            request=known.get(request, ""),
            own=known.get(own, ""),
        )

    def release(self, taken: Taken) -> None:
        """Give a note back: its message does not stand."""
        self._update(taken, "REMOVE #note", "#note = :since", {":since": taken.since})

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
        entry = self._record.entry(Event.NOTIFIED, review, at, NOBODY, why)
        more = {_REQUESTER: requester} if requester else {}
        self._settle(taken, f"{POSTED}:{ts}" if ts else POSTED, entry, more)

    def give_up(self, taken: Taken, review: Review, at: datetime, why: str) -> None:
        """Note that nobody knows whether the message stands, and record it: it is not repeated."""
        entry = self._record.entry(Event.NOT_NOTIFIED, review, at, NOBODY, why)
        self._settle(taken, _UNCONFIRMED, entry, {})

    def _name(self, announced: Announced) -> str:
        which = f"_{int(announced.before.total_seconds())}" if announced.before else ""
        return f"{self._channel}_{announced.event.removeprefix('review.')}{which}"

    def _update(self, note: Taken, update: str, condition: str, known: dict[str, str]) -> bool:
        write = partial(
            self._client.update_item,
            TableName=self._table,
            Key=values({"review_id": note.review_id}),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#note": note.name},
            ExpressionAttributeValues=values(known),
        )
        try:
            PATIENCE.write(write)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _settle(self, taken: Taken, settled: str, entry: Any, more: Mapping[str, str]) -> None:
        sets = {taken.name: settled, **more}
        update = "".join(f"SET {name} = ? " for name in sets)
        statement: Any = {
            "Statement": f'UPDATE "{self._table}" {update}WHERE review_id = ? AND {taken.name} = ?',
            "Parameters": [{"S": it} for it in (*sets.values(), taken.review_id, taken.since)],
        }
        PATIENCE.transact(self._client, [statement, entry])


def is_taken(note: str, now: datetime) -> bool:
    """Whether somebody is at it: the message is being told."""
    return times.to_precise_text(now - LEASE) <= note < times.to_precise_text(now + LEASE)


def is_settled(note: str) -> bool:
    """Whether it is known what became of the message: nobody is to tell it again."""
    return note[:1].isalpha()
