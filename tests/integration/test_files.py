"""A file that arrives takes its way to consumers, past a person if it looks wrong."""

import csv
import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from lambdas.datasets.names import execution_name
from tests.integration.conftest import BOT_GROUP
from tests.local_stack import SECONDS_TO_WAIT, DeployedStage, Execution, eventually
from tests.signoff.local_stacks import Desk

ANN = "U045REVIEW"
GOOD = "only rows that are not flagged"


@pytest.fixture
def dev(by_bot: DeployedStage) -> DeployedStage:
    return by_bot


pytestmark = BOT_GROUP


def put(dev: DeployedStage, key: str, body: bytes, **metadata: str) -> Execution:
    """Put a file into the bucket, and return the execution that this starts."""
    bucket = dev.outputs["evidence_bucket_name"]
    version = dev.client("s3").put_object(Bucket=bucket, Key=key, Body=body, Metadata=metadata)
    name = execution_name(bucket, key, version["VersionId"])
    machine = dev.outputs["state_machine_arn"]
    execution = Execution(f"{machine.replace(':stateMachine:', ':execution:')}:{name}", dev)
    client = dev.client("stepfunctions")

    def started() -> bool:
        found = client.list_executions(stateMachineArn=machine)["executions"]
        return any(it["executionArn"] == execution.arn for it in found)

    eventually(started, f"the execution for {key}")
    return execution


def read(dev: DeployedStage, published: dict[str, Any]) -> bytes:
    found = dev.client("s3").get_object(
        Bucket=dev.outputs["evidence_bucket_name"],
        Key=published["key"],
        VersionId=published["version_id"],
    )
    return found["Body"].read()


