"""The dependencies of everything that changes a review: the store, the topic, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Self

from lambdas.domain.callers.callers import Callers
from lambdas.domain.callers.functions import DurableFunctions
from lambdas.domain.callers.tasks import Tasks
from lambdas.domain.lifecycle.announcements import Topic
from lambdas.domain.runtime import times
from lambdas.domain.runtime.clients import client
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.conflicts import DEFAULT_RETRIES, RetryPolicy
from lambdas.domain.store.reviews import ReviewStore
from lambdas.domain.store.slack_notes import NotesOfReviews


@dataclass(frozen=True)
class GateSettings:
    """The environment of a function that changes reviews."""

    reviews_table: str
    audit_log_table: str
    notes_table: str
    review_topic_arn: str
    required_approvals: int
    keep_reviews_seconds: int


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One stage's reviews, the topic that announces them, and the clock."""

    store: ReviewStore
    notes: NotesOfReviews
    topic: Topic
    required_approvals: int = 1
    keep_reviews: timedelta
    """How long a review is kept after its end."""
    now: Callable[[], datetime] = times.now

    @classmethod
    def open(cls, settings: GateSettings, retries: RetryPolicy = DEFAULT_RETRIES) -> Self:
        """Open the gate of the stage that the settings name."""
        dynamodb = client("dynamodb")
        audit_log = AuditLog(dynamodb, settings.audit_log_table, retries)
        return cls(
            store=ReviewStore(dynamodb, settings.reviews_table, audit_log, retries),
            notes=NotesOfReviews(dynamodb, settings.notes_table),
            topic=Topic(client("sns"), settings.review_topic_arn, settings.required_approvals),
            required_approvals=settings.required_approvals,
            keep_reviews=timedelta(seconds=settings.keep_reviews_seconds),
        )


@dataclass(frozen=True, kw_only=True)
class AnsweringGate(Gate):
    """The gate of a function that may also answer waiting callers."""

    callers: Callers

    @classmethod
    def open(cls, settings: GateSettings, retries: RetryPolicy = DEFAULT_RETRIES) -> Self:
        """Open the gate with clients for callers.

        Lambda's client is created for the first durable function: many stages have none.
        """
        return cls(
            **vars(Gate.open(settings, retries)),
            callers=Callers(
                Tasks(client("stepfunctions")), DurableFunctions(cache(partial(client, "lambda")))
            ),
        )
