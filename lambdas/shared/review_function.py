"""What functions that work on reviews have in common: three settings, and what is made of them."""

from dataclasses import dataclass

from lambdas.shared.announcements import Announcer
from lambdas.shared.aws import client
from lambdas.shared.endings import Delivery, Endings
from lambdas.shared.executions import Executions
from lambdas.shared.record import Record
from lambdas.shared.review_store import ReviewStore


@dataclass(frozen=True)
class ReviewSettings:
    """The environment that they share."""

    reviews_table: str
    record_table: str
    review_topic_arn: str


def store_from(settings: ReviewSettings) -> ReviewStore:
    """The stage's reviews, with their record."""
    dynamodb = client("dynamodb")
    record = Record(dynamodb, settings.record_table)
    return ReviewStore(dynamodb, settings.reviews_table, record)


def announcer_from(settings: ReviewSettings) -> Announcer:
    """The stage's topic."""
    return Announcer(client("sns"), settings.review_topic_arn)


def endings_from(settings: ReviewSettings) -> Endings:
    """Both."""
    return Endings(store=store_from(settings), announcer=announcer_from(settings))


def delivery_from(settings: ReviewSettings) -> Delivery:
    """Both, and the executions that wait."""
    executions = Executions(client("stepfunctions"))
    return Delivery(executions=executions, endings=endings_from(settings))
