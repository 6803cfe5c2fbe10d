"""Answers to callers, and whether they were delivered."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from lambdas.domain.callers.answers import ERRORS, answer_of, describe_end
from lambdas.domain.callers.callers import Caller, Callers, Delivery
from lambdas.domain.callers.functions import DurableFunctions
from lambdas.domain.callers.tasks import Tasks
from lambdas.domain.review.errors import NotDelivered
from lambdas.domain.review.review import Outcome, Review, Status
from tests.lambdas.conftest import (
    ANSWERED_FILE,
    World,
    before_each_call,
    both_forms,
    make_file,
    make_review,
)

REVIEW = make_review(status=Status.APPROVED, decision=Outcome.APPROVED)
CALLED_BACK = replace(REVIEW, task_token="", callback_id="ours")
OURS = json.dumps({"review_id": REVIEW.review_id, "decision": "approved", "reason": "fine"})
OTHERS = json.dumps({"review_id": "f" * 16, "decision": "rejected"})
GONE = ClientError({"Error": {"Code": "TaskTimedOut", "Message": ""}}, "x")
RETRIED = ClientError(
    {"Error": {"Code": "TaskTimedOut"}, "ResponseMetadata": {"RetryAttempts": 1}},  # pyright: ignore[reportArgumentType]
    "x",
)
NO_RESPONSE = ConnectTimeoutError(endpoint_url="https://aws.invalid")


def test_an_answer_names_the_exact_versions_of_its_files() -> None:
    named = replace(make_file(version_id="v2", link="https://x"), name="Customer upload")

    evidence = answer_of(replace(REVIEW, evidence=(make_file(), named)))["evidence"]

    assert evidence == [
        ANSWERED_FILE,
        {**ANSWERED_FILE, "version_id": "v2", "name": "Customer upload"},
    ]


class Client:
    """An AWS client whose answers to a caller fail with this error, with one page of a history."""

    def __init__(self, problem: Exception, page: Any) -> None:
        self._problem, self._page = problem, page
        self.looks = 0

    def _send(self, **_: Any) -> None:
        raise self._problem

    send_task_success = _send
    send_durable_execution_callback_success = _send
    send_durable_execution_callback_failure = _send

    def _look(self, **_: Any) -> Any:
        self.looks += 1
        if isinstance(self._page, Exception):
            raise self._page
        return self._page

    get_execution_history = get_durable_execution_history = _look


def tasks(*outputs: Any, end: str = "", more: bool = False) -> dict[str, Any]:
    """A page of an execution's history, the latest first."""
    events = [
        *([{"type": f"Execution{end}"}] if end else []),
        *({"type": "TaskSucceeded", "taskSucceededEventDetails": {"output": it}} for it in outputs),
        {"type": "ExecutionStarted"},
    ]
    return {"events": events, **({"nextToken": "x"} if more else {})}


def callbacks(*outputs: Any, end: str = "", more: bool = False) -> dict[str, Any]:
    """A page of a durable execution's history, the latest first."""
    events: list[Any] = [
        *([{"EventType": f"Execution{end}"}] if end else []),
        *(
            {"CallbackSucceededDetails": {"Result": {"Payload": it, "Truncated": True}}}
            for it in outputs
        ),
        {"EventType": "CallbackFailed", "CallbackFailedDetails": {"Error": {"Payload": {}}}},
        {"EventType": "ExecutionStarted"},
    ]
    return {"Events": events, **({"NextMarker": "x"} if more else {})}


def delivery(review: Review, client: Any, *, again: bool = False) -> Delivery:
    form: Caller = DurableFunctions(lambda: client) if review.callback_id else Tasks(client)
    return Callers(form, form).answer(review, again=again)


both = pytest.mark.parametrize(
    ("review", "history"),
    [(REVIEW, tasks), (CALLED_BACK, callbacks)],
    ids=["task", "durable function"],
)


@both
def test_a_refused_first_attempt_is_resolved_without_the_history(
    review: Review, history: Any
) -> None:
    client = Client(GONE, history(OURS))

    assert delivery(review, client) is Delivery.GONE
    assert client.looks == 0


LOST = pytest.mark.parametrize(("problem", "again"), [(GONE, True), (RETRIED, False)])


@both
@LOST
@pytest.mark.parametrize(
    ("page", "became"),
    [
        ({"outputs": [OURS]}, Delivery.DONE),
        ({"outputs": [OTHERS, OURS], "more": True}, Delivery.DONE),
        ({"outputs": [OTHERS]}, Delivery.UNCONFIRMED),
        ({"outputs": [OTHERS], "end": "Failed"}, Delivery.GONE),
        ({"outputs": [OTHERS], "end": "TimedOut", "more": True}, Delivery.UNCONFIRMED),
        ({"outputs": []}, Delivery.UNCONFIRMED),
    ],
)
def test_after_a_lost_response_one_history_page_decides_the_outcome(
    review: Review, history: Any, problem: Any, again: bool, page: Any, became: Delivery
) -> None:
    outputs = page["outputs"]
    client = Client(problem, history(*outputs, **{k: page[k] for k in page.keys() - {"outputs"}}))

    assert delivery(review, client, again=again) is became
    assert client.looks == 1


