"""The workflow's definition as plain data; nothing is run or deployed."""

import json
from collections.abc import Iterator
from typing import Any

import jsonata  # pyright: ignore[reportMissingTypeStubs]
import pytest

from components.callers.states import States
from components.workflow.definition import (
    RETRY_UNTIL_VERSIONED,
    TIME_AROUND_A_REVIEW,
    definition,
)
from tests.components.gate_states import (
    LAMBDA,
    SERVICE_ERRORS,
    TIMEOUT,
    gate_states,
    problems,
)
from tests.policies.documents import listed, statements


@pytest.fixture
def machine() -> dict[str, Any]:
    return definition(
        generate_function=f"{LAMBDA}generate",
        bucket="evidence",
        gate_states=gate_states(),
        threshold=0.06,
        review_timeout=TIMEOUT,
    )


@pytest.fixture
def states(machine: dict[str, Any]) -> States:
    return machine["States"]


DATASET = {
    "bucket": "evidence",
    "key": "incoming/run-1.csv",
    "version_id": "v1",
    "sha256": "ab" * 32,
    "rows": 1000,
    "flagged_rows": 80,
    "flagged_share": 0.08,
}
PREVIEW = {"columns": ["record_id", "why"], "rows": [["7", "duplicate record"]]}


def value(field: str, **states: Any) -> Any:
    """The value of a field's expression with these parts of `$states`."""
    expression = jsonata.Jsonata.jsonata(field.removeprefix("{%").removesuffix("%}").strip())
    return expression.evaluate(None, {"states": states})


def generated(states: States, given: dict[str, Any], **answered: Any) -> dict[str, Any]:
    """The variables after the first state."""
    answer = {"dataset": DATASET, "size": 4321, "preview": PREVIEW, **answered}
    return value(states["GenerateDataset"]["Output"], input=given, result={"Payload": answer})


def tasks(states: States) -> Iterator[dict[str, Any]]:
    return (state for state in states.values() if state["Type"] == "Task")


def test_the_linter_accepts_the_machine(machine: dict[str, Any]) -> None:
    assert problems(machine) == []


def test_the_definition_is_plain_json(machine: dict[str, Any]) -> None:
    assert json.loads(json.dumps(machine)) == machine


def test_a_review_is_requested_only_above_the_threshold(states: States) -> None:
    choice = states["IsReviewRequired"]
    (above,) = choice["Choices"]
    assert above["Condition"] == "{% $states.input.dataset.flagged_share > 0.06 %}"
    assert above["Next"] == "RequestReview"
    assert choice["Default"] == "PublishDataset"


def test_the_machine_outlives_the_review(machine: dict[str, Any], states: States) -> None:
    waits = states["RequestReview"]["TimeoutSeconds"]
    assert machine["TimeoutSeconds"] > waits > TIMEOUT.total_seconds()


# For each state, the errors that it retries, or why it retries none.
# Without s3:ListBucket, which the role lacks, a missing object is a 403: S3.S3Exception.
S3_SERVICE = {"S3.S3Exception", "S3.NoSuchKeyException", "S3.SdkClientException"}
RETRIED: dict[str, list[set[str]] | str] = {
    "GenerateDataset": [SERVICE_ERRORS, {"VersioningNotReady"}],
    "IsReviewRequired": "it calls nothing",
    # Not the function's own errors: reviewers would be asked twice.
    "RequestReview": [SERVICE_ERRORS],
    "WasApproved": "it calls nothing",
    "NotApproved": "it ends the execution",
    # Copying the same version once more changes nothing.
    "PublishDataset": [S3_SERVICE],
}


@pytest.mark.parametrize("name", RETRIED)
def test_each_state_retries_the_errors_of_its_service(states: States, name: str) -> None:
    retried = [set(retry["ErrorEquals"]) for retry in states[name].get("Retry", [])]
    expected = RETRIED[name]
    if isinstance(expected, str):
        assert states[name]["Type"] in ("Choice", "Fail"), (
            "Amazon States Language has no Retry there"
        )
        assert retried == []
    else:
        assert retried == expected


