"""Whether files that arrive start the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")
CONSEQUENCE = "new files do not start the workflow"


def test_a_bucket_that_sends_no_events_is_a_problem(whole: Examined) -> None:
    s3, bucket = whole.client("s3"), whole.deployed.outputs["evidence_bucket_name"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        found = whole.trouble("incoming files").message
    finally:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
    assert found == f"{bucket} does not send its events to EventBridge: {CONSEQUENCE}."


def test_a_disabled_rule_is_a_problem(whole: Examined) -> None:
    events, rule = whole.client("events"), whole.operations["arrivals_rule"]
    events.disable_rule(Name=rule)
    try:
        found = whole.trouble("incoming files").message
    finally:
        events.enable_rule(Name=rule)
    assert found == f"The rule {rule} is disabled: {CONSEQUENCE}."


def test_a_rule_without_a_target_is_a_problem(whole: Examined) -> None:
    events: Any = whole.client("events")
    pattern = '{"source": ["signoff.test"]}'
    events.put_rule(Name="without-a-target", EventPattern=pattern)
    found = whole.having(arrivals_rule="without-a-target").trouble("incoming files").message
    assert found == f"The rule without-a-target has no target: {CONSEQUENCE}."


def test_a_deleted_rule_is_a_problem(whole: Examined) -> None:
    found = whole.having(arrivals_rule="never-there").trouble("incoming files").message
    assert found == "never-there does not exist."
