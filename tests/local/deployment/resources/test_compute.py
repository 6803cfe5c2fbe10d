"""Functions, permissions and event sources are created from their inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from local.errors import ResourceError
from tests.local.deployment.resources.maker import TAGS, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    with pytest.raises(ResourceError, match="only supports AssetArchive, got FileArchive"):
        create(
            "Function",
            role=role["arn"],
            runtime="python3.13",
            handler="code.handle",
            code=pulumi.FileArchive("."),
        )


def test_a_permission_names_the_allowed_caller(create: Maker, function: Mapping[str, Any]) -> None:
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


def test_a_function_reads_from_its_queue(create: Maker, function: Mapping[str, Any]) -> None:
    queue = create("Queue").outputs["arn"]
    made = create(
        "EventSourceMapping",
        eventSourceArn=queue,
        functionName=function["name"],
        batchSize=10.0,
        maximumBatchingWindowInSeconds=5.0,
        functionResponseTypes=["ReportBatchItemFailures"],
        scalingConfig={"maximumConcurrency": 2.0},
        filterCriteria={"filters": [{"pattern": '{"body": {"event": ["x"]}}'}]},
        tags=TAGS,
    )
    found: Any = create.aws.functions.get_event_source_mapping(UUID=made.id)
    assert found["FunctionArn"] == function["arn"]
    assert found["EventSourceArn"] == queue
    assert (found["BatchSize"], found["MaximumBatchingWindowInSeconds"]) == (10, 5)
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert found["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert found["FilterCriteria"] == {"Filters": [{"Pattern": '{"body": {"event": ["x"]}}'}]}
    tags = create.aws.functions.list_tags(Resource=found["EventSourceMappingArn"])["Tags"]
    assert tags == TAGS


def test_a_durable_function_has_its_timeouts(create: Maker, role: Mapping[str, Any]) -> None:
    made = create(
        "Function",
        role=role["arn"],
        runtime="python3.13",
        handler="code.handle",
        code=pulumi.AssetArchive({"code.py": pulumi.StringAsset("handle = None\n")}),
        durableConfig={"executionTimeout": 3600.0, "retentionPeriod": 7.0},
    ).outputs
    found: Any = create.aws.functions.get_function_configuration(FunctionName=str(made["name"]))
    times = found["DurableConfig"]
    assert (times["ExecutionTimeout"], times["RetentionPeriodInDays"]) == (3600, 7)
