"""Looks at what is due: reminds, escalates, and finishes what was cut off."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lambdas.shared import durations
from lambdas.shared.endings import Delivery
from lambdas.shared.record import Actor, Event
from lambdas.shared.review_indexes import due_reviews
from lambdas.shared.reviews import Review, ReviewError, Status
from lambdas.shared.task_failures import fail_task
from lambdas.shared.time_plan import TimePlan
from lambdas.shared.waiting_reviews import end_with_execution, escalating, looked_at

_LOG = logging.getLogger(__name__)
_SECONDS_A_REVIEW = 15
_MINUTE = timedelta(minutes=1)


class SweepIncomplete(Exception):
    """Some reviews could not be looked at; the next sweeps try them again."""


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Sweeps the reviews of one stage. Any number may run at once: each review is taken by one.

    One AWS call where nothing is due.
    """

    delivery: Delivery
    plan: TimePlan
    stage: str

    def sweep(self, seconds_left: Callable[[], float]) -> int:
        """Look at every review that is due, or at as many as there is time for; tell how many.

        Raises `SweepIncomplete` in the end, so that one broken row stops neither the others nor
        goes unnoticed.
        """
        looked, broken = 0, 0
        store = self.delivery.endings.store
        for review_id, seen in due_reviews(store, self.stage, self.delivery.now()):
            if seconds_left() < _SECONDS_A_REVIEW:
                break
            looked += 1
            try:
                self._look_at(review_id, seen)
            except ReviewError as problem:
                _LOG.warning("%s", problem, extra={"review_id": review_id})
            except Exception:  # noqa: BLE001 (whatever is wrong with one row, the others are due)
                _LOG.exception("not swept", extra={"review_id": review_id})
                broken += 1
        if broken:
            raise SweepIncomplete(f"{broken} of {looked} reviews could not be looked at")
        return looked

    def _look_at(self, review_id: str, seen: datetime) -> None:
        now = self.delivery.now()
        review = self.delivery.endings.store.take(review_id, seen, now)
        if review is None:
            return
        if review.status is Status.PENDING:
            self._look_at_waiting(review, now)
        elif review.status.is_decided:
            by = Actor(person=review.reviewer, via=str(review.via))
            self.delivery.see_through(review, by)
        else:
            if review.status is Status.UNDELIVERED:
                fail_task(self.delivery.executions.client, review)
            self.delivery.endings.tell(review, now)

    def _look_at_waiting(self, review: Review, now: datetime) -> None:
        """Three AWS calls where all is well, one more to remind people, two more to escalate."""
        if because := self.delivery.executions.why_it_ended(review.execution_arn):
            end_with_execution(self.delivery.endings, review, because, now)
            return
        store = self.delivery.endings.store
        events = self.plan.due(review, now)
        if Event.ESCALATED in events and not escalating(store, review, now):
            return
        minutes_left = -((now - review.deadline) // _MINUTE)
        time_left = durations.for_people(max(minutes_left, 1) * _MINUTE)
        sent: dict[Event, datetime] = {}
        for event in events:
            self.delivery.endings.announcer.announce(event, review, time_left)
            sent[event] = self.delivery.now()
        looked_at(
            store,
            review,
            now,
            next_look=self.plan.next_look(review, now),
            sent=sent,
            why=f"{time_left} left",
        )
