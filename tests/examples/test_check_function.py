"""The examples' check function replaces Signoff's count: deployed, and called by the workflow."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from examples.check_function.check_orders import check
from lambdas.datasets.names import execution_name
from local.cloud.account import open_account
from local.deployment.deployer import Deployer
from tests.conftest import REGION
from tests.examples.callers import EXAMPLES
from tests.examples.programs import run_program
from tests.local_stack import DeployedStage, Execution, eventually
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("examples")

FUNCTION = f"arn:aws:lambda:{REGION}:ACCOUNT:function:check-orders-prod"
GOOD: Mapping[str, Any] = {"id": "A-1", "customer": "Ümit", "amount": 12.5, "currency": "EUR"}


@pytest.fixture(scope="module")
def stage(stages: Stages, deployer: Deployer) -> DeployedStage:
    """A stage in which the example counts, and the example."""
    stage = stages.dev(f"checkFunctionArn={FUNCTION}")
    outputs = run_program(
        deployer,
        EXAMPLES / "check_function",
        "check-orders",
        open_account(stage.cloud_url, stage.root, stage.region),
        {"evidenceBucketName": stage.outputs["evidence_bucket_name"]},
    )
    assert outputs["check_function_arn"] == FUNCTION.replace("ACCOUNT", stage.account)
    return stage


def upload(stage: DeployedStage, content: bytes) -> Execution:
    """Upload a file, and find the execution that it starts."""
    bucket, key = stage.outputs["evidence_bucket_name"], f"incoming/{time.monotonic_ns()}.jsonl"
    put = stage.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    name = execution_name(bucket, key, put["VersionId"])
    machine = stage.outputs["state_machine_arn"]
    execution = Execution(f"{machine.replace(':stateMachine:', ':execution:')}:{name}", stage)
    listed = stage.client("stepfunctions").list_executions

    def started() -> bool:
        found = listed(stateMachineArn=machine)["executions"]
        return execution.arn in [it["executionArn"] for it in found]

    eventually(started, f"the execution of {key}")
    return execution


def lines(orders: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(it, ensure_ascii=False).encode() + b"\n" for it in orders)


def flagged_batch() -> Sequence[Mapping[str, Any]]:
    """20 orders: a duplicate and two amounts that are out of range."""
    orders = [dict(GOOD, id=f"A-{n}") for n in range(20)]
    orders[5]["amount"] = -3
    orders[6]["amount"] = 10_000.01
    orders[7]["id"] = "A-1"
    return orders


def test_the_reviewer_sees_what_the_function_counted_and_the_whole_file_is_published(
    stage: DeployedStage,
) -> None:
    content = lines(flagged_batch())
    execution = upload(stage, content)

    message = stage.message_with("amount out of range", "duplicate id", "repeated ids are flagged")
    shown = json.dumps(message, ensure_ascii=False)
    assert "3 of 20 rows are flagged" in shown
    assert "only rows that are not flagged" not in shown
    row = eventually(lambda: stage.row_of(execution), "the review")
    assert "questions" not in row
    stage.post("approve", row["review_id"])

    ended = execution.end()
    assert ended["status"] == "SUCCEEDED", ended
    dataset = ended["output"]["dataset"]
    assert (dataset["rows"], dataset["flagged_rows"], dataset["flagged_share"]) == (20, 3, 0.15)
    found = stage.client("s3").get_object(
        Bucket=dataset["bucket"],
        Key=dataset["published"]["key"],
        VersionId=dataset["published"]["version_id"],
    )
    assert found["Body"].read() == content


def test_a_file_below_the_threshold_is_published_at_once(stage: DeployedStage) -> None:
    ended = upload(stage, lines([GOOD])).end()
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["dataset"]["published"]["rows"] == 1
    assert "review" not in ended["output"]


def test_an_exception_of_the_function_fails_the_execution(stage: DeployedStage) -> None:
    ended = upload(stage, lines([GOOD]) + b"{}\n").end()
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidCounts")
    assert "row 2 is not an order" in ended["cause"]
    assert "incoming/" in ended["cause"]


def test_the_function_may_read_only_files_that_arrived(stage: DeployedStage) -> None:
    bucket = stage.outputs["evidence_bucket_name"]
    put = stage.client("s3").put_object(Bucket=bucket, Key="attachments/report.jsonl", Body=b"{}")
    asked = {"bucket": bucket, "key": "attachments/report.jsonl", "version_id": put["VersionId"]}

    answer = stage.client("lambda").invoke(
        FunctionName=FUNCTION.replace("ACCOUNT", stage.account), Payload=json.dumps(asked)
    )

    assert answer["FunctionError"]
    assert "AccessDenied" in answer["Payload"].read().decode()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"amount": 10_000}, ""),
        ({"amount": 10_000.01}, "amount out of range"),
        ({"amount": 0}, "amount out of range"),
        ({"amount": "NaN"}, "amount out of range"),
        ({"currency": "XYZ"}, "unknown currency"),
        ({"id": "A-0"}, "duplicate id"),
    ],
)
def test_each_rule_flags_a_row(changes: Mapping[str, Any], reason: str) -> None:
    counted = check(lines([dict(GOOD, id="A-0"), {**GOOD, **changes}]).splitlines())
    assert counted["rows"] == 2
    assert counted["facts"] == ({reason: 1} if reason else {})
