"""The review machine on deployed stages: its input is a request, its output the answer."""

import json
from collections import Counter

import pytest

from tests.local_stack import DeployedStage, Execution, eventually

pytestmark = pytest.mark.xdist_group("local_stack", first=True)


def transitions(execution: Execution) -> int:
    """Count the state transitions that AWS bills (docs/operations.md, costs)."""
    states = execution.stage.client("stepfunctions")
    events = states.get_execution_history(executionArn=execution.arn)["events"]
    return Counter(event["type"].endswith("StateEntered") for event in events)[True]


def test_an_approval_is_the_output_after_three_transitions(dev: DeployedStage) -> None:
    context = {"job": [7, {"deep": None}]}
    execution, id_ = dev.ask_machine(
        facts={"AUC": 0.94},
        questions=[{"name": "share", "label": "Share in percent", "kind": "number"}],
        context=context,
    )
    dev.post("approve", id_, "Better on every slice.")

    end = execution.end()
    assert transitions(execution) == 3
    assert end["status"] == "SUCCEEDED"
    assert end["output"].pop("decided_at").startswith("20")
    assert end["output"] == {
        "review_id": id_,
        "decision": "approved",
        "reviewer": "unverified",
        "approved_by": ["unverified"],
        "reason": "Better on every slice.",
        "answers": {},
        "via": "link",
        "requester_verified": False,
        "evidence": [],
        "context": context,
    }


def test_a_rejection_fails_only_the_review_machine(dev: DeployedStage) -> None:
    failing, answering = (dev.ask_machine(machine=it) for it in ("review", "answer"))
    for _, review_id in (failing, answering):
        dev.post("reject", review_id, "Too early.")

    end = failing[0].end()
    assert (end["status"], end["error"], end["cause"]) == (
        "FAILED",
        "ReviewRejected",
        "Too early.",
    )
    end = answering[0].end()
    assert (end["status"], end["output"]["review_id"]) == ("SUCCEEDED", answering[1])
    assert (end["output"]["decision"], end["output"]["reason"]) == ("rejected", "Too early.")


def test_a_timeout_ends_both_machines(dev: DeployedStage) -> None:
    failing, _ = dev.ask_machine(timeout="3s")
    answering, _ = dev.ask_machine(machine="answer", timeout="3s")

    end = failing.end()
    assert (end["status"], end["error"]) == ("FAILED", "ReviewExpired")
    assert end["cause"] == "No decision within 3 seconds."
    assert transitions(failing) == 3
    end = answering.end()
    assert (end["status"], end["output"]["decision"]) == ("SUCCEEDED", "expired")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"title": ""}, "title must be"),
        ({"titel": "x"}, "titel"),
        ({"answer": "always"}, "unknown field 'answer'"),
        ({"timeout": "900d"}, "timeout must be"),
    ],
)
def test_an_invalid_request_fails_at_once_without_a_review(
    dev: DeployedStage, request_: dict[str, str], words: str
) -> None:
    execution = dev.start_machine(**{"title": "Never posted", **request_})

    end = execution.end()
    assert (end["status"], end["error"]) == ("FAILED", "InvalidInput")
    assert words in json.loads(end["cause"])["errorMessage"]
    assert "Never posted" not in str(dev.messages())
    assert dev.row_of(execution) == {}


def test_an_undelivered_request_fails_at_once(dev: DeployedStage) -> None:
    dev.break_slack(status=404, times=100)
    execution, _ = dev.ask_machine()

    end = execution.end()
    dev.break_slack(status=404, times=0)
    assert (end["status"], end["error"]) == ("FAILED", "ReviewNotDelivered")


def test_a_stopped_execution_cancels_its_review(dev: DeployedStage) -> None:
    execution, id_ = dev.ask_machine()
    dev.client("stepfunctions").stop_execution(executionArn=execution.arn, cause="by hand")

    eventually(lambda: dev.row(id_)["status"] == "CANCELLED", "the cancellation")
    dev.message_with("*Cancelled*", id_, "by hand")
