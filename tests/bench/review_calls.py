"""AWS calls in each step of a review."""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from lambdas.domain.runtime import times
from tests.bench.aws_calls import calls_of
from tests.bench.sweeps import OWN_STAGE
from tests.local_stack import BATCH, DeployedStage

Event = Mapping[str, Any]
GAUGE = {"value": 0.08, "limit": 0.06}


def review_calls(stage: DeployedStage) -> dict[str, list[str]]:
    """Return the names of the calls of each step, with a real decision."""
    execution, review_id = stage.ask()
    linked_id = stage.linked_id(review_id)
    message = _announcement(review_id, execution.arn)
    made = {
        "sweep_reviews, nothing due": calls_of(stage, "sweep_reviews", {}),
        "sweep_reviews, one due": _sweep_when_due(stage, review_id),
        **_workflow_calls(stage),
        "request_review": calls_of(stage, "request_review", _request(stage, execution.arn)),
        "notify_slack, first": calls_of(stage, "notify_slack", message),
        "notify_slack, next": calls_of(stage, "notify_slack", message, message)[1:],
        "decision_api, page": calls_of(stage, "decision_api", _get("/approve", linked_id)),
        "decision_api, evidence": calls_of(stage, "decision_api", _get("/evidence", linked_id)),
        "decision_api, decision": calls_of(stage, "decision_api", _post("/approve", linked_id)),
    }
    if execution.end()["status"] != "SUCCEEDED":
        raise RuntimeError("the decision did not reach the execution")
    return {step: calls for step, [calls] in made.items()}


def _workflow_calls(stage: DeployedStage) -> dict[str, list[list[str]]]:
    """Return the calls of the workflow's functions, for a file that arrives and for a sample."""
    s3, bucket = stage.client("s3"), stage.outputs["evidence_bucket_name"]
    key, sample = "incoming/bench.csv", "samples/bench.csv"
    body = b"record_id,flagged\n1,no\n"
    version = s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
    arrival = {"bucket": {"name": bucket}, "object": {"key": key, "version-id": version}}
    made = {
        "start_dataset": calls_of(stage, "start_dataset", arrival),
        "generate_dataset": calls_of(
            stage, "generate_dataset", {"input": BATCH, "execution_name": "bench"}
        ),
    }
    file = {"key": sample, "version_id": s3.head_object(Bucket=bucket, Key=sample)["VersionId"]}
    counted = {"rows": 1000, "flagged_rows": 80, "sha256": ""}
    read = {"delimiter": "comma", "flag_column": "flagged"}
    dataset = {"bucket": bucket, **file, **counted, **read}
    checked = {"dataset": dataset, "review": None, "accepted": ""}
    made["check_dataset"] = calls_of(stage, "check_dataset", {"input": BATCH, "sample": file})
    made["publish_dataset"] = calls_of(stage, "publish_dataset", checked)
    return made


def _sweep_when_due(stage: DeployedStage, review_id: str) -> list[list[str]]:
    """Sweep the review as part of another stage, which the stage's own sweeper ignores."""

    def belongs_to(name: str) -> None:
        stage.client("dynamodb").update_item(
            TableName=stage.outputs["reviews_table_name"],
            Key={"review_id": {"S": review_id}},
            UpdateExpression="SET #stage = :stage, due_at = :now",
            ExpressionAttributeNames={"#stage": "stage"},
            ExpressionAttributeValues={
                ":stage": {"S": name},
                ":now": {"S": times.to_text(times.now())},
            },
        )

    belongs_to(OWN_STAGE)
    calls = calls_of(stage, "sweep_reviews", {}, STAGE=OWN_STAGE)
    belongs_to(stage.name)
    return calls


def _request(stage: DeployedStage, execution_arn: str, **more: Any) -> Event:
    file = {"bucket": stage.outputs["evidence_bucket_name"], "key": "attachments/bench.csv"}
    stage.client("s3").put_object(Bucket=file["bucket"], Key=file["key"], Body=b"rows")
    request = {"title": "Customer upload", "gauge": GAUGE, "evidence": [file], **more}
    return {
        "taskToken": f"bench-{secrets.token_hex(8)}",
        "executionArn": f"{execution_arn}-bench",
        "request": request,
    }


def _announcement(review_id: str, execution_arn: str) -> Event:
    message = {
        "event": "review.requested",
        "review_id": review_id,
        "stage": "dev",
        "title": "Customer upload",
        "approval_link": "https://example.com/approve",
        "rejection_link": "https://example.com/reject",
        "s3_file": "https://example.com/evidence",
        "flagged_share": "0.08",
        "threshold": "0.06",
        "sha256": "ab" * 32,
        "requested_by": "U012ABCDEF",
        "deadline": "2026-11-22T16:05:09Z",
        "execution_arn": execution_arn,
    }
    return {"Records": [{"Sns": {"Message": json.dumps(message)}}]}


def _get(path: str, linked_id: str) -> Event:
    query = {"review": linked_id}
    return _http("GET", path) | {"queryStringParameters": query, "rawQueryString": urlencode(query)}


def _post(path: str, linked_id: str) -> Event:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return _http("POST", path) | {"headers": headers, "body": urlencode({"review": linked_id})}


def _http(method: str, path: str) -> dict[str, Any]:
    http = {"method": method, "path": path}
    return {"version": "2.0", "rawPath": path, "headers": {}, "requestContext": {"http": http}}
