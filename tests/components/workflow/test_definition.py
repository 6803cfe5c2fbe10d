"""The workflow's definition as plain data; nothing is run or deployed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jsonata  # pyright: ignore[reportMissingTypeStubs]
import pytest

from components.callers.states import States
from components.workflow.definition import (
    RETRY_NEW_FILE,
    RETRY_STORAGE,
    RETRY_UNTIL_VERSIONED,
    TIME_AROUND_REVIEWS,
    definition,
    longest_execution,
)
from components.workflow.functions import LONGEST_SECONDS
from lambdas.datasets import objects
from lambdas.domain.review.request_rules import FILE_NAME_LIMIT, parse_request
from tests.components.gate_states import (
    LAMBDA,
    SERVICE_ERRORS,
    TIMEOUT,
    gate_states,
    problems,
)

GENERATE, CHECK, PUBLISH = (f"{LAMBDA}{name}" for name in ("generate", "check", "publish"))


def made(*, sample: bool = True, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "generate_function": GENERATE if sample else None,
        "check_function": CHECK,
        "publish_function": PUBLISH,
        "gate_states": gate_states(),
        "threshold": 0.06,
        "review_timeout": TIMEOUT,
    }
    return definition(**given | changes)


@pytest.fixture(params=[True, False], ids=["with sample", "without sample"])
def machine(request: pytest.FixtureRequest) -> dict[str, Any]:
    return made(sample=request.param)


@pytest.fixture
def states() -> States:
    return made()["States"]


FILE = {"key": "incoming/orders.csv", "version_id": "v1"}
DATASET = {
    "bucket": "evidence",
    **FILE,
    "sha256": "ab" * 32,
    "rows": 1000,
    "flagged_rows": 80,
    "flagged_share": 0.08,
    "delimiter": "comma",
}
REQUEST = {
    "title": "orders.csv: 80 of 1,000 rows are flagged",
    "summary": "",
    "facts": {"Rows": 1000},
    "evidence": [{"bucket": "evidence", **FILE, "name": "orders.csv"}],
}
REVIEW = {"decision": "approved", "answers": {"publish": "all rows"}, "context": None}
CHECKED = {"dataset": DATASET, "request": REQUEST, "accepted": ""}
PUBLISHED = {"key": "published/orders.ab.csv", "version_id": "v2", "rows": 1000, "sha256": "cd"}
NEWER = {"version_id": "v9", "modified_at": "2026-11-30T10:00:00Z"}


def value(field: str, **states: Any) -> Any:
    """The value of a field's expression with these parts of `$states`."""
    expression = jsonata.Jsonata.jsonata(field.removeprefix("{%").removesuffix("%}").strip())
    return expression.evaluate(None, {"states": states})


def payload(state: dict[str, Any], **states: Any) -> dict[str, Any]:
    """A task's payload. No expression is without a value, which would fail the execution."""
    fields: dict[str, str] = state["Arguments"]["Payload"]
    for field in fields.values():
        inner = field.removeprefix("{%").removesuffix("%}")
        assert value(f"{{% $exists({inner}) %}}", **states)
    return {name: value(field, **states) for name, field in fields.items()}


def following(state: dict[str, Any], given: dict[str, Any]) -> str:
    """The state after this choice."""
    for choice in state["Choices"]:
        if value(choice["Condition"], input=given):
            return choice["Next"]
    return state["Default"]


def tasks(states: States) -> Iterator[dict[str, Any]]:
    return (state for state in states.values() if state["Type"] == "Task")


def test_the_linter_accepts_the_machine(machine: dict[str, Any]) -> None:
    assert problems(machine) == []


def test_the_definition_is_plain_json(machine: dict[str, Any]) -> None:
    assert json.loads(json.dumps(machine)) == machine


def test_without_a_function_for_the_sample_every_execution_checks_a_file() -> None:
    machine = made(sample=False)
    assert machine["StartAt"] == "CheckDataset"
    assert made()["States"].keys() - machine["States"].keys() == {"IsFileGiven", "GenerateDataset"}
    assert all(
        state == machine["States"][name]
        for name, state in made()["States"].items()
        if name in machine["States"]
    )


NO_FILES: list[Any] = [None, "", {}, False, 0, []]


