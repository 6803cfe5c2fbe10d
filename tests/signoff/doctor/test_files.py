"""The events that start the workflow for new files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")
CONSEQUENCE = "new files do not start the workflow"


def test_a_bucket_that_sends_no_events_is_a_problem(healthy: CheckedStage) -> None:
    s3, bucket = healthy.client("s3"), healthy.deployed.outputs["evidence_bucket_name"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        found = healthy.problem("incoming files").message
    finally:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
    assert found == f"{bucket} does not send its events to EventBridge: {CONSEQUENCE}."


def test_a_disabled_rule_is_a_problem(healthy: CheckedStage) -> None:
    events, rule = healthy.client("events"), healthy.operations["arrivals_rule"]
    events.disable_rule(Name=rule)
    try:
        found = healthy.problem("incoming files").message
    finally:
        events.enable_rule(Name=rule)
    assert found == f"The rule {rule} is disabled: {CONSEQUENCE}."


def test_a_rule_without_a_target_is_a_problem(healthy: CheckedStage) -> None:
    events: Any = healthy.client("events")
    pattern = '{"source": ["signoff.test"]}'
    events.put_rule(Name="without-a-target", EventPattern=pattern)
    found = (
        healthy.with_operations(arrivals_rule="without-a-target").problem("incoming files").message
    )
    assert found == f"The rule without-a-target has no target: {CONSEQUENCE}."


def test_a_deleted_rule_is_a_problem(healthy: CheckedStage) -> None:
    found = healthy.with_operations(arrivals_rule="never-there").problem("incoming files").message
    assert found == "never-there does not exist."
