"""Complete reviews on three stages with IAM enforced."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from requests import Response

from lambdas.datasets.names import execution_name
from local import loopback
from tests.local_stack import DeployedStage, eventually, without_visits

pytestmark = pytest.mark.xdist_group("local_stack", first=True)


def published(stage: DeployedStage, ended: dict[str, Any]) -> bytes:
    """The content of the published version."""
    dataset = ended["output"]["dataset"]
    answer = stage.client("s3").get_object(
        Bucket=dataset["bucket"],
        Key=dataset["published"]["key"],
        VersionId=dataset["published"]["version_id"],
    )
    return answer["Body"].read()


@pytest.fixture(params=["dev", "uat", "prod"])
def stage(local_stack: dict[str, DeployedStage], request: pytest.FixtureRequest) -> DeployedStage:
    return local_stack[request.param]


def is_published(stage: DeployedStage, execution_arn: str) -> bool:
    """Whether the execution's sample was published."""
    name = execution_arn.rsplit(":", 1)[-1]
    answer = stage.client("s3").list_objects_v2(
        Bucket=stage.outputs["evidence_bucket_name"], Prefix=f"published/{name}."
    )
    return answer["KeyCount"] > 0


def test_an_approval_publishes_the_reviewed_dataset(stage: DeployedStage) -> None:
    execution, review_id = stage.ask(rows=500)

    answer = stage.post("approve", review_id, "known customer")

    assert answer.status_code == 200
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED"
    review, dataset = ended["output"]["review"], ended["output"]["dataset"]
    body = published(stage, ended)
    copy = dataset.pop("published")
    row = stage.row(review_id)
    assert review == {
        "review_id": review_id,
        "decision": "approved",
        "reviewer": "unverified",
        "approved_by": ["unverified"],
        "reason": "known customer",
        "answers": {},
        "via": "link",
        "decided_at": row["decided_at"],
        "requester_verified": True,
        "evidence": [
            {name: dataset[name] for name in ("bucket", "key", "version_id")}
            | {"name": "dataset.csv"}
        ],
    }
    assert "request" not in ended["output"]
    assert dataset.keys() == {
        "bucket",
        "key",
        "version_id",
        "sha256",
        "rows",
        "flagged_rows",
        "flagged_share",
        "delimiter",
        "flag_column",
    }
    name = execution.arn.rsplit(":", 1)[-1]
    assert dataset["key"] == f"samples/{name}.csv"
    assert dataset["delimiter"] == "comma"
    assert (dataset["rows"], dataset["flagged_rows"], dataset["flagged_share"]) == (500, 40, 0.08)
    assert hashlib.sha256(body).hexdigest() == dataset["sha256"]
    assert copy.keys() == {"key", "version_id", "rows", "sha256"}
    version = execution_name(dataset["bucket"], dataset["key"], dataset["version_id"])[:16]
    assert copy["key"] == f"published/{name}.{version}.csv"
    assert (copy["rows"], copy["sha256"]) == (500, dataset["sha256"])
    assert (row["status"], row["decision"]) == ("APPROVED", "approved")
    assert row["delivered_at"]
    stage.message_with("*Approved*", row["title"])
    stage.message_with("Published: ", copy["key"], row["title"])


def test_a_rejection_fails_the_execution_with_the_reason(dev: DeployedStage) -> None:
    execution, review_id = dev.ask()

    answer = dev.post("reject", review_id, 'wrong month: "10" & <11>')

    assert answer.status_code == 200
    ended = execution.end()
    assert (ended["status"], ended["error"]) == ("FAILED", "ReviewRejected")
    assert ended["cause"] == 'wrong month: "10" & <11>'
    assert dev.row(review_id)["status"] == "REJECTED"
    assert not is_published(dev, execution.arn)
    dev.message_with("*Rejected*", "wrong month", dev.row(review_id)["title"])


def test_a_batch_at_the_threshold_is_published_without_a_review(dev: DeployedStage) -> None:
    execution = dev.start(rows=1000, anomaly_rate=0.06, title="six percent")

    ended = execution.end()
    assert ended["status"] == "SUCCEEDED"
    assert "review" not in ended["output"]
    assert is_published(dev, execution.arn)
    assert dev.row_of(execution) == {}


def test_invalid_input_fails_at_once_with_the_field_rule_and_value(
    dev: DeployedStage,
) -> None:
    ended = dev.start(rows="many").end()

    assert ended["status"] == "FAILED"
    assert "rows must be a whole number from 1 to 100000, got 'many'" in ended["cause"]


