"""Attacks run on the same embedded AWS as the domain's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import REGION
from tests.lambdas.conftest import (
    aws_account,
    aws_calls,
    embedded,
    load_handler,
    request_review,
    upload,
    world,
)
from tests.lambdas.slack.clicks import endpoint, review, slack
from tests.lambdas.web.conftest import ask, load_api, open_api
from tests.signing import People

if TYPE_CHECKING:
    from local.cloud import Cloud

__all__ = [
    "ask",
    "aws_account",
    "aws_calls",
    "embedded",
    "endpoint",
    "load_api",
    "load_handler",
    "open_api",
    "request_review",
    "review",
    "slack",
    "upload",
    "world",
]


@pytest.fixture
def owner(cloud: Cloud, aws_account: str) -> People:
    return People(cloud.url, cloud.root(aws_account), REGION)


@pytest.fixture
def bucket(owner: People) -> str:
    """A bucket with a file."""
    s3, name = owner.client("s3"), f"kept-{owner.account}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=name, Key="rows.csv", Body=b"1,2")
    return name
