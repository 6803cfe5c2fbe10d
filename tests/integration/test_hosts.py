"""Hosts with several questions in one execution: each branch receives its own decision."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_stack import DeployedStage, Execution, eventually

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = pytest.mark.xdist_group("local_stack", first=True)

States = dict[str, dict[str, Any]]
LONG = {"title": "Long?"}
SHORT = {"title": "Short?", "timeout": "4s"}


def asking(dev: DeployedStage, suffix: str = "", then: Mapping[str, Any] | None = None) -> States:
    """Return the answer machine's states with other names; they end with the decision.

    `then` replaces the state `Answered`.
    """
    definition: Any = json.loads(
        dev.client("stepfunctions").describe_state_machine(
            stateMachineArn=dev.outputs["answer_machine_arn"]
        )["definition"]
    )
    states: States = {}
    for name, state in definition["States"].items():
        text = json.dumps(state)
        for known in definition["States"]:
            text = text.replace(f'"{known}"', f'"{known}{suffix}"')
        states[name + suffix] = json.loads(text)
    if then:
        states[f"Answered{suffix}"] = {"QueryLanguage": "JSONata", **then}
    return states


def one_question(dev: DeployedStage, suffix: str = "") -> dict[str, Any]:
    return {"StartAt": f"RequestReview{suffix}", "States": asking(dev, suffix)}


def each(dev: DeployedStage, suffix: str = "") -> dict[str, Any]:
    """A `Map` over the questions in its input."""
    return {
        "Type": "Map",
        "Items": "{% $states.input %}",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **one_question(dev, suffix)},
        "End": True,
    }


def run(dev: DeployedStage, given: Any, start: str, states: States) -> Execution:
    """Create a host's machine with these states and start it."""
    client = dev.client("stepfunctions")
    machine = {"QueryLanguage": "JSONata", "StartAt": start, "States": states}
    own = client.describe_state_machine(stateMachineArn=dev.outputs["answer_machine_arn"])
    made = client.create_state_machine(
        name=f"host-{secrets.token_hex(4)}",
        definition=json.dumps(machine),
        roleArn=own["roleArn"],
    )
    started = client.start_execution(
        stateMachineArn=made["stateMachineArn"], input=json.dumps(given)
    )
    return Execution(started["executionArn"], dev)


def asked(dev: DeployedStage, execution: Execution, *contexts: str) -> dict[Any, str]:
    """Return the IDs of an execution's pending reviews by context."""
    ids: dict[Any, str] = {}

    def found() -> dict[Any, str] | None:
        rows = dev.client("dynamodb").query(
            TableName=dev.outputs["reviews_table_name"],
            IndexName="by_execution",
            KeyConditionExpression="execution_arn = :arn",
            ExpressionAttributeValues={":arn": {"S": execution.arn}},
        )["Items"]
        known = [dev.row(it["review_id"]["S"]) for it in rows]
        ids.update({json.loads(it["context"]): it["review_id"] for it in known if "context" in it})
        return ids if ids.keys() >= {*contexts} else None

    return eventually(found, f"the questions {contexts} of one execution")


def questions(*contexts: Any) -> list[dict[str, Any]]:
    return [{**(SHORT if it == "silent" else LONG), "context": it} for it in contexts]


def decided(answers: Sequence[Mapping[str, Any]]) -> list[tuple[Any, str]]:
    return [(it["context"], it["decision"]) for it in answers]


def answer(dev: DeployedStage, ids: Mapping[Any, str], **verbs: str) -> None:
    for context, verb in verbs.items():
        assert dev.post(verb, ids[context], "because").status_code == 200


def test_a_map_over_three_questions_receives_three_decisions(dev: DeployedStage) -> None:
    execution = run(dev, questions("yes", "no", "silent"), "Each", {"Each": each(dev)})
    answer(dev, asked(dev, execution, "yes", "no", "silent"), yes="approve", no="reject")

    end = execution.end()

    assert end["status"] == "SUCCEEDED"
    expected = [("yes", "approved"), ("no", "rejected"), ("silent", "expired")]
    assert decided(end["output"]) == expected


def test_parallel_and_nested_branches_receive_their_own_decisions(dev: DeployedStage) -> None:
    both = {
        "Type": "Parallel",
        "Branches": [
            {
                "StartAt": "First",
                "States": {
                    "First": {
                        "Type": "Pass",
                        "QueryLanguage": "JSONata",
                        "Output": "{% $states.input[0] %}",
                        "Next": "RequestReviewA",
                    },
                    **asking(dev, "A"),
                },
            },
            {
                "StartAt": "Others",
                "States": {
                    "Others": {
                        "Type": "Pass",
                        "QueryLanguage": "JSONata",
                        "Output": "{% $filter($states.input, function($v, $i) { $i > 0 }) %}",
                        "Next": "Each",
                    },
                    "Each": {"QueryLanguage": "JSONata", **each(dev, "B")},
                },
            },
        ],
        "End": True,
    }
    execution = run(dev, questions("no", "yes", "silent"), "Both", {"Both": both})
    answer(dev, asked(dev, execution, "yes", "no", "silent"), yes="approve", no="reject")

    first, others = execution.end()["output"]

    assert decided([first]) == [("no", "rejected")]
    assert decided(others) == [("yes", "approved"), ("silent", "expired")]


def test_consecutive_questions_receive_their_own_decisions(dev: DeployedStage) -> None:
    again = {
        "Type": "Pass",
        "Output": (
            "{% $merge([$states.input, {'context': 'second', 'first': $states.input.review}]) %}"
        ),
        "Next": "Ask",
    }
    ask = {
        "Type": "Pass",
        "QueryLanguage": "JSONata",
        "Output": "{% $sift($states.input, function($v, $n) { $n in ['title', 'context'] }) %}",
        "Assign": {"first": "{% $states.input.first %}"},
        "Next": "RequestReviewB",
    }
    last = {
        "Type": "Succeed",
        "Output": "{% [$first, $states.input.review] %}",
    }
    states = {**asking(dev, "A", again), "Ask": ask, **asking(dev, "B", last)}
    execution = run(dev, questions("first")[0], "RequestReviewA", states)
    answer(dev, asked(dev, execution, "first"), first="reject")
    answer(dev, asked(dev, execution, "second"), second="approve")

    expected = [("first", "rejected"), ("second", "approved")]
    assert decided(execution.end()["output"]) == expected


def test_a_review_whose_task_failed_ends_at_the_first_attempt(dev: DeployedStage) -> None:
    """The task failed elsewhere and was caught: the token is invalid, the execution continues."""
    first = asking(dev, "A")
    first["RequestReviewA"]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Other"}]
    other = {
        "Type": "Pass",
        "Output": {"title": "Another?", "context": "other"},
        "Next": "RequestReviewB",
    }
    states = {**first, "Other": other, **asking(dev, "B")}
    execution = run(dev, questions("lost")[0], "RequestReviewA", states)
    lost = dev.row(asked(dev, execution, "lost")["lost"])
    dev.client("stepfunctions").send_task_failure(taskToken=lost["task_token"], error="Elsewhere")
    ids = asked(dev, execution, "other")

    assert dev.post("approve", lost["review_id"]).status_code == 410
    assert dev.row(lost["review_id"])["status"] == "CANCELLED"
    answer(dev, ids, other="approve")
    assert decided([execution.end()["output"]]) == [("other", "approved")]
