"""Functions, their roles and their callers exist as their inputs describe them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from local.errors import ResourceError
from tests.local.resources.maker import AS_LIST, TAGS, TRUST, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_a_role_has_its_trust_and_its_policy(create: Maker, role: Mapping[str, Any]) -> None:
    policy: Any = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Answer",
                "Effect": "Allow",
                "Action": "states:SendTaskSuccess",
                "Resource": "arn:aws:states:eu-central-1:111111111111:stateMachine:it",
            },
            {"Sid": "Tell", "Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:topic"},
        ],
    }
    made = create("RolePolicy", role=role["name"], policy=json.dumps(policy)).outputs["name"]
    iam = create.aws.iam
    stored: Any = iam.get_role_policy(RoleName=role["name"], PolicyName=str(made))
    policy["Statement"][0]["Resource"] = "*"
    assert stored["PolicyDocument"] == policy
    found: Any = iam.get_role(RoleName=role["name"])["Role"]
    assert found["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert sorted(found["Tags"], key=lambda tag: tag["Key"]) == AS_LIST


def test_a_function_has_its_configuration(create: Maker, function: Mapping[str, Any]) -> None:
    found: Any = create.aws.functions.get_function(FunctionName=function["name"])
    configuration = found["Configuration"]
    assert configuration["Architectures"] == ["arm64"]
    assert (configuration["MemorySize"], configuration["Timeout"]) == (256, 20)
    assert configuration["Environment"]["Variables"] == {"STAGE": "dev"}
    assert configuration["TracingConfig"] == {"Mode": "Active"}
    assert configuration["LoggingConfig"]["LogFormat"] == "JSON"
    assert configuration["LoggingConfig"]["LogGroup"] == "own-logs"
    assert found["Tags"] == TAGS


def test_an_archive_that_is_not_listed_file_by_file_is_refused(
    create: Maker, role: Mapping[str, Any]
) -> None:
    with pytest.raises(ResourceError, match="zips an AssetArchive only, got FileArchive"):
        create(
            "Function",
            role=role["arn"],
            runtime="python3.13",
            handler="code.handle",
            code=pulumi.FileArchive("."),
        )


def test_a_permission_names_who_may_call(create: Maker, function: Mapping[str, Any]) -> None:
    create(
        "Permission",
        function=function["name"],
        action="lambda:InvokeFunction",
        principal="sns.amazonaws.com",
        sourceArn="arn:topic",
    )
    text = create.aws.functions.get_policy(FunctionName=function["name"])["Policy"]
    (statement,) = json.loads(text)["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnLike": {"AWS:SourceArn": "arn:topic"}}


def test_failed_asynchronous_calls_go_to_their_destination(
    create: Maker, function: Mapping[str, Any]
) -> None:
    letters = create("Queue").outputs["arn"]
    create(
        "FunctionEventInvokeConfig",
        functionName=function["name"],
        maximumRetryAttempts=2.0,
        destinationConfig={"onFailure": {"destination": letters}},
    )
    found: Any = create.aws.functions.get_function_event_invoke_config(
        FunctionName=function["name"]
    )
    assert found["MaximumRetryAttempts"] == 2
    assert found["DestinationConfig"]["OnFailure"] == {"Destination": letters}
