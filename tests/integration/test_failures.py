"""An execution that fails without a review is shown in the channel, once."""

import json
from typing import Any

import pytest

from lambdas.domain.review.words import execution_text
from tests.local_stack import DeployedStage, Execution


@pytest.fixture
def dev(either: DeployedStage) -> DeployedStage:
    return either


def failures_of(dev: DeployedStage, execution: Execution) -> list[dict[str, Any]]:
    """The stored failures of an execution."""
    tables = dev.client("dynamodb").list_tables()["TableNames"]
    [notes] = [it for it in tables if "-reviews-notes" in it]
    pages = dev.client("dynamodb").get_paginator("scan").paginate(TableName=notes)
    rows = [
        json.loads(row["failure"]["S"]) for it in pages for row in it["Items"] if "failure" in row
    ]
    return [it for it in rows if it["execution_arn"] == execution.arn]


def messages_about(dev: DeployedStage, execution: Execution) -> list[str]:
    """The channel's messages about a failed execution."""
    shown = [json.dumps(it, ensure_ascii=False) for it in dev.messages()]
    name = execution_text(execution.arn)
    return [it for it in shown if "*Execution failed*" in it and name in it]


def test_an_execution_that_fails_without_a_review_is_shown_once(dev: DeployedStage) -> None:
    execution = dev.start(rows=0)
    end = execution.end()
    assert (end["status"], end["error"]) == ("FAILED", "InvalidInput")

    dev.message_with("*Execution failed*", execution_text(execution.arn))
    [failure] = failures_of(dev, execution)
    again = {"event": "execution.failed", "review_id": failure["failure_id"]}
    record = {"Sns": {"Message": json.dumps(again)}}
    dev.invoke("channel-notify-slack", {"Records": [record]})

    [message] = messages_about(dev, execution)
    assert failure["detail"].startswith("InvalidInput: rows must be")
    assert failure["detail"] in message


def test_a_rejected_review_is_not_shown_as_a_failure(dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    assert dev.post("reject", review_id, reason="no").status_code == 200
    end = execution.end()
    assert end["error"] == "ReviewRejected"

    detail = {"executionArn": execution.arn, "status": "FAILED", "stopDate": 1732284309000}
    dev.invoke("report-failure", {**detail, "error": end["error"]})

    assert failures_of(dev, execution) == []
    assert messages_about(dev, execution) == []
