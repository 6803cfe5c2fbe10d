"""State machines of other teams request reviews with the review machine's ARN."""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.deployment.deployer import Deployer
from tests.components.gate_states import problems
from tests.examples.callers import (
    EXAMPLES,
    Caller,
    Example,
    Terraform,
    deploy_file,
    deploy_program,
    fill_placeholders,
)
from tests.local_stack import DeployedStage, Execution, eventually
from tests.story import story

pytestmark = pytest.mark.xdist_group("examples", first=True)

CALLERS = {
    "jsonata_host.asl.json": Example(
        given=lambda name: {"model": name, "auc": 0.941, "auc_in_production": 0.938},
        question="Promote {} to production?",
        refused=("ReviewRejected", ""),
    ),
    "jsonpath_host.asl.json": Example(
        given=lambda name: {"customer": name, "amount": 4999},
        question="Charge 4999 EUR to customer {}?",
        refused=None,
    ),
    "pulumi_caller": Example(
        given=lambda name: {
            "customer": name,
            "amount": 4999,
            "invoice": "https://example.com/1",
        },
        question="Charge {}?",
        refused=("States.TaskFailed", "ReviewRejected"),
    ),
    "terraform": Example(
        given=lambda name: {"team": name, "resources": 12},
        question="Create 12 resources for {}?",
        refused=("States.TaskFailed", "ReviewRejected"),
    ),
}


class Asked:
    """An example that waits for a decision."""

    def __init__(self, caller: Caller, example: Example) -> None:
        name = uuid.uuid4().hex[:8]
        self.given = dict(example.given(name))
        self.execution: Execution = caller.start(**self.given)
        self.question = example.question.format(name)
        message = caller.stage.message_with(self.question, "approve?review=")
        found = re.search(r"approve\?review=([a-z2-7]{16})", json.dumps(message))
        assert found
        self.review_id = found[1]


Ask = Callable[[], Asked]


@pytest.fixture(params=CALLERS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def example(name: str) -> Example:
    return CALLERS[name]


@pytest.fixture(scope="module")
def callers() -> dict[str, Caller]:
    """Deployed examples by name."""
    return {}


@pytest.fixture
def ask(
    dev: DeployedStage,
    name: str,
    example: Example,
    terraform: Terraform,
    deployer: Deployer,
    callers: dict[str, Caller],
) -> Ask:
    if name not in callers:
        match name:
            case "terraform":
                callers[name] = terraform.deploy(dev)
            case "pulumi_caller":
                callers[name] = deploy_program(dev, deployer)
            case _:
                callers[name] = deploy_file(dev, name)
    return lambda: Asked(callers[name], example)


def test_an_approval_resumes_the_caller_named_in_the_audit_log(
    dev: DeployedStage, ask: Ask, name: str
) -> None:
    asked = ask()
    [requested, *_] = story(
        dev.client("dynamodb"), dev.outputs["audit_log_table_name"], asked.review_id
    )
    assert asked.execution.arn in str(requested)
    dev.post("approve", asked.review_id, "fine")

    end = asked.execution.end()
    assert end["status"] == "SUCCEEDED", end
    if name == "jsonata_host.asl.json":
        promoted = {"promoted": asked.given["model"], "share": 100, "approved_by": "unverified"}
        assert end["output"] == promoted
    elif name == "jsonpath_host.asl.json":
        assert end["output"]["charged"] is True
        assert end["output"]["review"]["decision"] == "approved"
    else:
        assert end["output"]["review"]["decision"] == "approved"
        assert end["output"].items() >= asked.given.items()


def test_a_rejection_fails_a_caller_of_the_review_machine(
    dev: DeployedStage, ask: Ask, example: Example
) -> None:
    asked = ask()
    dev.post("reject", asked.review_id, "Too early.")

    end = asked.execution.end()
    if example.refused is None:
        assert end["status"] == "SUCCEEDED"
        assert end["output"]["charged"] is False
        assert end["output"]["review"] == {
            "decision": "rejected",
            "reviewer": "unverified",
            "reason": "Too early.",
        }
        return
    error, error_inside = example.refused
    assert (end["status"], end["error"]) == ("FAILED", error)
    cause: Any = json.loads(end["cause"]) if error_inside else {"Cause": end["cause"]}
    assert cause["Cause"] == "Too early."
    assert cause.get("Error", "") == error_inside


def test_a_stopped_caller_cancels_its_review_and_notifies_the_channel(
    dev: DeployedStage, ask: Ask
) -> None:
    asked = ask()
    dev.client("stepfunctions").stop_execution(executionArn=asked.execution.arn)

    eventually(lambda: dev.row(asked.review_id)["status"] == "CANCELLED", "the cancellation")
    dev.message_with("*Cancelled*", asked.question)
    assert asked.execution.end()["status"] == "ABORTED"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.asl.json")), ids=lambda path: path.name)
def test_the_linter_accepts_each_definition(path: Path) -> None:
    assert problems(json.loads(path.read_text())) == []


def test_every_example_grants_the_same_permissions(
    dev: DeployedStage, terraform: Terraform
) -> None:
    machine = dev.outputs["review_machine_arn"]
    plain = json.loads(fill_placeholders(dev, "caller_policy.json"))
    assert json.loads(terraform.value("permissions", machine)) == plain
