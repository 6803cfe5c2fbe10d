"""An execution ends: its pending reviews are cancelled, and decided ones get its result."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.callers.results import result_of
from lambdas.domain.lifecycle.close import (
    DecisionInProgress,
    close_reviews_of_execution,
    close_reviews_of_function,
)
from lambdas.domain.lifecycle.end import announce_end
from lambdas.domain.review.results import Result, result_text
from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.runtime import times
from lambdas.domain.store.claims import claim
from tests.lambdas.conftest import NOW, World, both_forms, make_review

STOPPED = NOW + timedelta(minutes=5)
PUBLISHED = json.dumps(
    {"dataset": {"bucket": "b", "published": {"key": "published/1.csv", "rows": 1000}}}
)


def no_wait(seconds: float) -> None:
    raise AssertionError(f"nothing to wait {seconds} s for")


def end_of_caller(world: World, review: Review, status: str = "ABORTED", **changes: Any) -> None:
    """The event bus reports how the review's caller ended."""
    if review.callback_id:
        detail = {
            "durableExecutionArn": review.execution_arn,
            "status": {"ABORTED": "STOPPED"}.get(status, status),
            "endTimestamp": times.to_text(changes.pop("at", STOPPED)),
        }
        close_reviews_of_function(world.gate, detail, changes.pop("wait", no_wait))
    else:
        wait = changes.pop("wait", no_wait)
        close_reviews_of_execution(world.gate, ended(review, status, **changes), wait)


def a_review(world: World, **changes: Any) -> Review:
    """A review for the tested form of caller, which is not waiting."""
    durable = "SendTaskSuccess" not in world.form.answers
    form = {"task_token": "", "callback_id": "callback"} if durable else {}
    review = make_review(**form, **changes)
    world.add(review)
    world.clock.moment = STOPPED
    return review


def ended(review: Review, status: str = "ABORTED", **changes: Any) -> dict[str, Any]:
    """The detail of the event that says how the review's execution ended."""
    at = changes.pop("at", STOPPED)
    stopped = int(at.timestamp() * 1000) + 250
    return {
        "executionArn": review.execution_arn,
        "status": status,
        "stopDate": stopped,
        **changes,
    }


@both_forms
def test_the_end_of_an_execution_cancels_its_pending_review(
    world: World, aws_calls: list[str]
) -> None:
    review = a_review(world)
    aws_calls.clear()

    end_of_caller(world, review, cause="maintenance")
    assert aws_calls == ["Query", "UpdateItem", "Publish", "ExecuteTransaction"]
    end_of_caller(world, review, cause="another word for the same")

    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.CANCELLED, None)
    [message] = world.announced()
    assert (message["event"], message["reason"], message["requested_by"]) == (
        "review.cancelled",
        # The event of a durable execution has no cause.
        f"The execution was stopped{'' if review.callback_id else ': maintenance'}.",
        review.requested_by,
    )


@both_forms
def test_the_end_of_an_execution_keeps_a_decision(world: World) -> None:
    review = a_review(world)
    decision = Decision(
        decision=Outcome.REJECTED, reviewer="ann", reason="why", via=Way.LINK, decided_at=STOPPED
    )
    decided = claim(world.store, review.review_id, decision, needed=1, barred=())
    announce_end(world.gate, decided)
    world.announced()

    end_of_caller(world, review, "FAILED", error="ReviewRejected", cause="why")

    assert world.store.get(review.review_id).status is Status.REJECTED
    assert world.announced() == []


@both_forms
def test_a_review_requested_after_the_end_stays_pending(world: World) -> None:
    review = a_review(world)

    end_of_caller(world, review, at=NOW - timedelta(seconds=1))
    assert world.store.get(review.review_id).status is Status.PENDING

    end_of_caller(world, review, at=NOW)
    assert world.store.get(review.review_id).status is Status.CANCELLED


@both_forms
def test_a_review_past_its_deadline_is_left_to_the_sweeper(world: World) -> None:
    review = a_review(world)
    world.clock.moment = review.deadline

    end_of_caller(world, review, "FAILED", error="Lambda.Unknown", at=review.deadline)

    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.announced() == []


def test_only_the_reviews_of_this_execution_are_cancelled(world: World) -> None:
    ours = a_review(world)
    elsewhere = a_review(world, review_id="2" * 32, execution_arn="arn:elsewhere")

    end_of_caller(world, ours)

    statuses = [world.store.get(it.review_id).status for it in (ours, elsewhere)]
    assert statuses == [Status.CANCELLED, Status.PENDING]