@pytest.mark.parametrize(
    ("given", "next_state"),
    [
        ({"file": FILE}, "CheckDataset"),
        ({"file": FILE, "title": "Orders"}, "CheckDataset"),
        # An invalid file is not a sample: the check reports it.
        *[({"file": it}, "CheckDataset") for it in NO_FILES],
        ({}, "GenerateDataset"),
        ({"rows": 100, "anomaly_rate": 0.1}, "GenerateDataset"),
        ({"sample": FILE}, "GenerateDataset"),
    ],
)
def test_a_sample_is_generated_only_if_the_input_names_no_file(
    given: dict[str, Any], next_state: str
) -> None:
    machine = made()
    first = machine["States"][machine["StartAt"]]
    assert following(first, given) == next_state


def test_the_sample_is_named_after_the_execution(states: States) -> None:
    given = {"rows": 100}
    sent = payload(states["GenerateDataset"], input=given, context={"Execution": {"Name": "run-1"}})
    assert sent == {"input": given, "execution_name": "run-1"}


def test_only_the_samples_place_remains_after_generating_it(states: States) -> None:
    file = {"key": "samples/run-1.csv", "version_id": "v1"}
    forged = {"rows": 100, "review": {"decision": "approved"}, "dataset": DATASET}
    output = value(states["GenerateDataset"]["Output"], input=forged, result={"Payload": file})
    assert output == {"sample": file}


def test_the_check_gets_the_sample_and_the_executions_own_input(states: States) -> None:
    """Not the state's input, whose `sample` could be the starter's."""
    file = {"key": "samples/run-1.csv", "version_id": "v1"}
    started = {"Execution": {"Input": {"rows": 100}}}
    sent = payload(states["CheckDataset"], input={"sample": file}, context=started)
    assert sent == {"input": {"rows": 100}, "sample": file}


def test_the_check_gets_no_sample_if_the_input_names_a_file(states: States) -> None:
    given = {"file": FILE, "title": "Orders"}
    started = {"Execution": {"Input": given}}
    sent = payload(states["CheckDataset"], input=given, context=started)
    assert sent == {"input": given, "sample": None}


def test_only_the_result_remains_after_the_check(states: States) -> None:
    forged = {"file": FILE, "review": {"decision": "approved"}, "accepted": "v9", "newer": NEWER}
    answer = {"dataset": DATASET, "request": REQUEST}
    output = value(states["CheckDataset"]["Output"], input=forged, result={"Payload": answer})
    assert output == CHECKED


@pytest.mark.parametrize(
    ("rows", "share", "next_state"),
    [
        (1000, 0.0, "PublishDataset"),
        (1000, 0.06, "PublishDataset"),
        (1000, 0.060000001, "RequestReview"),
        (1000, 1, "RequestReview"),
        (1, 0.0, "PublishDataset"),
        (0, 0.0, "RequestReview"),
    ],
)
def test_a_review_is_requested_above_the_threshold_and_without_rows(
    states: States, rows: int, share: float, next_state: str
) -> None:
    counted = {**DATASET, "rows": rows, "flagged_share": share}
    assert following(states["IsReviewRequired"], {"dataset": counted}) == next_state


@pytest.mark.parametrize("threshold", [0.0, 1e-05, 0.999])
def test_the_threshold_can_be_any_share(threshold: float) -> None:
    choice = made(threshold=threshold)["States"]["IsReviewRequired"]
    for share, next_state in ((threshold, "PublishDataset"), (1, "RequestReview")):
        counted = {"dataset": {"rows": 10, "flagged_share": share}}
        assert following(choice, counted) == next_state


def test_the_review_is_of_the_request_that_the_check_wrote(states: States) -> None:
    sent = payload(
        states["RequestReview"],
        input=CHECKED,
        context={"Task": {"Token": "token"}, "Execution": {"Id": "arn"}},
    )
    assert sent["request"] == REQUEST


@pytest.mark.parametrize(
    ("decision", "next_state"),
    [
        ("approved", "PublishDataset"),
        *[(it, "NotApproved") for it in ("rejected", "expired", "cancelled", "undelivered")],
    ],
)
def test_only_an_approval_leads_to_publishing(
    states: States, decision: str, next_state: str
) -> None:
    answered = value(
        states["RequestReview"]["Output"], input=CHECKED, result={"decision": decision}
    )
    assert following(states["WasApproved"], answered) == next_state
    assert [name for name, it in states.items() if it.get("Next") == "PublishDataset"] == []


