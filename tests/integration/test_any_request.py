"""Requests of any shape are either reviewed or refused at once with a named error."""

import json
import random
import re
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest

from local import loopback
from tests.local_stack import DeployedStage, eventually

pytestmark = pytest.mark.xdist_group("local_stack", first=True)

SEED = 20261122
SECONDS = 300
HOSTILE: list[Any] = [
    *(None, True, 0, -1, 10**400, 1.5, "", " ", "x" * 2000, "\u202e\u200b", "a\nb", "<b>&amp;</b>"),
    *("' OR 1=1 --", "{{7*7}}", "${jndi}", "\x00", "\ud800", [], {}, [[]], [None], {"": ""}),
    *({"a": {"b": []}}, ["x"] * 11, {str(n): n for n in range(11)}, "7d", "90s"),
]
NAMES = "title|summary|facts|gauge|evidence|preview|links|questions|requested_by|timeout|answer"


def valid_requests(bucket: str) -> dict[str, Any]:
    """Strategy for valid requests."""
    return {
        "title": "Promote churn 7?",
        "summary": "It beats 6.\nSee the report.",
        "facts": {"AUC": 0.93, "Rows": 1_000_000},
        "gauge": {"value": 0.04, "limit": 0.05},
        "evidence": [{"bucket": bucket, "key": "attachments/report.csv", "name": "Report"}],
        "preview": {"columns": ["slice", "AUC"], "rows": [["all", 0.93], ["new", 0.91]]},
        "links": {"Run": "https://ci.example.com/7"},
        "questions": [{"name": "share", "label": "Share", "kind": "number", "required": True}],
        "requested_by": "U012ABCDEF",
        "timeout": "30m",
        "context": {"model": 7},
    }


def requests(many: int, bucket: str) -> Iterator[Any]:
    """Strategy for valid requests, those with missing fields, and those with other values."""
    dice = random.Random(SEED)
    for _ in range(many):
        request: Any = valid_requests(bucket)
        for name in dice.sample(sorted(request.keys() - {"title"}), dice.randrange(6)):
            del request[name]
        for _ in range(dice.choice([0, 0, 1, 1, 2])):
            place: Any = request
            path: Any = dice.choice(sorted(place))
            while isinstance(place[path], dict | list) and place[path] and dice.random() < 0.6:
                place = place[path]
                path = dice.choice(_paths(place))
            place[path] = dice.choice(HOSTILE)
        yield request if dice.random() < 0.97 else dice.choice(HOSTILE)


def _paths(place: "dict[str, Any] | list[Any]") -> list[Any]:
    return sorted(place) if isinstance(place, dict) else list(range(len(place)))


@pytest.mark.parametrize("many", [12, pytest.param(200, marks=pytest.mark.soak)])
def test_every_request_is_reviewed_or_refused(dev: DeployedStage, many: int) -> None:
    bucket = dev.outputs["evidence_bucket_name"]
    dev.client("s3").put_object(Bucket=bucket, Key="attachments/report.csv", Body=b"rows")
    states = dev.client("stepfunctions")

    def start(numbered: tuple[int, Any]) -> str:
        number, request = numbered
        return states.start_execution(
            stateMachineArn=dev.outputs["review_machine_arn"],
            name=f"any-{many}-{number}",
            input=json.dumps(request),
        )["executionArn"]

    with ThreadPoolExecutor(4) as pool:
        arns = set(pool.map(start, enumerate(requests(many, bucket))))

    def settled() -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return failed executions by ARN and the rows of the others, once all are settled."""
        rows = {
            row["execution_arn"]["S"]: row
            for page in dev.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=dev.outputs["reviews_table_name"])
            for row in page["Items"]
            if row["execution_arn"]["S"] in arns
        }
        failed = {
            it["executionArn"]: it
            for page in states.get_paginator("list_executions").paginate(
                stateMachineArn=dev.outputs["review_machine_arn"], statusFilter="FAILED"
            )
            for it in page["executions"]
            if it["executionArn"] in arns
        }
        return (failed, rows) if {*failed, *rows} == arns else None

    failed, rows = eventually(settled, "the result of each request", SECONDS)
    assert len(failed) > many / 5, "too few invalid requests"
    assert len(rows) > many / 5, "too few valid requests"
    assert not failed.keys() & rows.keys(), "a refused request must not create a review"
    for arn in failed:
        why = states.describe_execution(executionArn=arn)
        assert why["error"] == "InvalidInput", why
        assert re.search(rf"\b(the request|{NAMES})\b", json.loads(why["cause"])["errorMessage"])
    for row in rows.values():
        shown = loopback.get(row["approval_link"]["S"], headers={"Accept": "text/html"})
        assert shown.status_code == HTTPStatus.OK
        review_id = urllib.parse.parse_qs(urllib.parse.urlsplit(shown.url).query)["review"][0]
        answer = dev.post("approve", review_id)
        asks = "required" in row.get("questions", {}).get("S", "")
        assert answer.status_code in (
            {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.OK} if asks else {HTTPStatus.OK}
        ), answer.text
