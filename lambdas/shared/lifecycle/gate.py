"""What everything that happens to a review works with: the reviews, the topic, the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Self

from lambdas.shared.callers.callers import Callers
from lambdas.shared.callers.functions import DurableFunctions
from lambdas.shared.callers.tasks import Tasks
from lambdas.shared.lifecycle.announcements import Topic
from lambdas.shared.runtime import times
from lambdas.shared.runtime.clients import client
from lambdas.shared.store.conflicts import PATIENCE, Patience
from lambdas.shared.store.record import Record
from lambdas.shared.store.reviews import ReviewStore
from lambdas.shared.store.slack_notes import NotesOfReviews


@dataclass(frozen=True)
class GateSettings:
    """What the environment of a function has that works on reviews."""

    reviews_table: str
    record_table: str
    notes_table: str
    review_topic_arn: str
    required_approvals: int
    keep_reviews_seconds: int


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One stage's reviews, who is told about them, and the one clock."""

    store: ReviewStore
    notes: NotesOfReviews
    topic: Topic
    required_approvals: int = 1
    keep_reviews: timedelta
    """How long after its end a review is kept."""
    now: Callable[[], datetime] = times.now

    @classmethod
    def open(cls, settings: GateSettings, patience: Patience = PATIENCE) -> Self:
        """The gate of the stage that the settings name."""
        dynamodb = client("dynamodb")
        record = Record(dynamodb, settings.record_table, patience)
        return cls(
            store=ReviewStore(dynamodb, settings.reviews_table, record, patience),
            notes=NotesOfReviews(dynamodb, settings.notes_table),
            topic=Topic(client("sns"), settings.review_topic_arn, settings.required_approvals),
            required_approvals=settings.required_approvals,
            keep_reviews=timedelta(seconds=settings.keep_reviews_seconds),
        )


@dataclass(frozen=True, kw_only=True)
class AnsweringGate(Gate):
    """The gate of a function that may answer the callers that wait, too."""

    callers: Callers

    @classmethod
    def open(cls, settings: GateSettings, patience: Patience = PATIENCE) -> Self:
        """The same, with a client of Step Functions more.

        Lambda's is made when the first durable function is answered: many stages have none.
        """
        return cls(
            **vars(Gate.open(settings, patience)),
            callers=Callers(
                Tasks(client("stepfunctions")), DurableFunctions(cache(partial(client, "lambda")))
            ),
        )
