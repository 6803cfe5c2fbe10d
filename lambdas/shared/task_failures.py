"""Fails the waiting task of a review that never reached anybody."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.shared.executions import CLOSED, code_of
from lambdas.shared.reviews import Review

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

NOT_DELIVERED = "ReviewNotDelivered"
"""The error that the workflow ends with."""


def fail_task(client: "SFNClient", review: Review) -> None:
    """Fail the task, if it still waits. One call, and it may be done again."""
    try:
        client.send_task_failure(
            taskToken=review.task_token, error=NOT_DELIVERED, cause=review.ended_because
        )
    except ClientError as error:
        if code_of(error) not in CLOSED:
            raise