def test_the_publisher_gets_what_was_checked_and_the_answer(states: States) -> None:
    sent = payload(states["PublishDataset"], input={**CHECKED, "review": REVIEW})
    assert sent == {"dataset": DATASET, "review": REVIEW, "accepted": ""}


def test_the_publisher_gets_no_answer_without_a_review(states: States) -> None:
    sent = payload(states["PublishDataset"], input=CHECKED)
    assert sent == {"dataset": DATASET, "review": None, "accepted": ""}


def after_publishing(states: States, given: dict[str, Any], **answer: Any) -> dict[str, Any]:
    return value(states["PublishDataset"]["Output"], input=given, result={"Payload": answer})


def test_the_result_is_the_published_dataset_and_the_answer_without_its_context(
    states: States,
) -> None:
    given = {**CHECKED, "review": {**REVIEW, "context": {"a": 1}}, "newer": NEWER}
    output = after_publishing(states, given, published=PUBLISHED)
    assert output == {
        "dataset": {**DATASET, "published": PUBLISHED},
        "review": {"decision": "approved", "answers": {"publish": "all rows"}},
    }
    assert following(states["IsPublished"], output) == "Published"
    assert states["Published"] == {"Type": "Succeed"}


def test_the_result_has_no_answer_without_a_review(states: States) -> None:
    output = after_publishing(states, CHECKED, published=PUBLISHED)
    assert output == {"dataset": {**DATASET, "published": PUBLISHED}}


def asked_again(states: States, given: dict[str, Any], newer: dict[str, str]) -> dict[str, Any]:
    """The input of the next review."""
    output = after_publishing(states, given, newer=newer)
    assert following(states["IsPublished"], output) == "AskAgain"
    again = states["AskAgain"]
    assert (again["Type"], again["Next"]) == ("Pass", "RequestReview")
    return value(again["Output"], input=output)


def test_an_older_version_is_published_only_after_another_review(states: States) -> None:
    given = asked_again(states, {**CHECKED, "review": REVIEW}, NEWER)
    assert given["dataset"] == DATASET
    assert given["request"] == {
        **REQUEST,
        "title": "Publish an older version of orders.csv?",
        "summary": (
            "A newer version, uploaded at 2026-11-30T10:00:00Z, was published before this one was"
            " approved. If you approve this one as well, consumers receive it last."
        ),
    }


def test_the_second_approval_is_of_the_newer_version_that_reviewers_saw(states: States) -> None:
    given = asked_again(states, {**CHECKED, "review": REVIEW}, NEWER)
    second = {"decision": "approved", "answers": {"publish": "only rows that are not flagged"}}
    approved = value(states["RequestReview"]["Output"], input=given, result=second)
    sent = payload(states["PublishDataset"], input=approved)
    assert sent == {"dataset": DATASET, "review": second, "accepted": "v9"}
    output = after_publishing(states, approved, published=PUBLISHED)
    assert output == {"dataset": {**DATASET, "published": PUBLISHED}, "review": second}


def test_a_version_that_was_published_meanwhile_is_asked_about_again(states: States) -> None:
    given = asked_again(states, {**CHECKED, "review": REVIEW}, NEWER)
    latest = {"version_id": "v10", "modified_at": "2026-11-30T11:00:00Z"}
    again = asked_again(states, {**given, "review": REVIEW}, latest)
    assert again["accepted"] == "v10"
    assert "uploaded at 2026-11-30T11:00:00Z, was" in again["request"]["summary"]
    assert again["request"]["title"] == given["request"]["title"]


def test_an_older_version_that_needed_no_review_needs_one_now(states: States) -> None:
    given = asked_again(states, CHECKED, NEWER)
    assert "review" not in given
    assert given["accepted"] == "v9"


def test_the_second_request_is_valid_for_the_longest_name_of_a_file(states: States) -> None:
    file = {"bucket": "evidence", **FILE, "name": "n" * FILE_NAME_LIMIT}
    request = {**REQUEST, "evidence": [file]}
    given = asked_again(states, {**CHECKED, "request": request}, NEWER)
    assert parse_request(given["request"], ("evidence/",), timedelta(days=1))


