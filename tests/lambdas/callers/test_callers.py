"""What a caller is told, what became of an answer, and how a caller ended."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from lambdas.shared.callers.answers import ERRORS, how_it_ended
from lambdas.shared.callers.callers import Caller, Callers
from lambdas.shared.callers.functions import DurableFunctions
from lambdas.shared.callers.tasks import Tasks
from lambdas.shared.review.errors import NotDelivered
from lambdas.shared.review.review import Outcome, Review, Status
from tests.lambdas.conftest import World, both_forms, make_review

REVIEW = make_review(status=Status.APPROVED, decision=Outcome.APPROVED)
CALLED_BACK = replace(REVIEW, task_token="", callback_id="ours")
OURS = json.dumps({"review_id": REVIEW.review_id, "decision": "approved", "reason": "fine"})
OTHERS = json.dumps({"review_id": "f" * 32, "decision": "rejected"})


class Client:
    """A client whose history grows with every look, and whose execution has this status."""

    def __init__(self, *looks: Any, **described: Any) -> None:
        self._looks = list(looks)
        self._described = described

    def get_paginator(self, _operation: str) -> Any:
        return self

    def paginate(self, **_: Any) -> Any:
        look = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        if isinstance(look, Exception):
            raise look
        return [dict.fromkeys(("events", "Events"), half) for half in (look[:1], look[1:])]

    def describe_execution(self, **_: Any) -> Any:
        return self._described

    get_durable_execution = describe_execution


def tasks(*outputs: Any, end: str = "") -> list[dict[str, Any]]:
    """The history of an execution, the latest first."""
    return [
        *([{"type": f"Execution{end}"}] if end else []),
        *({"type": "TaskSucceeded", "taskSucceededEventDetails": {"output": it}} for it in outputs),
        {"type": "ExecutionStarted"},
    ]


def callbacks(ours: dict[str, Any] | None, end: str = "") -> list[dict[str, Any]]:
    """The history of a durable execution that had another question, too, the latest first."""
    return [
        *([{"EventType": f"Execution{end}"}] if end else []),
        {"EventType": "CallbackSucceeded", "Id": "2", **result(OTHERS)},
        *([{"Id": "1", **ours}] if ours else []),
        {"EventType": "CallbackStarted", "Id": "2", "CallbackStartedDetails": {"CallbackId": "x"}},
        {
            "EventType": "CallbackStarted",
            "Id": "1",
            "CallbackStartedDetails": {"CallbackId": "ours"},
        },
        {"EventType": "ExecutionStarted"},
    ]


def result(text: str) -> dict[str, Any]:
    return {"CallbackSucceededDetails": {"Result": {"Payload": text, "Truncated": False}}}


def failure(text: str) -> dict[str, Any]:
    error = {"ErrorType": "ReviewRejected", "ErrorData": text}
    return {
        "EventType": "CallbackFailed",
        "CallbackFailedDetails": {"Error": {"Payload": error, "Truncated": False}},
    }


def became(review: Review, client: Any) -> str:
    """Why a decision never got through that was refused."""
    form: Caller = DurableFunctions(lambda: client) if review.callback_id else Tasks(client)
    client.send_task_success = client.send_durable_execution_callback_success = refuse
    client.send_durable_execution_callback_failure = refuse
    return Callers(form, form, wait=lambda _: None).answer(review)


def refuse(**_: Any) -> None:
    raise ClientError({"Error": {"Code": "InvalidToken", "Message": ""}}, "x")


History = Callable[..., list[dict[str, Any]]]
heard = pytest.mark.parametrize(
    ("review", "history", "ours"),
    [
        (REVIEW, tasks, OURS),
        (CALLED_BACK, callbacks, {"EventType": "CallbackSucceeded", **result(OURS)}),
    ],
    ids=["task", "durable function"],
)


@heard
def test_the_answer_of_this_review_is_found(review: Review, history: History, ours: Any) -> None:
    assert became(review, Client(history(ours))) == ""


@heard
def test_a_history_that_lags_behind_is_read_again(
    review: Review, history: History, ours: Any
) -> None:
    assert became(review, Client(history(None), history(ours))) == ""


@heard
@pytest.mark.parametrize(
    ("ended", "error", "why"),
    [
        ("Succeeded", "", "The execution went on without an answer."),
        ("Failed", "Elsewhere", "The execution failed: Elsewhere."),
        ("TimedOut", "", "The execution ran out of time."),
        ("Aborted", "", "Somebody stopped the execution."),
    ],
)
def test_an_execution_that_ended_without_the_answer_says_how(
    review: Review, history: History, ours: Any, ended: str, error: str, why: str
) -> None:
    durable = bool(review.callback_id)
    end = {"Aborted": "Stopped"}.get(ended, ended) if durable else ended
    status = {"TimedOut": "TIMED_OUT"}.get(end, end.upper())
    described = {"Status": status, "Error": {"ErrorType": error}, "status": status, "error": error}

    assert became(review, Client(history(None, end=end), **described)) == why


@heard
def test_an_execution_that_runs_on_without_a_word_is_not_judged(
    review: Review, history: History, ours: Any
) -> None:
    with pytest.raises(NotDelivered):
        became(review, Client(history(None), status="RUNNING", Status="RUNNING"))


@heard
def test_a_history_without_the_end_does_not_tell_what_never_happened(
    review: Review, history: History, ours: Any
) -> None:
    ended = {"status": "SUCCEEDED", "Status": "SUCCEEDED"}
    with pytest.raises(NotDelivered):
        became(review, Client(history(None), **ended))

    late = Client(history(None), history(ours, end="Succeeded"), **ended)
    assert became(review, late) == ""


@heard
@pytest.mark.parametrize(
    "problem",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "x"),
        ConnectTimeoutError(endpoint_url="https://aws.invalid"),
    ],
)
def test_an_unreadable_history_is_not_judged(
    review: Review, history: History, ours: Any, problem: Exception
) -> None:
    with pytest.raises(NotDelivered):
        became(review, Client(problem))


def test_the_answer_is_found_among_others_and_other_outputs() -> None:
    events = tasks("not json", "[]", '"text"', OTHERS, '{"review_id": 5}', OURS)

    assert became(REVIEW, Client(events)) == ""


def test_the_answer_of_the_state_that_closes_counts_too() -> None:
    closed = json.dumps({"Payload": json.loads(OURS), "StatusCode": 200})

    assert became(REVIEW, Client(tasks(closed))) == ""


def test_the_other_decision_is_not_this_one() -> None:
    other = json.dumps({"review_id": REVIEW.review_id, "decision": "rejected"})
    ended = Client(tasks(other, end="Succeeded"), status="SUCCEEDED")

    assert became(REVIEW, ended) == "The execution went on without an answer."


def test_a_rejection_is_found_in_the_data_of_the_functions_error() -> None:
    rejected = replace(CALLED_BACK, status=Status.REJECTED, decision=Outcome.REJECTED)
    said = json.dumps({"review_id": REVIEW.review_id, "decision": "rejected"})

    assert became(rejected, Client(callbacks(failure(said)))) == ""


def test_an_answer_that_the_history_cuts_off_is_known_by_its_beginning() -> None:
    cut_off = {"EventType": "CallbackSucceeded", **result(OURS[:80])}

    assert became(CALLED_BACK, Client(callbacks(cut_off))) == ""


@pytest.mark.parametrize(
    ("closing", "why"),
    [
        ({"EventType": "CallbackTimedOut"}, "The function waited no longer."),
        ({"EventType": "CallbackSucceeded", **result(OTHERS)}, "The function had another answer."),
        (failure(OURS.replace("approved", "rejected")), "The function had another answer."),
        (failure("{}"), "The function had another answer."),
    ],
)
def test_a_function_that_goes_on_without_the_answer_is_known_before_its_end(
    closing: dict[str, Any], why: str
) -> None:
    assert became(CALLED_BACK, Client(callbacks(closing), Status="RUNNING")) == why


def test_the_cause_of_a_stop_is_told_and_bounded() -> None:
    for status in ("ABORTED", "STOPPED"):
        assert (
            how_it_ended(status, cause="maintenance")
            == "Somebody stopped the execution: maintenance."
        )
        assert len(how_it_ended(status, cause="x" * 30_000)) < 250


def over(status: Status, **changes: Any) -> dict[str, Any]:
    """What a row says of a review that ended so, in whichever way."""
    outcome = Outcome(status.lower()) if status.is_decided else None
    why = {"reason": "wrong month"} if outcome else {"ended_because": "wrong month"}
    return {"status": status, "decision": outcome, **why, **changes}


@both_forms
@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize("status", [it for it in Status if it is not Status.PENDING])
def test_a_caller_goes_on_with_a_decision_and_fails_otherwise_unless_it_wants_every_answer(
    world: World, status: Status, *, always: bool
) -> None:
    review = replace(world.waiting_review(), **over(status, always=always))

    world.gate.callers.let_go(review)

    end = world.form.end(review)
    called_off = status is Status.CANCELLED  # by an operator, or its caller is gone
    goes_on = (always and not called_off) or status is Status.APPROVED
    if not review.callback_id:  # a state machine looks at the decision itself
        goes_on = goes_on or status is Status.REJECTED
    said = {Status.CANCELLED: "expired"}.get(status, status.lower())
    if goes_on:
        assert (end.status, end.answer["decision"]) == ("SUCCEEDED", said)
        assert end.answer["reason"] == "wrong month"
    else:
        assert (end.status, end.error, end.why) == ("FAILED", ERRORS[status], "wrong month")
    if review.callback_id:
        assert end.answer["decision"] == said, "the answer goes along with the error"


@both_forms
@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_real_history_of_a_delivered_decision_is_understood(
    world: World, outcome: Outcome
) -> None:
    review = replace(world.waiting_review(), **over(outcome.status))
    assert world.gate.callers.answer(review) == ""
    world.form.end(review)

    assert world.gate.callers.answer(review) == "", "it was this answer that got through"


@both_forms
def test_another_decision_never_got_through(world: World) -> None:
    review = replace(world.waiting_review(), **over(Status.APPROVED))
    world.gate.callers.answer(review)
    world.form.end(review)

    other = replace(review, **over(Status.REJECTED))
    assert world.gate.callers.answer(other) in (
        "The execution went on without an answer.",
        "The function had another answer.",
    )


@both_forms
def test_an_execution_that_nobody_knows_any_more_is_gone(world: World) -> None:
    review = world.waiting_review()
    gone = replace(review, execution_arn=review.execution_arn[:-3] + "000")

    assert world.gate.callers.why_it_ended(review) == ""
    assert world.gate.callers.why_it_ended(gone) == "Its execution is gone."
