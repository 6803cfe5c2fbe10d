"""Reviews while they wait: stored once, looked at now and then, over with their execution."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lambdas.shared import durations
from lambdas.shared.endings import Endings
from lambdas.shared.record import Actor, Event, insert
from lambdas.shared.review_store import ReviewStore, text
from lambdas.shared.reviews import Review, Status

_SENT_AT = {Event.REMINDER: "reminded_at", Event.ESCALATED: "escalated_at"}


def add(store: ReviewStore, review: Review) -> None:
    """Store a new review, with its entry in the record. One call."""
    row = {
        name: text(value)
        for name, value in asdict(review).items()
        if value not in (None, frozenset())
    }
    requested = store.record.entry(
        Event.REQUESTED, review, review.requested_at, Actor(person=review.requested_by)
    )
    statements: Any = [insert(store.table, row), requested]
    store.client.execute_transaction(TransactStatements=statements)


def end_with_execution(endings: Endings, review: Review, because: str, now: datetime) -> None:
    """End a review whose execution has ended; past its deadline it is expired."""
    if now >= review.deadline:
        endings.end(review, Status.EXPIRED, nobody_decided(review), now)
    else:
        endings.end(review, Status.CANCELLED, because, now)


def nobody_decided(review: Review) -> str:
    """Why a review is expired: `Nobody decided within 24 hours.`."""
    return f"Nobody decided within {durations.for_people(review.deadline - review.requested_at)}."


def escalating(store: ReviewStore, review: Review, now: datetime) -> bool:
    """Let whoever ends a taken review know that the louder channel may have heard of it. One call.

    False where somebody has ended it meanwhile: then nobody may be asked any more.
    """
    taken = {"seen": review.due_at}
    still_ours, _ = store.change(review.review_id, {"escalating_at": now}, "due_at = :seen", taken)
    return still_ours


def looked_at(
    store: ReviewStore,
    review: Review,
    now: datetime,
    *,
    next_look: datetime,
    sent: Mapping[Event, datetime],
    why: str,
) -> None:
    """Note what was sent about a review that was taken at `now`, and when to look at it next.

    One call. Where somebody has decided meanwhile, nothing is noted.
    """
    sets = {"due_at": next_look, **{_SENT_AT[event]: now for event in sent}}
    update = "".join(f"SET {name} = ? " for name in sets)
    store.write_together(
        f"{update}WHERE review_id = ? AND due_at = ?",
        [*sets.values(), review.review_id, review.due_at],
        [store.record.entry(event, review, at, why=why) for event, at in sent.items()],
    )
