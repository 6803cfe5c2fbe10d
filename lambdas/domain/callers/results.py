"""The result of an execution, read from its status event.

The detail is text from the host or from AWS: one line, truncated, without invisible characters.
"""

import json
from collections.abc import Mapping
from typing import Any

from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.review.results import Result
from lambdas.domain.review.text import spelled, truncated, visible
from lambdas.domain.review.words import counted

_RESULTS = {"STOPPED": Result.ABORTED}
"""Statuses that only durable executions have."""
_ADDRESS_LIMIT = 250
_ERROR_LIMIT = 100
_CAUSE_LIMIT = 200


def result_of(execution: Mapping[str, Any]) -> tuple[Result, str]:
    """Read the result and its detail. The events of durable executions have no detail."""
    status = execution["status"]
    result = _RESULTS.get(status) or Result(status.lower())
    if result is Result.SUCCEEDED:
        return result, _published(execution.get("output"))
    return result, failure_text(execution)


def _published(output: str | None) -> str:
    """The published dataset in an output: `s3://bucket/key (1,000 rows)`; empty without one."""
    try:
        dataset = as_object("dataset", as_object("output", json.loads(output or "")).get("dataset"))
        published = as_object("published", dataset.get("published"))
        bucket, key, rows = dataset["bucket"], published["key"], published.get("rows")
        if not isinstance(bucket, str) or not isinstance(key, str):
            return ""
        address = _line(f"s3://{bucket}/{key}", _ADDRESS_LIMIT)
        return f"{address} ({counted(rows, 'row')})" if type(rows) is int else address
    except (InvalidInput, LookupError, RecursionError, ValueError):
        return ""


def failure_text(execution: Mapping[str, Any], cause_limit: int = _CAUSE_LIMIT) -> str:
    """The error and its cause, such as `S3.NoSuchKey: The specified key does not exist.`"""
    error, cause = execution.get("error") or "", execution.get("cause") or ""
    parts = _line(error, _ERROR_LIMIT), _line(_message_of(cause), cause_limit)
    return ": ".join(filter(None, parts))


def _message_of(cause: str) -> str:
    """The error message of a failed function, which Step Functions wraps in JSON, or the cause.

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """
    try:
        message = as_object("cause", json.loads(cause)).get("errorMessage")
    except (InvalidInput, RecursionError, ValueError):
        return cause
    return message if isinstance(message, str) else cause


def _line(text: str, most: int) -> str:
    return truncated(spelled(" ".join(visible(text).split())), most)
