"""Whether a file that arrives in the evidence bucket starts the workflow.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signoff.doctor.findings import Finding, ok, problem
from signoff.doctor.fixes import restore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signoff.doctor.probe import Probe

INCOMING_FILES = "incoming files"


def incoming_files(probe: Probe) -> Iterator[Finding]:
    """Follow a file's event: from the bucket to the rule, and on to its function."""
    bucket, rule = probe.stage.output("evidence_bucket_name"), probe.operations["arrivals_rule"]
    if why := _interrupted(probe, bucket, rule):
        yield problem(
            INCOMING_FILES, f"{why}: new files do not start the workflow.", restore(probe.stage)
        )
    else:
        yield ok(INCOMING_FILES, f"New files in {bucket} start the workflow.")


def _interrupted(probe: Probe, bucket: str, rule: str) -> str:
    """Where events stop; empty if nowhere."""
    events = probe.aws("s3", "get_bucket_notification_configuration", Bucket=bucket)
    if "EventBridgeConfiguration" not in events:
        return f"{bucket} does not send its events to EventBridge"
    if probe.aws("events", "describe_rule", Name=rule)["State"] == "DISABLED":
        return f"The rule {rule} is disabled"
    if not probe.aws("events", "list_targets_by_rule", Rule=rule)["Targets"]:
        return f"The rule {rule} has no target"
    return ""
