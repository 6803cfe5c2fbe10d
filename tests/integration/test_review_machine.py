"""The review machine on deployed stages: its input is a request, its output the answer."""

import json
import re
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.laptop import DeployedStage, Execution, eventually


def asked(stage: DeployedStage, **request: Any) -> tuple[Execution, str]:
    """An execution that asks under a title of its own, which is the second."""
    title = f"Promote model {uuid.uuid4().hex[:8]}?"
    answer = stage.client("stepfunctions").start_execution(
        stateMachineArn=stage.outputs["review_machine_arn"],
        input=json.dumps({"title": title, **request}),
    )
    return Execution(answer["executionArn"], stage), title


def review_id(stage: DeployedStage, title: str) -> str:
    shown = json.dumps(stage.message_with(title, "approve?review="))
    found = re.search(r"approve\?review=([0-9a-f]+)", shown)
    assert found
    return found[1]


def test_an_approval_is_the_whole_output(dev: DeployedStage) -> None:
    context = {"job": [7, {"deep": None}]}
    execution, title = asked(
        dev,
        facts={"AUC": 0.94},
        questions=[{"name": "share", "label": "Share in percent", "kind": "number"}],
        context=context,
    )
    id_ = review_id(dev, title)
    dev.post("approve", id_, "Better on every slice.")

    end = execution.end()
    assert end["status"] == "SUCCEEDED"
    assert end["output"].pop("decided_at").startswith("20")
    assert end["output"] == {
        "review_id": id_,
        "decision": "approved",
        "reviewer": "unverified",
        "reason": "Better on every slice.",
        "answers": {},
        "via": "link",
        "context": context,
    }


@pytest.mark.parametrize("answer", [{}, {"answer": "always"}], ids=["usually", "always"])
def test_a_rejection_fails_it_unless_every_answer_was_asked_for(
    dev: DeployedStage, answer: dict[str, str]
) -> None:
    execution, title = asked(dev, **answer)
    dev.post("reject", review_id(dev, title), "Too early.")

    end = execution.end()
    if answer:
        assert end["status"] == "SUCCEEDED"
        assert (end["output"]["decision"], end["output"]["reason"]) == ("rejected", "Too early.")
    else:
        assert (end["status"], end["error"]) == ("FAILED", "ReviewRejected")
        assert end["cause"] == "Too early."


@pytest.mark.parametrize("answer", [{}, {"answer": "always"}], ids=["usually", "always"])
def test_silence_ends_it_after_the_time_of_the_request(
    dev: DeployedStage, answer: dict[str, str]
) -> None:
    execution, _ = asked(dev, timeout="3s", **answer)

    end = execution.end()
    if answer:
        assert (end["status"], end["output"]["decision"]) == ("SUCCEEDED", "expired")
    else:
        assert (end["status"], end["error"]) == ("FAILED", "ReviewExpired")
        assert end["cause"] == "Nobody decided within 3 seconds."


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"title": ""}, "title must be"),
        ({"titel": "x"}, "titel"),
        ({"timeout": "900d"}, "timeout must be"),
    ],
)
def test_a_wrong_request_fails_it_at_once_and_nobody_is_asked(
    dev: DeployedStage, request_: dict[str, str], words: str
) -> None:
    execution, title = asked(dev, **request_)

    end = execution.end()
    assert (end["status"], end["error"]) == ("FAILED", "InvalidInput")
    assert words in json.loads(end["cause"])["errorMessage"]
    assert title not in str(dev.messages())


def test_a_request_that_reaches_nobody_fails_it_at_once(
    dev_with: Callable[..., DeployedStage],
) -> None:
    dev = dev_with()
    dev.break_slack(status=404, times=3)
    execution, _ = asked(dev)

    end = execution.end()
    assert (end["status"], end["error"]) == ("FAILED", "ReviewNotDelivered")


def test_an_execution_that_is_stopped_cancels_its_review(dev: DeployedStage) -> None:
    execution, title = asked(dev)
    id_ = review_id(dev, title)
    dev.client("stepfunctions").stop_execution(executionArn=execution.arn, cause="by hand")

    eventually(lambda: dev.row(id_)["status"] == "CANCELLED", "the cancellation")
    dev.message_with("*Cancelled*", title, "by hand")


def test_a_review_costs_three_transitions_and_one_more_where_nobody_decides(
    dev: DeployedStage,
) -> None:
    """What Step Functions counts is each state that is entered: the README's arithmetic."""
    decided, title = asked(dev)
    dev.post("approve", review_id(dev, title))
    silent, _ = asked(dev, timeout="3s")

    def transitions(execution: Execution) -> int:
        execution.end()
        states = dev.client("stepfunctions")
        events = states.get_execution_history(executionArn=execution.arn)["events"]
        return Counter(event["type"].endswith("StateEntered") for event in events)[True]

    assert transitions(decided) == 3
    assert transitions(silent) == 4
