"""Stored secrets against those that functions use, and missing permissions."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from signoff.doctor.findings import State
from tests.signoff.doctor.conftest import StageOnAws, StageWithKeys

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


def parameter_of(stage: CheckedStage, function: str, variable: str) -> str:
    return stage.probe.variables(function)[variable]


@contextmanager
def changed_parameter(stage: CheckedStage, name: str, value: str | None) -> Generator[None]:
    """Replace a parameter's value, or delete it; a new parameter has the value afterwards."""
    ssm: Any = stage.client("ssm")
    before = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    if value is None:
        ssm.delete_parameter(Name=name)
    else:
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    try:
        yield
    finally:
        if value is not None:
            ssm.delete_parameter(Name=name)
        ssm.put_parameter(Name=name, Value=before, Type="SecureString")


def test_a_secret_changed_outside_pulumi_is_a_problem(healthy: CheckedStage) -> None:
    name = parameter_of(healthy, "slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER")
    with changed_parameter(healthy, name, "f" * 32):
        found = healthy.problem("secrets")
    assert "slackSigningSecret was changed outside Pulumi" in found.message
    assert "slack_interactions" in found.message
    assert "(version 1; stored: 2)" in found.message
    assert "f" * 32 not in str(found)


def test_a_deleted_secret_is_a_problem(healthy: CheckedStage) -> None:
    name = parameter_of(healthy, "slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER")
    with changed_parameter(healthy, name, None):
        found = healthy.problem("secrets")
    assert found.message == (
        f"The parameter for slackSigningSecret is missing: {name} does not exist."
    )


def test_a_fix_on_aws_has_the_pulumi_commands(healthy: CheckedStage) -> None:
    local_stack = healthy.probe.stage
    on_aws = StageOnAws(
        name=local_stack.name,
        stack="acme/signoff/dev",
        outputs=local_stack.outputs,
        local_stack=local_stack,
    )
    name = parameter_of(healthy, "slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER")
    with changed_parameter(healthy, name, "f" * 32):
        found = healthy.with_probe(stage=on_aws).problem("secrets")
    assert found.fix == (
        "Set it and deploy: pulumi config set --secret signoff:slackSigningSecret … -s"
        " acme/signoff/dev, then pulumi up --refresh -s acme/signoff/dev"
    )


@pytest.fixture(scope="session")
def restricted(healthy: CheckedStage) -> CheckedStage:
    """The stage with an IAM user who may read functions and nothing else."""
    iam: Any = healthy.client("iam")
    iam.create_user(UserName="restricted")
    statement = {
        "Effect": "Allow",
        "Action": "lambda:GetFunctionConfiguration",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_user_policy(
        UserName="restricted", PolicyName="read-functions", PolicyDocument=json.dumps(policy)
    )
    keys = iam.create_access_key(UserName="restricted")["AccessKey"]
    stage = healthy.probe.stage
    return healthy.with_probe(
        stage=StageWithKeys(
            name=stage.name,
            outputs=stage.outputs,
            cloud_url=stage.cloud_url,
            key=keys["AccessKeyId"],
            secret=keys["SecretAccessKey"],
        )
    )


@pytest.mark.parametrize(
    ("check", "permission"),
    [
        ("secrets", "ssm:GetParameter"),
        ("channel", "ssm:GetParameter"),
        ("buttons", "ssm:GetParameter"),
        ("subscriptions", "sns:ListSubscriptionsByTopic"),
        ("incoming files", "s3:GetBucketNotification"),
        ("schedule", "scheduler:GetSchedule"),
        ("alarms", "cloudwatch:DescribeAlarms"),
        ("undelivered messages", "sqs:GetQueueAttributes"),
        ("dead letters", "sqs:GetQueueAttributes"),
    ],
)
def test_a_check_without_permission_is_unchecked_and_names_it(
    restricted: CheckedStage, check: str, permission: str
) -> None:
    (found,) = restricted.findings(check)
    assert found.state is State.UNCHECKED
    assert permission in found.message
    assert permission in found.fix
