"""Inputs become the parameters of an operation; unknown inputs are refused."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from botocore.session import get_session

from local.deployment.resources.parameters import parameters
from local.errors import ResourceError

SESSION = get_session()


def laid_out(service: str, operation: str, inputs: dict[str, object], **names: str) -> Any:
    shape: Any = SESSION.get_service_model(service).operation_model(operation).input_shape
    return parameters(shape, inputs, {key.replace("__", "."): name for key, name in names.items()})


def test_parameters_are_matched_regardless_of_case() -> None:
    inputs: dict[str, object] = {"definition": "{}", "roleArn": "arn"}
    assert laid_out("stepfunctions", "CreateStateMachine", inputs) == inputs
    assert laid_out("lambda", "CreateFunction", {"tracingConfig": {"mode": "Active"}}) == {
        "TracingConfig": {"Mode": "Active"}
    }


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"retries": 3}, "retries"),
        ({"target": {"arn": "arn", "retries": 3}}, r"target\.retries"),
        (
            {"target": {"ecsParameters": {"capacityProviderStrategy": [{}, {"retries": 3}]}}},
            r"target\.ecsParameters\.capacityProviderStrategy\[1\]\.retries",
        ),
    ],
)
def test_an_input_without_a_parameter_is_refused_with_its_path(
    inputs: dict[str, object], path: str
) -> None:
    with pytest.raises(ResourceError, match=rf"does not support the input {path}$"):
        laid_out("scheduler", "CreateSchedule", inputs)


def test_an_input_can_be_renamed_and_nested() -> None:
    sent = laid_out(
        "sqs",
        "CreateQueue",
        {"name": "post", "retention": 60.0, "visibility": 5.0},
        name="QueueName",
        retention="Attributes.MessageRetentionPeriod",
        visibility="Attributes.VisibilityTimeout",
    )
    attributes = {"MessageRetentionPeriod": "60", "VisibilityTimeout": "5"}
    assert sent == {"QueueName": "post", "Attributes": attributes}


def test_renames_apply_to_every_block_of_a_list() -> None:
    indexes: dict[str, object] = {
        "indexes": [{"name": "a", "rangeKey": "r", "hashKey": "h"}, {"name": "b", "hashKey": "h"}]
    }
    sent = laid_out(
        "dynamodb",
        "CreateTable",
        indexes,
        indexes="GlobalSecondaryIndexes",
        indexes__name="IndexName",
        indexes__hashKey="KeySchema.HASH",
        indexes__rangeKey="KeySchema.RANGE",
    )
    keys = [
        {"AttributeName": "h", "KeyType": "HASH"},
        {"AttributeName": "r", "KeyType": "RANGE"},
    ]
    assert sent["GlobalSecondaryIndexes"] == [
        {"IndexName": "a", "KeySchema": keys},
        {"IndexName": "b", "KeySchema": keys[:1]},
    ]


@pytest.mark.parametrize(
    ("service", "operation", "key", "pairs"),
    [
        ("sns", "CreateTopic", "tags", [{"Key": "a.b", "Value": "1"}, {"Key": "z", "Value": "2"}]),
        (
            "stepfunctions",
            "CreateStateMachine",
            "tags",
            [{"key": "a.b", "value": "1"}, {"key": "z", "value": "2"}],
        ),
        (
            "cloudwatch",
            "PutMetricAlarm",
            "dimensions",
            [{"Name": "a.b", "Value": "1"}, {"Name": "z", "Value": "2"}],
        ),
        ("lambda", "CreateFunction", "tags", {"a.b": "1", "z": "2"}),
    ],
)
def test_a_map_can_be_written_as_a_map_or_a_list_of_pairs(
    service: str, operation: str, key: str, pairs: object
) -> None:
    sent = laid_out(service, operation, {key: {"z": "2", "a.b": "1"}})
    assert list(sent.values()) == [pairs]


def test_a_block_is_a_list_of_one_where_aws_has_a_list() -> None:
    sent = laid_out(
        "s3",
        "PutBucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        rule="OwnershipControls.Rules",
    )
    assert sent == {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}


@pytest.mark.parametrize(
    ("key", "value", "sent"),
    [
        ("timeout", 20.0, 20),
        ("timeout", 1.5, 1.5),  # refused by botocore
        ("description", True, "true"),
        ("description", 2.0, "2"),
        ("description", 1209600.0, "1209600"),
        ("publish", True, True),
        ("layers", ["a"], ["a"]),
        ("layers", "a", "a"),
    ],
)
def test_values_are_converted_to_the_parameters_type(key: str, value: object, sent: object) -> None:
    (found,) = laid_out("lambda", "CreateFunction", {key: value}).values()
    assert (found, type(found)) == (sent, type(sent))


def test_a_number_can_be_written_as_text() -> None:
    transformation = {"defaultValue": "0.5"}
    sent = laid_out("logs", "PutMetricFilter", {"metricTransformations": transformation})
    assert sent == {"metricTransformations": [{"defaultValue": 0.5}]}


def test_an_archive_is_a_zip_where_aws_has_bytes() -> None:
    archive = pulumi.AssetArchive({"code.py": pulumi.StringAsset("")})
    sent = laid_out("lambda", "CreateFunction", {"code": archive}, code="Code.ZipFile")
    assert sent["Code"]["ZipFile"][:2] == b"PK"
