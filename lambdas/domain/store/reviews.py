"""Reviews in DynamoDB, one row each, changed by conditional writes."""

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
from lambdas.domain.review.results import Result, result_text
from lambdas.domain.review.review import EXPIRES_AT, Review, Status
from lambdas.domain.runtime.clients import was_retried
from lambdas.domain.store.audit_log import AuditLog, insert
from lambdas.domain.store.conflicts import DEFAULT_RETRIES, RetryPolicy
from lambdas.domain.store.rows import expiry, only, review_from, row_of, values

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=90)
"""Longer than the timeout of a function that ends or sweeps reviews. What is not done by then was
interrupted, and is due for the sweeper."""

SHOWN = names_for(Review, SLACK, LISTS)
"""The attributes shown in Slack."""
OPEN = "#status = :pending AND deadline > :now"
"""The condition for reviews that can be decided; `:pending` is that status."""
MAX_REMINDERS = 50
"""By operators, per review. Each is a message in the channel, a note, and two audit entries."""
_SENT_AT = {Event.REMINDER: "reminded_at", Event.ESCALATED: "escalated_at"}


class ReviewStore:
    """The reviews of one stage. Every method is one DynamoDB call, more on conflicts.

    A review is added and marked as done in a transaction with its audit entry.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        audit_log: AuditLog,
        retries: RetryPolicy = DEFAULT_RETRIES,
        link_key: str | None = None,
    ) -> None:
        self.client = client
        self.table = table
        self.audit_log = audit_log
        self.retries = retries
        self._link_key = link_key

    def opened_by(self, link_key: str) -> Self:
        """The same reviews for a person with a link: reviews with another key are not found."""
        return type(self)(self.client, self.table, self.audit_log, self.retries, link_key)

    def add(self, review: Review) -> tuple[bool, Review]:
        """Store a new review, unless one with its id exists.

        Returns whether it was stored, and the stored review.
        """
        requested = self.audit_log.requested(review)
        statements: Any = [insert(self.table, row_of(review)), requested]
        try:
            self.retries.transact(self.client, statements)
        except self.client.exceptions.TransactionCanceledException as refused:
            if not _refused_for(refused, "DuplicateItem"):
                raise
            return False, self.get(review.review_id)
        return True, review

    def get(self, review_id: str) -> Review:
        """Read a review, consistently. Raises `ReviewNotFound`."""
        return self._opened(self._row(review_id))

    def get_shown(self, review_id: str) -> Review:
        """Read the attributes of a review that Slack shows. Raises `ReviewNotFound`."""
        return review_from(self._row(review_id, SHOWN))

    def get_own(self, review_id: str, asker: str) -> Review:
        """Read a review of this asker. Raises `ReviewNotFound` for any other, even if damaged."""
        row = self._row(review_id)
        if row.get("asker", {}).get("S") != asker:
            raise ReviewNotFound
        return review_from(row)

    def end(
        self, review_id: str, seen: Status, status: Status, because: str, now: datetime
    ) -> tuple[bool, Review]:
        """End a review without a decision, unless its status is no longer `seen`.

        Returns whether it ended, and the current row. The function that ends it must also announce
        it.
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
        """Cancel a review that can be decided; returns the same as `end`.

        Reviews requested after `requested_by` do not change.
        """
        known = {"pending": Status.PENDING, "now": now, "requested_by": requested_by or now}
        changes = _ended(Status.CANCELLED, because, now)
        return self.change(review_id, changes, f"{OPEN} AND requested_at <= :requested_by", known)

    def note_reminder(self, review_id: str, now: datetime, pause: timedelta) -> tuple[bool, Review]:
        """Mark that the channel is reminded of a pending review at `now`.

        At most once per `pause`, and at most `MAX_REMINDERS` times.
        """
        quiet = "(attribute_not_exists(reminded_at) OR reminded_at <= :quiet_since)"
        few = "(attribute_not_exists(reminders) OR reminders < :most)"
        known = {"pending": Status.PENDING, "now": now, "quiet_since": now - pause}
        return self.change(
            review_id,
            {"reminded_at": now},
            f"{OPEN} AND {quiet} AND {few}",
            {**known, "most": MAX_REMINDERS},
            additions={"reminders": 1},
        )

    def take(
        self, review_id: str, seen: datetime, now: datetime, **notes: datetime
    ) -> Review | None:
        """Take a review that was due at `seen`, and set these times in its row.

        Returns the review afterwards; None if another function has taken it.
        """
        changes = {"due_at": now + LEASE, **notes}
        taken, review = self.change(review_id, changes, "due_at = :seen", {"seen": seen})
        return review if taken else None

    def reschedule(
        self, review: Review, next_check: datetime, sent: Mapping[Event, datetime], why: str
    ) -> None:
        """Schedule the next check of a taken review, with audit entries for what was sent.

        Nothing is written if the review was decided meanwhile.
        """
        sets = {"due_at": next_check, **{_SENT_AT[event]: at for event, at in sent.items()}}
        update = "".join(f"SET {name} = ? " for name in sets)
        self._write_together(
            f"{update}WHERE review_id = ? AND due_at = ?",
            [*sets.values(), review.review_id, review.due_at],
            [self.audit_log.entry(event, review, at, why=why) for event, at in sent.items()],
        )

    def mark_done(
        self, event: Event, review: Review, at: datetime, by: Actor, why: str, keep: timedelta
    ) -> Review:
        """Mark the review as done: its end was delivered and announced.

        Removes the task token or callback id, and the context. The row expires `keep` after the
        review's end. If another function has marked it, nothing is written.
        """
        done = f"SET delivered_at = ? SET {EXPIRES_AT} = ?"
        done += " REMOVE due_at REMOVE task_token REMOVE callback_id"
        if not review.asker:
            done += " REMOVE context"  # askers read the answer, with the context, from the row
        entry = self.audit_log.entry(event, review, at, by, why)
        self._write_together(
            f"{done} WHERE review_id = ? AND delivered_at IS MISSING",
            [at, *expiry(review.end_time, keep).values(), review.review_id],
            [entry],
        )
        return replace(review, delivered_at=at, due_at=None, task_token="", callback_id="")

    def complete(
        self, review: Review, result: Result, detail: str, ended_at: datetime, at: datetime
    ) -> bool:
        """Store the result of a decided review's execution, with its audit entry.

        False if a result was stored since the review was read. A redriven execution ends again.
        """
        before = [review.completed_at] if review.completed_at else []
        why = result_text(result, detail, str(review.decision))
        return self._write_together(
            # RESULT is a reserved word.
            'SET "result" = ? SET result_detail = ? SET completed_at = ? WHERE review_id = ?'
            f" AND completed_at {'= ?' if before else 'IS MISSING'}",
            [result, detail, ended_at, review.review_id, *before],
            [self.audit_log.entry(Event.COMPLETED, review, at, why=why)],
        )

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
        """Write `changes` if `condition` holds; returns whether it did, and the current row.

        `additions` are added to numbers. In the condition, `#name` is a changed attribute, `:name`
        its new value or a `known` value. `voice`, a person key and name, joins the approvals:
        `approvals.#voice` exists if that person has approved. A failed condition returns the row
        without a second call. If an earlier attempt got no response and the row is exactly as
        written, the condition held. Raises `ReviewNotFound`.
        """
        added = additions or {}
        sets = [f"#{name} = :{name}" for name in changes]
        names = {f"#{name}": name for name in (*changes, *added)}
        known_values = {**changes, **added, **(known or {})}
        if voice:
            sets.append("approvals.#voice = :voice")
            names["#voice"], known_values["voice"] = voice
        update = "SET " + ", ".join(sets) if sets else ""
        update += " ADD " + ", ".join(f"#{name} :{name}" for name in added) if added else ""
        written = values(changes)

        def is_own(row: Mapping[str, Any]) -> bool:
            if any(row.get(name) != value for name, value in written.items()):
                return False
            votes = row.get("approvals", {}).get("M", {})
            return voice is None or votes.get(voice[0]) == {"S": voice[1]}

        return self.update(review_id, update, condition, names, known_values, is_own)

    def update(
        self,
        review_id: str,
        update: str,
        condition: str,
        names: Mapping[str, str],
        known: Mapping[str, Any],
        is_own: Callable[[Mapping[str, Any]], bool] = lambda _: False,
    ) -> tuple[bool, Review]:
        """Like `change`, with an update expression; `known` are its values, without colons.

        `is_own` decides whether this update has written a row, if an attempt got no response.
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
            answer = self.retries.write(write)
        except self.client.exceptions.ConditionalCheckFailedException as refused:
            row: Any = refused.response.get("Item")
            if not row:
                raise ReviewNotFound from None
            return was_retried(refused) and is_own(row), self._opened(row)
        return True, review_from(answer["Attributes"])

    def _row(self, review_id: str, attributes: Sequence[str] = ()) -> Mapping[str, Any]:
        """Read a row consistently, or some of its attributes."""
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
        """The review of a row. Raises `ReviewNotFound` if the link's key is not the row's."""
        given, stored = self._link_key, row.get("link_key", {}).get("S", "")
        if given is not None and not hmac.compare_digest(given.encode(), stored.encode()):
            raise ReviewNotFound
        return review_from(row)

    def _write_together(self, update: str, parameters: list[Any], entries: list[Any]) -> bool:
        """Update a row in a transaction with audit entries; neither if the row has changed."""
        statement: Any = {
            "Statement": f'UPDATE "{self.table}" {update}',
            "Parameters": [*values({str(n): it for n, it in enumerate(parameters)}).values()],
        }
        try:
            self.retries.transact(self.client, [statement, *entries])
        except self.client.exceptions.TransactionCanceledException as refused:
            if not _refused_for(refused, "ConditionalCheckFailed"):
                raise
            return False
        return True


def _refused_for(refused: ClientError, code: str) -> bool:
    reasons = refused.response.get("CancellationReasons", [])
    return any(it.get("Code", "").startswith(code) for it in reasons)


def _ended(status: Status, because: str, now: datetime) -> Mapping[str, Any]:
    """The changes of an end without a decision."""
    return {
        "status": status,
        "ended_because": because,
        "ended_at": now,
        "due_at": now + LEASE,
    }
