"""The workflow's first step: pins the file, counts its flagged rows, and writes the request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas.check_dataset.check_function import CheckFunction
from lambdas.datasets.check import Checks
from lambdas.datasets.limits import FUNCTION_SECONDS, SECONDS_TO_FINISH, seconds_left
from lambdas.datasets.objects import aws_errors, storage
from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.runtime.settings import read_settings

if TYPE_CHECKING:
    from lambdas.domain.runtime.context import Context

_PATIENT = Config(
    connect_timeout=5,
    read_timeout=FUNCTION_SECONDS - SECONDS_TO_FINISH // 2,
    retries={"total_max_attempts": 1},  # a second attempt would count again
    tcp_keepalive=True,
)


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    evidence_bucket: str
    anomaly_threshold: str
    flag_column: str
    check_function_arn: str
    """Empty if Signoff counts."""


SETTINGS = read_settings(Settings)
CHECKS = Checks(
    s3=storage(),
    bucket=SETTINGS.evidence_bucket,
    threshold=float(SETTINGS.anomaly_threshold),
    flag_column=SETTINGS.flag_column,
    own_count=CheckFunction(
        client=boto3.client("lambda", config=_PATIENT), arn=SETTINGS.check_function_arn
    ).count
    if SETTINGS.check_function_arn
    else None,
)


def handle(event: dict[str, Any], context: "Context") -> dict[str, Any]:
    """Handle `{"input", "sample"}`; returns `{"dataset", "request"}`.

    `input` is the execution's, `sample` the generated file or null. `dataset` is the object of that
    name in the workflow's output, `request` the request for a review. Raises `InvalidInput`,
    `InvalidFile` and its kinds, `InvalidCounts`, and `StorageUnavailable`: retry.
    """
    given = WorkflowInput.parse(event["input"])
    if given.file is None and event["sample"] is None:
        raise InvalidInput("file is required: this stage has no sample data")
    with aws_errors():
        return CHECKS.check(given, event["sample"], seconds_left(context))
