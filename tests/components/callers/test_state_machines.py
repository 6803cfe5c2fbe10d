"""The machines that host the gate as they are deployed: their roles, their logs, their order."""

from dataclasses import dataclass
from itertools import product

import pytest

from tests.components.deployments import (
    EVERYTHING,
    STAGES,
    Deployment,
    Resource,
    deploy,
    functions_of,
)
from tests.components.gate_states import problems

MACHINES = {
    "state_machine_arn": ("signoff-workflow", "signoff-gate"),
    "review_machine_arn": ("signoff-gate-review", "signoff-gate-review"),
}
"""By output: what the machine's own resources are named after, and what connects it."""


@dataclass(frozen=True)
class Machine:
    output: str
    deployment: Deployment

    @property
    def name(self) -> str:
        return MACHINES[self.output][0]

    @property
    def host(self) -> str:
        return MACHINES[self.output][1]

    @property
    def arn(self) -> str:
        return self.deployment.outputs[self.output]

    @property
    def resource(self) -> Resource:
        return self.deployment.one("StateMachine", f"{self.name}-machine")


@pytest.fixture(params=product(MACHINES, STAGES), ids="-".join)
def machine(request: pytest.FixtureRequest) -> Machine:
    output, stage = request.param
    return Machine(output, deploy(stage))


@pytest.mark.parametrize("output", MACHINES)
def test_the_linter_accepts_the_definition(variant: Deployment, output: str) -> None:
    assert problems(Machine(output, variant).resource.json("definition")) == []


def test_it_is_the_machine_of_the_output(machine: Machine) -> None:
    assert machine.arn.endswith(f":stateMachine:{machine.resource.name}-0a1b2c3")


@pytest.mark.parametrize("on_timeout", ["fail", "reject", "approve"])
@pytest.mark.parametrize("output", MACHINES)
def test_what_silence_means_is_up_to_the_function_that_closes(output: str, on_timeout: str) -> None:
    deployment = deploy("dev", {"onTimeout": on_timeout})
    close = functions_of(deployment)["close_review"].inputs["environment"]["variables"]
    assert close["ON_TIMEOUT"] == on_timeout
    silent, usual = (Machine(output, it).resource for it in (deployment, deploy("dev")))
    assert silent.inputs["definition"] == usual.inputs["definition"]


def test_it_logs_everything_but_task_tokens(machine: Machine) -> None:
    inputs = machine.resource.inputs
    assert inputs["type"] == "STANDARD"
    assert inputs["tracingConfiguration"] == {"enabled": True}
    logging = inputs["loggingConfiguration"]
    assert logging["level"] == "ALL"
    assert logging["includeExecutionData"] is False
    assert logging["logDestination"].endswith(":*")
    assert f":/aws/vendedlogs/states/{machine.name}-" in logging["logDestination"]


def test_it_exists_only_after_its_role_may_log_and_ask(machine: Machine) -> None:
    after = {urn.rsplit("::", 1)[-1] for urn in machine.resource.dependencies}
    assert {f"{machine.name}-policy", f"{machine.host}-host-policy"} <= after


@pytest.mark.parametrize("timeout", ["2h", "30d", "364d"])
@pytest.mark.parametrize("output", MACHINES)
def test_it_outlives_its_review_and_is_given_that_time_to_be_deleted(
    output: str, timeout: str
) -> None:
    machine = Machine(output, deploy("dev", {"reviewTimeout": timeout})).resource
    unit = {"h": 3600, "d": 86_400}[timeout[-1]]
    longest = machine.json("definition")["TimeoutSeconds"]
    assert int(timeout[:-1]) * unit < longest < 365 * 86_400
    assert int(machine.delete_timeout.removesuffix("s")) > longest


def test_its_role_is_for_this_account_s_machines(machine: Machine) -> None:
    role = machine.deployment.one("Role", f"{machine.name}-role")
    (statement,) = role.json("assumeRolePolicy")["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


@pytest.mark.parametrize("function", ["decision-api", "sweep-reviews"])
def test_whoever_delivers_decisions_may_answer_it_and_see_its_executions(
    machine: Machine, function: str
) -> None:
    policy = machine.deployment.one("RolePolicy", f"{machine.host}-{function}-answer-policy")
    answer, look = policy.json("policy")["Statement"]
    assert answer["Action"] == "states:SendTaskSuccess"
    assert answer["Resource"] == machine.arn
    assert look["Resource"] == machine.arn.replace(":stateMachine:", ":execution:") + ":*"
    assert policy.inputs["role"] == f"signoff-gate-{function}-handler-role-0a1b2c3"


def test_only_operators_who_finds_a_request_undelivered_and_the_sweeper_may_fail_tasks(
    variant: Deployment,
) -> None:
    failing = {
        (item.inputs["role"], statement["Resource"])
        for item in variant.of_type("RolePolicy")
        for statement in item.json("policy")["Statement"]
        if "states:SendTaskFailure" in statement["Action"]
    }
    assert failing == {
        (f"signoff-gate-{role}-role-0a1b2c3", variant.outputs[output])
        for role in (
            "channel-undelivered-report",
            "operator-api-handler",
            "sweep-reviews-handler",
        )
        for output in MACHINES
    }


def test_the_review_machine_s_role_may_call_the_gate_and_log_and_nothing_else() -> None:
    deployment = deploy("dev", EVERYTHING)
    allowed = {
        statement["Sid"]
        for item in deployment.of_type("RolePolicy")
        if item.inputs["role"] == "signoff-gate-review-role-0a1b2c3"
        for statement in item.json("policy")["Statement"]
    }
    assert allowed == {"AskForReviewsAndCloseThem", "DeliverLogs", "SendTraces"}


def test_the_review_machine_takes_its_whole_input_for_the_request_and_gives_the_answer() -> None:
    definition = Machine("review_machine_arn", deploy("dev")).resource.json("definition")
    states = definition["States"]
    assert definition["StartAt"] == "RequestReview"
    asked = states["RequestReview"]["Arguments"]["Payload"]["request"]
    assert asked == "{% $exists($states.input) ? $states.input : null %}"
    assert states["WasApproved"]["Choices"][0]["Next"] == "Answered"
    assert states["Answered"] == {"Type": "Succeed", "Output": "{% $states.input.review %}"}