def consumer(dev: DeployedStage) -> Any:
    """Subscribe to published datasets; returns what looks for the message about a file."""
    sqs, name = dev.client("sqs"), f"consumer-{random.randrange(10**9)}"
    arn = f"arn:aws:sqs:{dev.region}:{dev.account}:{name}"
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    dev.client("sns").subscribe(
        TopicArn=dev.outputs["dataset_topic_arn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
    )

    def message(key: str) -> dict[str, Any] | None:
        # Datasets of tests before this one may still be published.
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        about = [it for it in (json.loads(it["Body"]) for it in found) if it["key"] == key]
        return about[0] if about else None

    return message


def orders(rows: int) -> tuple[bytes, list[list[str]]]:
    """A file with unicode, quotes and line breaks, and its rows that are not flagged."""
    dice = random.Random(rows)
    columns = ["id", "customer", "note", "flagged", "why"]
    table = [columns]
    for number in range(rows):
        why = dice.choice(["duplicate record", "amount out of range"]) if number % 12 == 0 else ""
        note = dice.choice(["", "plain", 'said "no"', "line\nbreak", "a, b; c", "=1+1"])
        table.append([str(number), f"Müller {number} 株式会社 😀", note, str(bool(why)), why])
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode(), [columns, *(it for it in table[1:] if not it[-1])]


def test_the_good_rows_of_a_flagged_file_reach_consumers(dev: DeployedStage) -> None:
    body, good = orders(5_000)
    message_about = consumer(dev)

    execution = put(dev, "incoming/eu/orders.csv", body, title="Orders of Monday")
    message = dev.message_with("Orders of Monday", '"actions"')
    shown = json.dumps(message, ensure_ascii=False)
    assert all(it in shown for it in ("duplicate record", "amount out of range", "Publish", GOOD))
    dev.click(message, "approve", ANN, answers={"publish": GOOD})

    output = execution.end()["output"]
    dataset, review = output["dataset"], output["review"]
    published = read(dev, dataset["published"]).decode()
    assert list(csv.reader(io.StringIO(published, newline=""))) == good
    assert re.fullmatch(r"published/eu/orders\.[0-9a-f]{16}\.csv", dataset["published"]["key"])
    pinned = {name: dataset[name] for name in ("bucket", "key", "version_id")}
    assert review["evidence"] == [{**pinned, "name": "eu/orders.csv"}]
    assert "context" not in review
    key = dataset["published"]["key"]
    announced = eventually(lambda: message_about(key), "the announcement")
    assert announced["rows"] == dataset["published"]["rows"] == len(good) - 1
    assert announced["approved_by"] == review["approved_by"]


def test_a_large_file_from_the_command_line_is_compared_record_by_record(
    dev: DeployedStage, tmp_path: Path
) -> None:
    file, title = tmp_path / "large.csv", "Orders of the year"
    body, good = orders(200_000)
    file.write_bytes(body)
    terminal, where = Desk.beside(dev).terminal, ("--local", "--stage", dev.name)

    start = ("start", "--file", str(file), "--title", title, "--wait", "--json")
    with terminal.piped(*start, *where) as process:
        message = dev.message_with(title, '"actions"')
        dev.click(message, "approve", ANN, answers={"publish": GOOD})
        out, err = process.communicate(timeout=SECONDS_TO_WAIT)

    assert process.returncode == 0, err
    execution = Execution(json.loads(out)["execution_arn"], dev)
    published = read(dev, execution.end()["output"]["dataset"]["published"]).decode()
    assert list(csv.reader(io.StringIO(published, newline=""))) == good


def test_a_file_below_the_limit_is_published_without_a_person(dev: DeployedStage) -> None:
    body = b"id,flagged\n" + b"1,no\n" * 99 + b"2,yes\n"

    output = put(dev, "incoming/quiet.csv", body)

    dataset = output.end()["output"]["dataset"]
    assert read(dev, dataset["published"]) == body
    assert "quiet.csv" not in json.dumps(dev.messages())


def test_a_file_without_rows_is_reviewed(dev: DeployedStage) -> None:
    execution = put(dev, "incoming/empty.csv", b"id,flagged\n")

    dev.click(dev.message_with("empty.csv: no rows", '"actions"'), "reject", ANN, reason="empty")

    assert execution.end()["error"] == "ReviewRejected"


def test_a_broken_file_fails_in_the_channel(dev: DeployedStage) -> None:
    execution = put(dev, "incoming/broken.csv", b"id,flagged\n1,no\n2,perhaps <@U1>\n")

    assert execution.end()["error"] == "InvalidRow"
    dev.message_with("incoming/broken.csv: row 2", "column", "flagged")


def test_ten_files_at_once_are_ten_reviews(dev: DeployedStage) -> None:
    executions = [
        put(dev, f"incoming/many/{n}.csv", b"id,flagged\n1,yes\n", title=f"One of ten: {n}")
        for n in range(10)
    ]

    for n in range(10):
        message = dev.message_with(f"One of ten: {n}", '"actions"')
        dev.click(message, "approve", ANN)

    outputs = [it.end()["output"]["dataset"] for it in executions]
    assert len({it["published"]["key"] for it in outputs}) == 10


def test_an_older_version_is_asked_about_again_after_a_newer_one_was_published(
    dev: DeployedStage,
) -> None:
    older, newer = b"id,flagged\n1,yes\n", b"id,flagged\n2,yes\n"
    first = put(dev, "incoming/twice.csv", older, title="Older of two")
    second = put(dev, "incoming/twice.csv", newer, title="Newer of two")
    dev.click(dev.message_with("Newer of two", '"actions"'), "approve", ANN)
    assert second.end()["status"] == "SUCCEEDED"

    dev.click(dev.message_with("Older of two", '"actions"'), "approve", ANN)
    again = dev.message_with("Publish an older version of twice.csv?", '"actions"')
    assert first.status() == "RUNNING"
    dev.click(again, "approve", ANN)

    assert read(dev, first.end()["output"]["dataset"]["published"]) == older


def test_nothing_that_the_flow_writes_starts_it(dev: DeployedStage) -> None:
    machine, client = dev.outputs["state_machine_arn"], dev.client("stepfunctions")
    execution, review_id = dev.ask()
    assert dev.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"

    put(dev, "incoming/last.csv", b"id,flagged\n").status()  # its event came after all others
    found = client.list_executions(stateMachineArn=machine, maxResults=1000)["executions"]
    inputs = [client.describe_execution(executionArn=it["executionArn"]) for it in found]
    keys = [json.loads(it["input"]).get("file", {}).get("key", "incoming/") for it in inputs]
    assert all(it.startswith("incoming/") for it in keys)