@pytest.mark.parametrize(
    ("review", "longest"),
    [
        (timedelta(seconds=1), timedelta(hours=2, seconds=2)),
        (timedelta(days=1), timedelta(days=2, hours=2)),
        (timedelta(days=364), timedelta(days=365)),
    ],
)
def test_an_execution_outlives_two_reviews_but_no_quota(
    review: timedelta, longest: timedelta
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
    machine = made(review_timeout=review, gate_states=gate_states(timeout=review))
    assert longest_execution(review) == longest
    assert machine["TimeoutSeconds"] == longest.total_seconds()
    assert machine["TimeoutSeconds"] > machine["States"]["RequestReview"]["TimeoutSeconds"]


STORAGE = {"StorageUnavailable"}
NEW_FILE = {"FileNotFound", *STORAGE}
# For each state, the errors that it retries, or why it retries none.
RETRIED: dict[str, list[set[str]] | str] = {
    "IsFileGiven": "it calls nothing",
    "GenerateDataset": [SERVICE_ERRORS, {"VersioningNotReady"}],
    # An invalid file stays invalid; counting it once more costs, and delays the report.
    "CheckDataset": [SERVICE_ERRORS, NEW_FILE],
    "IsReviewRequired": "it calls nothing",
    # Not the function's own errors: reviewers would be asked twice.
    "RequestReview": [SERVICE_ERRORS],
    "WasApproved": "it calls nothing",
    "NotApproved": "it ends the execution",
    # Publishing the same version once more changes nothing.
    "PublishDataset": [SERVICE_ERRORS, STORAGE],
    "IsPublished": "it calls nothing",
    "AskAgain": "it calls nothing",
    "Published": "it ends the execution",
}


@pytest.mark.parametrize("name", RETRIED)
def test_each_state_retries_the_errors_of_its_service(states: States, name: str) -> None:
    retried = [set(retry["ErrorEquals"]) for retry in states[name].get("Retry", [])]
    expected = RETRIED[name]
    if isinstance(expected, str):
        assert states[name]["Type"] in ("Choice", "Fail", "Pass", "Succeed"), (
            "Amazon States Language has no Retry there"
        )
        assert retried == []
    else:
        assert retried == expected


def test_the_retries_of_every_state_are_covered(states: States) -> None:
    assert set(RETRIED) == set(states)


def test_retried_errors_are_classes_that_functions_raise() -> None:
    assert {getattr(objects, name).__name__ for name in RETRY_NEW_FILE["ErrorEquals"]} == NEW_FILE


def waits(retry: Any) -> list[float]:
    """Seconds before each further attempt."""
    wait, found = float(retry["IntervalSeconds"]), list[float]()
    for _ in range(retry["MaxAttempts"]):
        found.append(min(wait, retry.get("MaxDelaySeconds", wait)))
        wait *= retry["BackoffRate"]
    return found


def test_the_retries_and_the_timeout_cover_the_first_minutes_of_a_new_bucket(
    states: States,
) -> None:
    """AWS: wait 15 minutes after versioning was first enabled."""
    total = sum(waits(RETRY_UNTIL_VERSIONED))
    assert 15 * 60 <= total < TIME_AROUND_REVIEWS.total_seconds() / 2
    assert states["GenerateDataset"]["Retry"][-1].items() >= RETRY_UNTIL_VERSIONED.items()


def test_the_timeout_leaves_time_for_slow_functions_and_a_retry_of_each() -> None:
    steps = 2 * 2 * (LONGEST_SECONDS + sum(waits(RETRY_STORAGE)))
    assert steps < TIME_AROUND_REVIEWS.total_seconds()


def test_every_waiting_state_has_a_timeout(states: States) -> None:
    for task in tasks(states):
        pauses = task["Resource"].endswith(".waitForTaskToken")
        assert not pauses or task["TimeoutSeconds"]


def test_every_step_invokes_its_own_function(states: States) -> None:
    invoked = {
        name: it["Arguments"]["FunctionName"] for name, it in states.items() if "Arguments" in it
    }
    assert invoked == {
        "GenerateDataset": GENERATE,
        "CheckDataset": CHECK,
        "RequestReview": f"{LAMBDA}request",
        "PublishDataset": PUBLISH,
    }
    resources = {it["Resource"].rpartition(":::")[2] for it in tasks(states)}
    assert resources == {"lambda:invoke", "lambda:invoke.waitForTaskToken"}
