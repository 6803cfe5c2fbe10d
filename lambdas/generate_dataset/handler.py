"""Generates the sample batch, which takes the same way as a file that arrives."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from lambdas.datasets.names import SAMPLES
from lambdas.datasets.samples import generate
from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.runtime.clients import client
from lambdas.domain.runtime.settings import read_settings


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    evidence_bucket: str
    flag_column: str


_UNSAFE_IN_KEYS = re.compile(r"[^A-Za-z0-9._-]")


class VersioningNotReady(RuntimeError):
    """S3 stored the dataset without a version to pin."""


SETTINGS = read_settings(Settings)
S3 = client("s3")


def handle(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Handle `{"input", "execution_name"}`; returns `{"key", "version_id"}`.

    Raises `InvalidInput` if the execution's input is invalid, before anything is written, and
    `VersioningNotReady`, possible for 15 minutes after the bucket's creation: retry.
    """
    given = WorkflowInput.parse(event["input"])
    name: str = event["execution_name"]
    body = generate(given.rows, given.anomaly_rate, name, SETTINGS.flag_column)
    key = f"{SAMPLES}{_UNSAFE_IN_KEYS.sub('_', name)}.csv"
    written = S3.put_object(
        Bucket=SETTINGS.evidence_bucket,
        Key=key,
        Body=body,
        ContentType="text/csv",
        ChecksumSHA256=base64.b64encode(hashlib.sha256(body).digest()).decode(),
    )
    if "VersionId" not in written:
        raise VersioningNotReady(f"{key} has no version yet")
    return {"key": key, "version_id": written["VersionId"]}
