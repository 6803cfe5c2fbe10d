"""Attacks run on the same embedded AWS as the tests of the domain."""

from tests.lambdas.conftest import (
    aws_account,
    aws_calls,
    embedded,
    load_handler,
    request_review,
    upload,
    world,
)
from tests.lambdas.slack.clicks import door, review, slack
from tests.lambdas.web.conftest import ask, load_api, open_api

__all__ = [
    "ask",
    "aws_account",
    "aws_calls",
    "door",
    "embedded",
    "load_api",
    "load_handler",
    "open_api",
    "request_review",
    "review",
    "slack",
    "upload",
    "world",
]