def test_only_one_of_twenty_simultaneous_decisions_wins(dev: DeployedStage) -> None:
    execution, review_id = dev.ask()

    def click(number: int) -> Response:
        verb = "approve" if number % 2 else "reject"
        return dev.post(verb, review_id, f"reason {number}", accept="application/json")

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(click, range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    ended = execution.end()
    row = dev.row(review_id)
    for answer in answers:
        facts = answer.json()
        assert (facts["decision"], facts["reason"]) == (winner["decision"], winner["reason"])
        assert (facts["via"], facts["decided_at"]) == ("link", row["decided_at"])
    assert row["status"] == winner["status"]
    assert row["reason"] == winner["reason"]
    if winner["decision"] == "approved":
        assert ended["output"]["review"]["reason"] == winner["reason"]
    else:
        assert (ended["error"], ended["cause"]) == ("ReviewRejected", winner["reason"])


def test_an_invalid_review_id_is_not_found(dev: DeployedStage) -> None:
    for review_id in (f"{'a' * 16}.{'0' * 32}", "a" * 16, "nonsense", ""):
        assert dev.get("approve", review_id).status_code == 404
        assert dev.get("evidence", review_id).status_code == 404
        assert dev.post("approve", review_id).status_code == 404


def test_a_review_of_one_stage_is_unknown_in_the_others(
    local_stack: dict[str, DeployedStage],
) -> None:
    execution, review_id = local_stack["dev"].ask()

    for name in ("uat", "prod"):
        assert local_stack[name].get("approve", review_id).status_code == 404
        assert local_stack[name].post("approve", review_id).status_code == 404
        assert local_stack[name].row(review_id) == {}
        assert review_id not in str(local_stack[name].messages())
    assert local_stack["dev"].row(review_id)["status"] == "PENDING"
    assert execution.status() == "RUNNING"
    local_stack["dev"].post("approve", review_id)


def test_a_link_preview_does_not_decide(dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    row = eventually(lambda: dev.settled_row(review_id, "review.requested"), "the review's message")

    def preview(number: int) -> Response:
        page = ("approve", "reject", "evidence")[number % 3]
        return dev.get(page, review_id)

    with ThreadPoolExecutor(4) as crawlers:
        answers = list(crawlers.map(preview, range(12)))

    assert {answer.status_code for answer in answers} == {200, 302}
    now = dev.row(review_id)
    assert without_visits(now) == without_visits(row)
    assert now["opened"] == "12"
    assert execution.status() == "RUNNING"
    assert dev.post("approve", review_id).status_code == 200


def test_the_evidence_stays_pinned_when_the_file_changes(
    dev: DeployedStage,
) -> None:
    execution, review_id = dev.ask()
    [file] = json.loads(dev.row(review_id)["evidence"])
    s3 = dev.client("s3")
    s3.put_object(Bucket=file["bucket"], Key=file["key"], Body=b"tampered")

    link = dev.get("evidence", review_id).headers["location"]

    seen = loopback.get(link)
    assert hashlib.sha256(seen.content).hexdigest() == file["sha256"]
    dev.post("approve", review_id)
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED"
    assert hashlib.sha256(published(dev, ended)).hexdigest() == file["sha256"]


HOSTILE: list[dict[str, Any]] = [
    {"data": b"\xff\xfe\x00", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    {"data": b"review=" + b"%" * 1000},
    {"json": {"review": "x"}},
    {"data": {"review": "'; DROP TABLE reviews; --"}},
    {"data": {"review": "x" * 100_000}},
    {"data": {"review": "../../../etc/passwd", "reason": "\x00\x1b[31m"}},
    {"files": {"review": b"x"}},
    {"headers": {"accept": "application/json" * 500}},
]


@pytest.mark.parametrize("request_", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_causes_no_server_error(dev: DeployedStage, request_: dict[str, Any]) -> None:
    for verb in ("approve", "reject"):
        answer = loopback.post(dev.outputs[f"{verb}_url"], **request_)
        sent = answer.request
        is_form = not sent.body or "urlencoded" in sent.headers.get("content-type", "")
        assert answer.status_code == (404 if is_form else 415)


def test_unknown_paths_are_not_found(dev: DeployedStage) -> None:
    for path in ("", "/", "/approve/x", "/.env", "/evidence/../approve"):
        answer = loopback.get(dev.outputs["decision_api_url"] + path)
        assert answer.status_code == 404


def test_a_message_is_delivered_after_three_slack_failures(dev: DeployedStage) -> None:
    dev.break_slack(status=500, times=3)

    execution, review_id = dev.ask()

    assert dev.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"