@pytest.mark.parametrize(
    ("status", "why", "planned"),
    [
        ("FAILED", {"error": "ReviewRejected", "cause": "wrong month"}, True),
        ("FAILED", {"error": "ReviewExpired"}, True),
        ("FAILED", {"error": "ReviewCancelled"}, True),
        ("SUCCEEDED", {"output": "{}"}, True),
        ("FAILED", {"error": "ReviewNotDelivered"}, False),
        ("FAILED", {"error": "Lambda.Unknown"}, False),
        ("FAILED", {}, False),
        ("TIMED_OUT", {}, False),
        ("ABORTED", {"error": "ReviewRejected"}, False),
    ],
)
def test_the_log_entry_of_an_end_states_whether_it_was_planned(
    world: World,
    caplog: pytest.LogCaptureFixture,
    status: str,
    why: dict[str, str],
    planned: bool,
) -> None:
    caplog.set_level(logging.INFO)
    review = make_review()

    close_reviews_of_execution(world.gate, ended(review, status, **why))

    [line] = [vars(record) for record in caplog.records if record.message == "execution.ended"]
    assert (line["event"], line["planned"]) == ("execution.ended", planned)
    assert (line["execution"], line["status"]) == (review.execution_arn, status)
    assert "wrong month" not in str(line), "text from people is not logged"


def a_decided_review(
    world: World, outcome: Outcome = Outcome.APPROVED, *, delivered: bool = True, **changes: Any
) -> Review:
    """A decided review; `delivered` if the decision was announced."""
    review = a_review(world, **changes)
    decision = Decision(
        decision=outcome, reviewer="ann", reason="why", via=Way.CLI, decided_at=STOPPED
    )
    decided = claim(world.store, review.review_id, decision, needed=1, barred=())
    if delivered:
        announce_end(world.gate, decided)
        world.announced()
    return decided


def announced_results(world: World) -> list[tuple[str, str, str, str]]:
    return [
        (it["event"], it["decision"], it["result"], it["result_detail"]) for it in world.announced()
    ]


def test_a_result_is_stored_recorded_and_announced_with_what_was_published(
    world: World, aws_calls: list[str]
) -> None:
    review = a_decided_review(world)
    aws_calls.clear()

    end_of_caller(world, review, "SUCCEEDED", output=PUBLISHED)

    assert aws_calls == ["Query", "UpdateItem", "ExecuteTransaction", "Publish"]
    detail = "s3://b/published/1.csv (1,000 rows)"
    [message] = world.announced()
    assert (message["event"], message["decision"], message["reviewer"], message["result"]) == (
        "review.completed",
        "approved",
        "ann",
        "succeeded",
    )
    assert message["summary"] == f"Published in dev: {review.title}"
    row = world.store.get(review.review_id)
    assert (row.status, row.result, row.result_detail) == (
        Status.APPROVED,
        Result.SUCCEEDED,
        detail,
    )
    assert row.completed_at == STOPPED
    assert world.story(review)[-1] == ("review.completed", "", "", f"Published: {detail}")


@pytest.mark.parametrize(
    ("outcome", "status", "why", "text"),
    [
        ("approved", "SUCCEEDED", {"output": "{}"}, "Execution succeeded"),
        (
            "approved",
            "FAILED",
            {"error": "S3.NoSuchKey", "cause": "The key\nis gone."},
            "Failed after approval: S3.NoSuchKey: The key is gone.",
        ),
        (
            "approved",
            "FAILED",
            {"error": "KeyError", "cause": '{"errorMessage": "rows", "stackTrace": []}'},
            "Failed after approval: KeyError: rows",
        ),
        (
            "approved",
            "FAILED",
            {"error": "States.Runtime"},
            "Failed after approval: States.Runtime",
        ),
        ("approved", "FAILED", {"cause": "x" * 300}, f"Failed after approval: {'x' * 199}…"),
        ("approved", "TIMED_OUT", {}, "Timed out after approval"),
        ("approved", "ABORTED", {"cause": "by hand"}, "Stopped after approval: by hand"),
        ("rejected", "SUCCEEDED", {"output": "[]"}, "Execution succeeded after rejection"),
        ("rejected", "SUCCEEDED", {"output": PUBLISHED}, "Published after rejection: s3://b/"),
        ("rejected", "FAILED", {"error": "Elsewhere"}, "Failed after rejection: Elsewhere"),
    ],
)
def test_every_unplanned_result_is_announced_as_text(
    world: World, outcome: str, status: str, why: dict[str, str], text: str
) -> None:
    review = a_decided_review(world, Outcome(outcome))

    end_of_caller(world, review, status, **why)

    [message] = world.announced()
    shown = result_text(message["result"], message["result_detail"], outcome)
    assert shown.startswith(text)
    assert shown.startswith(message["summary"].partition(" in dev: ")[0])


