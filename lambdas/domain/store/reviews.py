"""Reviews in DynamoDB: one row each, and the conditional writes that decide who was first."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError

from lambdas.domain.review.audience import LISTS, SLACK, names_for
from lambdas.domain.review.errors import ReviewNotFound
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import EXPIRES_AT, Review, Status
from lambdas.domain.runtime.clients import was_retried
from lambdas.domain.store.audit_log import AuditLog, insert
from lambdas.domain.store.conflicts import PATIENCE, Patience
from lambdas.domain.store.rows import expiry, only, review_from, row_of, values

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=90)
"""Longer than a function may run that ends or sweeps reviews: what is still open then was cut off,
and is due for the sweeper."""

SHOWN = names_for(Review, SLACK, LISTS)
"""The attributes of a review that people see in Slack."""
OPEN = "#status = :pending AND deadline > :now"
"""The condition of a review that people can still decide; `:pending` is that status."""
MOST_REMINDERS = 50
"""By operators, for one review. Each is a message in the channel, a note, and two entries."""
_SENT_AT = {Event.REMINDER: "reminded_at", Event.ESCALATED: "escalated_at"}


class ReviewStore:
    """The reviews of one stage. Every method is one DynamoDB call, more where writes conflict.

    A review appears, and is marked as done, together with its entry in the record: both or none.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        audit_log: AuditLog,
        patience: Patience = PATIENCE,
        link_key: str | None = None,
    ) -> None:
        self.client = client
        self.table = table
        self.audit_log = audit_log
        self.patience = patience
        self._link_key = link_key

    def opened_by(self, link_key: str) -> Self:
        """The same reviews for somebody with a link: those of another key do not exist."""
        return type(self)(self.client, self.table, self.audit_log, self.patience, link_key)

    def add(self, review: Review) -> tuple[bool, Review]:
        """Store a new review, unless there is one of its id.

        Tells whether it was stored, and the review that stands now.
        """
        requested = self.audit_log.requested(review)
        statements: Any = [insert(self.table, row_of(review)), requested]
        try:
            self.patience.transact(self.client, statements)
        except self.client.exceptions.TransactionCanceledException as refused:
            if not _refused_for(refused, "DuplicateItem"):
                raise
            return False, self.get(review.review_id)
        return True, review

    def get(self, review_id: str) -> Review:
        """Read a review as it is now. Raises `ReviewNotFound`."""
        return self._opened(self._row(review_id))

    def get_shown(self, review_id: str) -> Review:
        """Read what Slack is shown of a review. Raises `ReviewNotFound`."""
        return review_from(self._row(review_id, SHOWN))

    def get_own(self, review_id: str, asker: str) -> Review:
        """Read a review of this asker. Raises `ReviewNotFound` for any other, damaged or not."""
        row = self._row(review_id)
        if row.get("asker", {}).get("S") != asker:
            raise ReviewNotFound
        return review_from(row)

    def end(
        self, review_id: str, seen: Status, status: Status, because: str, now: datetime
    ) -> tuple[bool, Review]:
        """End a review without a decision, unless it has moved on since its status was `seen`.

        Tells whether it did, and the row that stands now. Who ends it has to tell everybody, too.
        """
        changes = _ended(status, because, now)
        still = "#status = :seen AND attribute_not_exists(delivered_at)"
        return self.change(review_id, changes, still, {"seen": seen})

    def cancel(
        self,
        review_id: str,
        because: str,
        now: datetime,
        *,
        requested_by: datetime | None = None,
    ) -> tuple[bool, Review]:
        """End a review that people can still decide, and tell whether it was, as `end` does.

        Not one that was requested after `requested_by`.
        """
        known = {"pending": Status.PENDING, "now": now, "requested_by": requested_by or now}
        changes = _ended(Status.CANCELLED, because, now)
        return self.change(review_id, changes, f"{OPEN} AND requested_at <= :requested_by", known)

    def note_reminder(self, review_id: str, now: datetime, pause: timedelta) -> tuple[bool, Review]:
        """Note that the channel is reminded now of a review that waits.

        Not twice in a pause, and not more often than `MOST_REMINDERS`.
        """
        quiet = "(attribute_not_exists(reminded_at) OR reminded_at <= :quiet_since)"
        few = "(attribute_not_exists(reminders) OR reminders < :most)"
        known = {"pending": Status.PENDING, "now": now, "quiet_since": now - pause}
        return self.change(
            review_id,
            {"reminded_at": now},
            f"{OPEN} AND {quiet} AND {few}",
            {**known, "most": MOST_REMINDERS},
            additions={"reminders": 1},
        )

    def take(
        self, review_id: str, seen: datetime, now: datetime, **notes: datetime
    ) -> Review | None:
        """Take over a review that was due at `seen`, and note these times in its row.

        The answer is the review as it stands then; none where somebody else has taken it.
        """
        changes = {"due_at": now + LEASE, **notes}
        taken, review = self.change(review_id, changes, "due_at = :seen", {"seen": seen})
        return review if taken else None

    def put_back(
        self, review: Review, next_look: datetime, sent: Mapping[Event, datetime], why: str
    ) -> None:
        """Say when to look at a taken review next, and record what was sent about it, and when.

        Where somebody has decided meanwhile, nothing is noted.
        """
        sets = {"due_at": next_look, **{_SENT_AT[event]: at for event, at in sent.items()}}
        update = "".join(f"SET {name} = ? " for name in sets)
        self._write_together(
            f"{update}WHERE review_id = ? AND due_at = ?",
            [*sets.values(), review.review_id, review.due_at],
            [self.audit_log.entry(event, review, at, why=why) for event, at in sent.items()],
        )

    def finish(
        self, event: Event, review: Review, at: datetime, by: Actor, why: str, keep: timedelta
    ) -> Review:
        """Note that the execution and the topic know how the review ended: all is done.

        What answers the caller is removed, and the context with it. The row expires `keep` after
        the review's end, but never before it is done. If another function has noted the end, this
        notes nothing.
        """
        done = f"SET delivered_at = ? SET {EXPIRES_AT} = ?"
        done += " REMOVE due_at REMOVE task_token REMOVE callback_id"
        if not review.asker:
            done += " REMOVE context"  # an asker reads its answer, and the context, in the row
        entry = self.audit_log.entry(event, review, at, by, why)
        self._write_together(
            f"{done} WHERE review_id = ? AND delivered_at IS MISSING",
            [at, *expiry(review.over_at, keep).values(), review.review_id],
            [entry],
        )
        return replace(review, delivered_at=at, due_at=None, task_token="", callback_id="")

    def change(
        self,
        review_id: str,
        changes: Mapping[str, Any],
        condition: str = "attribute_exists(review_id)",
        known: Mapping[str, Any] | None = None,
        *,
        additions: Mapping[str, int] | None = None,
        voice: tuple[str, str] | None = None,
    ) -> tuple[bool, Review]:
        """Write `changes` if `condition` holds; tell whether it did, and the row that stands now.

        `additions` are added to numbers. The condition knows every changed attribute as `#name`,
        and as `:name` its new value and the `known` ones. `voice`, a person key and the name, joins
        the approvals: `approvals.#voice` is there where that person is among them.
        A failed condition returns the row, without a second call. If an earlier attempt lost its
        answer and the row is exactly as written, the condition held. Raises `ReviewNotFound`.
        """
        added = additions or {}
        sets = [f"#{name} = :{name}" for name in changes]
        names = {f"#{name}": name for name in (*changes, *added)}
        told = {**changes, **added, **(known or {})}
        if voice:
            sets.append("approvals.#voice = :voice")
            names["#voice"], told["voice"] = voice
        update = "SET " + ", ".join(sets) if sets else ""
        update += " ADD " + ", ".join(f"#{name} :{name}" for name in added) if added else ""
        written = values(changes)

        def is_own(row: Mapping[str, Any]) -> bool:
            if any(row.get(name) != value for name, value in written.items()):
                return False
            votes = row.get("approvals", {}).get("M", {})
            return voice is None or votes.get(voice[0]) == {"S": voice[1]}

        return self.update(review_id, update, condition, names, told, is_own)

    def update(
        self,
        review_id: str,
        update: str,
        condition: str,
        names: Mapping[str, str],
        known: Mapping[str, Any],
        is_own: Callable[[Mapping[str, Any]], bool] = lambda _: False,
    ) -> tuple[bool, Review]:
        """As `change`, with an update expression; `known` are its values, without colons.

        `is_own` tells whether this update has written a row, if an attempt lost its answer.
        """
        names = {**names}
        named = {f":{name}": value for name, value in known.items()}
        if "#status" in condition:
            names["#status"] = "status"
        exists = "attribute_exists(review_id)"
        if self._link_key is not None:
            exists = "link_key = :link_key"
            named[":link_key"] = self._link_key
        write = partial(
            self.client.update_item,
            TableName=self.table,
            Key=values({"review_id": review_id}),
            UpdateExpression=update,
            ConditionExpression=f"{exists} AND ({condition})",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values(named),
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        try:
            answer = self.patience.write(write)
        except self.client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound from None
            return was_retried(refused) and is_own(row), self._opened(row)
        return True, review_from(answer["Attributes"])

    def _row(self, review_id: str, attributes: Sequence[str] = ()) -> Mapping[str, Any]:
        """A row as it is now, or only some of its attributes."""
        answer = self.client.get_item(
            TableName=self.table,
            Key=values({"review_id": review_id}),
            ConsistentRead=True,
            **(only(attributes) if attributes else {}),
        )
        if "Item" not in answer:
            raise ReviewNotFound
        return answer["Item"]

    def _opened(self, row: Mapping[str, Any]) -> Review:
        """The review of a row. Raises `ReviewNotFound` where the link's key is not the row's."""
        given, stored = self._link_key, row.get("link_key", {}).get("S", "")
        if given is not None and not hmac.compare_digest(given.encode(), stored.encode()):
            raise ReviewNotFound
        return review_from(row)

    def _write_together(self, update: str, parameters: list[Any], entries: list[Any]) -> None:
        """Update a row together with entries in the record: both, or none if it has moved on."""
        statement: Any = {
            "Statement": f'UPDATE "{self.table}" {update}',
            "Parameters": [*values({str(n): it for n, it in enumerate(parameters)}).values()],
        }
        try:
            self.patience.transact(self.client, [statement, *entries])
        except self.client.exceptions.TransactionCanceledException as refused:
            if not _refused_for(refused, "ConditionalCheckFailed"):
                raise


def _refused_for(refused: ClientError, code: str) -> bool:
    reasons = refused.response.get("CancellationReasons", [])
    return any(it.get("Code", "").startswith(code) for it in reasons)


def _ended(status: Status, because: str, now: datetime) -> Mapping[str, Any]:
    """What changes in the row of a review that is over without a decision."""
    return {
        "status": status,
        "ended_because": because,
        "ended_at": now,
        "due_at": now + LEASE,
    }
