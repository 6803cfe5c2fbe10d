"""The workflow's first step: write the dataset to the evidence bucket and count its flags."""

import base64
import re
from dataclasses import dataclass
from typing import Any

from lambdas.domain.runtime.clients import client
from lambdas.domain.runtime.settings import read_settings
from lambdas.generate_dataset.datasets import generate
from lambdas.generate_dataset.workflow_input import WorkflowInput


@dataclass(frozen=True)
class Settings:
    """The function's environment."""

    evidence_bucket: str


_UNSAFE_IN_COPY_SOURCE = re.compile(r"[^A-Za-z0-9._-]")
"""The workflow copies with `bucket/key?versionId=`, in which other characters need encoding."""


class VersioningNotReady(RuntimeError):
    """S3 stored the dataset without a version to pin."""


SETTINGS = read_settings(Settings)
S3 = client("s3")


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle `{"input", "execution_name"}`; returns `{"dataset", "size", "preview"}`.

    `dataset` is the object of that name in the workflow's output, `size` the file's size in bytes,
    and `preview` its first flagged rows, for the request. Raises `InvalidInput` if the execution's
    input is invalid, before anything is written, and `VersioningNotReady`, possible for 15 minutes
    after the bucket's creation: retry.
    """
    asked = WorkflowInput.parse(event["input"])
    dataset = generate(asked.rows, asked.anomaly_rate, seed=event["execution_name"])
    key = f"incoming/{_UNSAFE_IN_COPY_SOURCE.sub('_', event['execution_name'])}.csv"
    written = S3.put_object(
        Bucket=SETTINGS.evidence_bucket,
        Key=key,
        Body=dataset.body,
        ContentType="text/csv",
        ChecksumSHA256=base64.b64encode(dataset.sha256).decode(),
    )
    if "VersionId" not in written:
        raise VersioningNotReady(f"{key} has no version yet")
    return {
        "dataset": {
            "bucket": SETTINGS.evidence_bucket,
            "key": key,
            "version_id": written["VersionId"],
            "sha256": dataset.sha256.hex(),
            "rows": dataset.rows,
            "flagged_rows": dataset.flagged_rows,
            "flagged_share": dataset.flagged_share,
        },
        "size": len(dataset.body),
        "preview": dataset.preview,
    }
