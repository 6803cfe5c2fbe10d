"""A bucket on the embedded AWS, and files in it."""

from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from lambdas.datasets.check import Checks
from lambdas.datasets.publishing import Dataset, Publisher
from lambdas.datasets.workflow_input import WorkflowInput
from tests.lambdas.clients import SharedClients
from tests.lambdas.conftest import make_bucket
from tests.lambdas.datasets.files import FLAG

KEY = "incoming/orders.csv"


def in_time() -> float:
    """There is time left."""
    return 60.0


@dataclass(frozen=True)
class Bucket:
    """The evidence bucket of a stage."""

    name: str
    s3: Any

    def put(self, body: bytes | str, key: str = KEY, **more: Any) -> str:
        """Upload a file and return its version."""
        data = body.encode() if isinstance(body, str) else body
        return self.s3.put_object(Bucket=self.name, Key=key, Body=data, **more)["VersionId"]

    def read(self, key: str, version_id: str = "") -> bytes:
        """The content of an object."""
        version = {"VersionId": version_id} if version_id else {}
        return self.s3.get_object(Bucket=self.name, Key=key, **version)["Body"].read()

    def keys(self, prefix: str) -> list[str]:
        """The keys of the objects below a prefix."""
        found = self.s3.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return [it["Key"] for it in found.get("Contents", [])]

    def check(self, key: str = KEY, version_id: str = "", **more: Any) -> dict[str, Any]:
        """Check a file as the workflow does."""
        file: dict[str, Any] = {"key": key} | ({"version_id": version_id} if version_id else {})
        given = WorkflowInput.parse({"file": file, **more})
        return self.checks.check(given, None, in_time)

    def dataset(self, version_id: str = "", key: str = KEY) -> Dataset:
        """A checked file, as it is passed on for publishing."""
        return Dataset.parse(self.check(key, version_id)["dataset"])

    @property
    def checks(self) -> Checks:
        return Checks(s3=self.s3, bucket=self.name, threshold=0.06, flag_column=FLAG)

    @property
    def publisher(self) -> Publisher:
        return Publisher(s3=self.s3, bucket=self.name)


@pytest.fixture
def bucket(embedded: SharedClients, aws_account: str) -> Bucket:
    return Bucket(make_bucket(f"evidence-{aws_account}"), boto3.client("s3"))