@pytest.mark.parametrize("error", ["ReviewRejected", "ReviewExpired", "ReviewCancelled"])
@pytest.mark.parametrize("outcome", Outcome)
def test_a_planned_failure_is_not_announced(world: World, outcome: Outcome, error: str) -> None:
    review = a_decided_review(world, outcome)

    end_of_caller(world, review, "FAILED", error=error)

    assert world.announced() == []
    assert world.store.get(review.review_id).result is None


@pytest.mark.parametrize(
    ("outcome", "status", "result"),
    [
        ("approved", "SUCCEEDED", ["succeeded"]),
        ("approved", "FAILED", ["failed"]),
        ("approved", "ABORTED", ["aborted"]),
        ("rejected", "SUCCEEDED", ["succeeded"]),
        ("rejected", "FAILED", []),
        ("rejected", "TIMED_OUT", ["timed_out"]),
    ],
)
@pytest.mark.parametrize("world", ["durable function"], indirect=True)
def test_a_durable_functions_failure_after_a_rejection_is_not_announced(
    world: World, outcome: str, status: str, result: list[str]
) -> None:
    review = a_decided_review(world, Outcome(outcome))

    end_of_caller(world, review, status)

    assert [it["result"] for it in world.announced()] == result


def test_a_retry_repeats_the_announcement_but_not_the_audit_entry(world: World) -> None:
    review = a_decided_review(world)
    for _ in range(2):
        end_of_caller(world, review, "FAILED", error="E")

    assert announced_results(world) == [("review.completed", "approved", "failed", "E")] * 2
    assert [event for event, *_ in world.story(review)].count("review.completed") == 1


def test_a_redriven_execution_gets_its_new_result_and_ignores_older_ones(world: World) -> None:
    review = a_decided_review(world)
    end_of_caller(world, review, "FAILED", error="E")
    later = STOPPED + timedelta(minutes=9)

    end_of_caller(world, review, "SUCCEEDED", output=PUBLISHED, at=later)
    end_of_caller(world, review, "FAILED", error="E")

    assert [result for _, _, result, _ in announced_results(world)] == ["failed", "succeeded"]
    row = world.store.get(review.review_id)
    assert (row.result, row.completed_at) == (Result.SUCCEEDED, later)


@both_forms
def test_a_result_is_announced_after_the_decision(world: World) -> None:
    review = a_decided_review(world, delivered=False)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            announce_end(world.gate, review)

    end_of_caller(world, review, "SUCCEEDED", wait=wait)

    assert [it["event"] for it in world.announced()] == ["review.decided", "review.completed"]
    assert len(waited) == 3


def test_an_undelivered_decision_fails_the_function_so_that_lambda_retries(
    world: World,
) -> None:
    review = a_decided_review(world, delivered=False)
    waited: list[float] = []

    with pytest.raises(DecisionInProgress, match=review.review_id):
        end_of_caller(world, review, "SUCCEEDED", wait=waited.append)

    assert 10 < sum(waited) < 25, "less than the function's 30 seconds"
    assert world.announced() == []


@both_forms
def test_an_execution_that_succeeds_without_its_answer_cancels_its_reviews(world: World) -> None:
    review = a_review(world)

    end_of_caller(world, review, "SUCCEEDED")

    [message] = world.announced()
    assert message["event"] == "review.cancelled"
    assert message["reason"] == "The execution ended without waiting for the decision."


@pytest.mark.parametrize(
    "output",
    [
        None,
        "",
        "{",
        "[" * 100_000,
        '"text"',
        '{"dataset": 1}',
        '{"dataset": {"bucket": "b", "published": []}}',
        '{"dataset": {"published": {"key": "k"}}}',
        '{"dataset": {"bucket": 1, "published": {"key": "k"}}}',
    ],
)
def test_an_output_without_a_published_object_gives_no_detail(output: str | None) -> None:
    assert result_of({"status": "SUCCEEDED", "output": output}) == (Result.SUCCEEDED, "")


def test_the_detail_of_one_published_row_is_in_the_singular() -> None:
    published = {"key": "published/1.csv", "rows": 1}
    output = json.dumps({"dataset": {"bucket": "b", "published": published}})

    _, detail = result_of({"status": "SUCCEEDED", "output": output})

    assert detail == "s3://b/published/1.csv (1 row)"


def test_the_detail_of_a_hostile_output_is_one_short_visible_line() -> None:
    published = {"key": "a\n\u202e<!channel>" + "k" * 2000, "rows": True}
    output = json.dumps({"dataset": {"bucket": "b", "published": published}})

    _, detail = result_of({"status": "SUCCEEDED", "output": output})

    assert detail.startswith("s3://b/a <!channel>kkk")
    assert len(detail) == 250
