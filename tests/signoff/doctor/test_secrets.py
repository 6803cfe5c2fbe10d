"""What is stored against what functions use, and what one is not allowed to see."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from signoff.doctor.findings import State
from tests.signoff.doctor.conftest import AsSomebody, InWordsForAws

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


def parameter_of(stage: Examined, function: str, variable: str) -> str:
    return stage.probe.variables(function)[variable]


@contextmanager
def changed(stage: Examined, name: str, value: str | None) -> Generator[None]:
    """Put another value in a parameter's place, or none; it is as new afterwards."""
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


def test_a_secret_that_was_changed_behind_a_function_s_back_is_told(whole: Examined) -> None:
    name = parameter_of(whole, "slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER")
    with changed(whole, name, "f" * 32):
        found = whole.trouble("secrets")
    assert "slackSigningSecret was changed outside Pulumi" in found.message
    assert "slack_interactions" in found.message
    assert "(version 1; stored: 2)" in found.message
    assert "f" * 32 not in str(found)


def test_a_secret_that_is_gone_is_told(whole: Examined) -> None:
    name = parameter_of(whole, "slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER")
    with changed(whole, name, None):
        found = whole.trouble("secrets")
    assert found.message == (
        f"The parameter for slackSigningSecret is missing: {name} does not exist."
    )


def test_on_aws_it_is_said_what_to_type(whole: Examined) -> None:
    local_stack = whole.probe.stage
    on_aws = InWordsForAws(
        name=local_stack.name,
        stack="acme/signoff/dev",
        outputs=local_stack.outputs,
        local_stack=local_stack,
    )
    name = parameter_of(whole, "slack_interactions", "SLACK_SIGNING_SECRET_PARAMETER")
    with changed(whole, name, "f" * 32):
        found = whole.but(stage=on_aws).trouble("secrets")
    assert found.fix == (
        "Set it and deploy: pulumi config set --secret signoff:slackSigningSecret … -s"
        " acme/signoff/dev, then pulumi up --refresh -s acme/signoff/dev"
    )


@pytest.fixture(scope="session")
def stranger(whole: Examined) -> Examined:
    """The stage, seen by somebody who may look at functions, and at nothing else."""
    iam: Any = whole.client("iam")
    iam.create_user(UserName="stranger")
    statement = {
        "Effect": "Allow",
        "Action": "lambda:GetFunctionConfiguration",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_user_policy(UserName="stranger", PolicyName="looks", PolicyDocument=json.dumps(policy))
    made = iam.create_access_key(UserName="stranger")["AccessKey"]
    stage = whole.probe.stage
    return whole.but(
        stage=AsSomebody(
            name=stage.name,
            outputs=stage.outputs,
            cloud_url=stage.cloud_url,
            key=made["AccessKeyId"],
            secret=made["SecretAccessKey"],
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
def test_what_one_may_not_see_is_unchecked_and_names_the_permission(
    stranger: Examined, check: str, permission: str
) -> None:
    (found,) = stranger.look(check)
    assert found.state is State.UNCHECKED
    assert permission in found.message
    assert permission in found.fix