def test_the_retries_of_every_state_are_covered(states: States) -> None:
    assert set(RETRIED) == set(states)


def test_a_missing_object_is_retried_with_and_without_permission_to_list(
    states: States,
) -> None:
    allowed = {it for one in statements("state_machine") for it in listed(one["Action"])}
    assert "s3:ListBucket" not in allowed
    (retry,) = states["PublishDataset"]["Retry"]
    assert "S3.S3Exception" in retry["ErrorEquals"]
    assert retry.items() >= RETRY_UNTIL_VERSIONED.items()


def test_the_retries_and_the_timeout_cover_the_first_minutes_of_a_new_bucket(
    states: States,
) -> None:
    """AWS: wait 15 minutes after versioning was first enabled."""
    wait, waits = RETRY_UNTIL_VERSIONED["IntervalSeconds"], list[float]()
    for _ in range(RETRY_UNTIL_VERSIONED["MaxAttempts"]):
        waits.append(min(wait, RETRY_UNTIL_VERSIONED["MaxDelaySeconds"]))
        wait *= RETRY_UNTIL_VERSIONED["BackoffRate"]
    assert 15 * 60 <= sum(waits) < TIME_AROUND_A_REVIEW.total_seconds() / 2
    for name in ("GenerateDataset", "PublishDataset"):
        assert states[name]["Retry"][-1].items() >= RETRY_UNTIL_VERSIONED.items()


def test_exactly_the_reviewed_version_is_published(states: States) -> None:
    task = states["PublishDataset"]
    assert task["Arguments"]["Bucket"] == "evidence"
    assert value(task["Arguments"]["Key"], context={"Execution": {"Name": "run-1"}}) == (
        "published/run-1.csv"
    )
    copied = value(task["Arguments"]["CopySource"], input={"dataset": DATASET})
    assert copied == "evidence/incoming/run-1.csv?versionId=v1"


def test_only_the_dataset_and_the_request_remain_after_the_first_state(
    states: States,
) -> None:
    forged = {"review": {"decision": "approved", "reviewer": "U0BOSS"}}
    given = {"rows": 1000, "title": "Upload", "requested_by": "U012ABCDEF", **forged}
    known = generated(states, given)
    assert known.pop("request") == {
        "title": "Upload",
        "requested_by": "U012ABCDEF",
        "facts": {"Rows": 1000, "Flagged rows": 80},
        "gauge": {"name": "Flagged rows", "value": 0.08, "limit": 0.06},
        "evidence": [
            {
                "bucket": "evidence",
                "key": "incoming/run-1.csv",
                "version_id": "v1",
                "sha256": "ab" * 32,
                "size": 4321,
                "name": "dataset.csv",
            }
        ],
        "preview": PREVIEW,
        "context": {"dataset": DATASET},
    }
    assert known == {"dataset": DATASET}


@pytest.mark.parametrize("given", [{}, {"title": ""}])
def test_without_a_title_the_request_has_the_figures_and_no_requester(
    states: States, given: dict[str, Any]
) -> None:
    figures = {**DATASET, "rows": 100_000, "flagged_rows": 8_000}
    request = generated(states, given, dataset=figures)["request"]
    assert request["title"] == "8,000 of 100,000 rows are flagged"
    assert "requested_by" not in request


def test_the_result_has_everything_but_the_request_and_the_published_version(
    states: States,
) -> None:
    known = {"title": "Upload", "dataset": DATASET, "review": {"decision": "approved"}}
    output = value(
        states["PublishDataset"]["Output"],
        input={**known, "request": {"title": "x"}},
        result={"VersionId": "v2"},
        context={"Execution": {"Name": "run-1"}},
    )
    published = {
        "key": "published/run-1.csv",
        "version_id": "v2",
        "rows": DATASET["rows"],
        "sha256": DATASET["sha256"],
    }
    assert output == {**known, "dataset": {**DATASET, "published": published}}


def test_every_waiting_state_has_a_timeout(states: States) -> None:
    for task in tasks(states):
        waits = task["Resource"].endswith(".waitForTaskToken")
        assert not waits or task["TimeoutSeconds"]