@both
@pytest.mark.parametrize("unreadable", [GONE, NO_RESPONSE])
def test_an_unreadable_history_leaves_the_delivery_unconfirmed(
    review: Review, history: Any, unreadable: Exception
) -> None:
    assert delivery(review, Client(RETRIED, unreadable)) is Delivery.UNCONFIRMED


@both
def test_a_delivery_without_a_response_is_retried_unless_it_arrived(
    review: Review, history: Any
) -> None:
    assert delivery(review, Client(NO_RESPONSE, history(OURS))) is Delivery.DONE
    for page in (history(), history(end="Failed"), NO_RESPONSE):
        with pytest.raises(NotDelivered):
            delivery(review, Client(NO_RESPONSE, page))


@both
@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_throttled_deliveries_are_retried(review: Review, history: Any, code: str) -> None:
    refused = ClientError({"Error": {"Code": code, "Message": ""}}, "x")
    with pytest.raises(NotDelivered):
        delivery(review, Client(refused, history(OURS)))


def test_the_answer_is_found_among_other_outputs() -> None:
    page = tasks("not json", "[]", '"text"', OTHERS, '{"review_id": 5}', None, OURS)

    assert delivery(REVIEW, Client(RETRIED, page)) is Delivery.DONE


def test_a_different_decision_in_the_history_does_not_confirm_the_delivery() -> None:
    other = json.dumps({"review_id": REVIEW.review_id, "decision": "rejected"})

    assert delivery(REVIEW, Client(RETRIED, tasks(other))) is Delivery.UNCONFIRMED


def test_a_rejection_is_found_in_error_data_even_if_truncated() -> None:
    rejected = replace(CALLED_BACK, status=Status.REJECTED, decision=Outcome.REJECTED)
    answer_json = json.dumps(
        {"review_id": REVIEW.review_id, "decision": "rejected", "reason": "x" * 99}
    )
    failed = {"CallbackFailedDetails": {"Error": {"Payload": {"ErrorData": answer_json[:90]}}}}

    assert delivery(rejected, Client(RETRIED, {"Events": [failed]})) is Delivery.DONE


def test_the_cause_of_a_stopped_execution_is_shown_and_truncated() -> None:
    for status in ("ABORTED", "STOPPED"):
        assert describe_end(status, cause="maintenance") == (
            "The execution was stopped: maintenance."
        )
        assert len(describe_end(status, cause="x" * 30_000)) < 250
    assert describe_end("FAILED", "Elsewhere") == "The execution failed: Elsewhere."
    assert describe_end("TIMED_OUT") == "The execution timed out."


def ended_as(status: Status) -> dict[str, Any]:
    """The fields of a review that ended with this status."""
    outcome = Outcome(status.lower()) if status.is_decided else None
    why = {"reason": "wrong month"} if outcome else {"ended_because": "wrong month"}
    return {"status": status, "decision": outcome, **why}


@both_forms
@pytest.mark.parametrize("status", [it for it in Status if it is not Status.PENDING])
def test_every_ending_is_answered_and_a_function_fails_unless_approved(
    world: World, status: Status
) -> None:
    review = replace(world.waiting_review(context={"job": 7}), **ended_as(status))

    assert world.gate.callers.answer(review) is Delivery.DONE

    end = world.form.end(review)
    assert (end.answer["review_id"], end.answer["decision"], end.answer["reason"]) == (
        review.review_id,
        status.lower(),
        "wrong month",
    )
    assert end.answer["context"] == {"job": 7}
    if review.callback_id and status is not Status.APPROVED:
        assert (end.status, end.error, end.why) == ("FAILED", ERRORS[status], "wrong month")
    else:  # the host's own states handle it
        assert end.status == "SUCCEEDED"


@both_forms
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_delivered_decision_is_found_in_a_real_history(world: World, outcome: Outcome) -> None:
    review = replace(world.waiting_review(), **ended_as(outcome.status))
    assert world.gate.callers.answer(review) is Delivery.DONE
    world.form.end(review)

    assert world.gate.callers.answer(review, again=True) is Delivery.DONE


@both_forms
def test_a_caller_whose_check_is_denied_counts_as_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(operation: str, _: Any) -> None:
        if operation == world.form.checks:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)

    with before_each_call(monkeypatch, forbid):
        assert world.gate.callers.is_waiting(world.waiting_review())


@both_forms
def test_a_caller_is_waiting_until_it_is_answered_or_stopped(world: World) -> None:
    answered, stopped = world.waiting_review(), world.waiting_review()
    assert world.gate.callers.is_waiting(answered)

    world.gate.callers.answer(replace(answered, **ended_as(Status.EXPIRED)))
    world.form.stop(stopped)

    assert not world.gate.callers.is_waiting(answered)
    assert not world.gate.callers.is_waiting(stopped)
