"""State machines that host the gate, as deployed: roles, logs and order of creation."""

from dataclasses import dataclass

import pytest

from tests.components.deployments import Deployment, Resource, environment
from tests.components.gate_states import problems
from tests.policies.documents import listed

MACHINES = {
    "state_machine_arn": ("signoff-workflow", "signoff-gate-dataset"),
    "review_machine_arn": ("signoff-gate-review", "signoff-gate-review"),
    "answer_machine_arn": ("signoff-gate-answer", "signoff-gate-answer"),
}
"""By output: the prefix of the names of the machine's resources, and its connection's prefix."""


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


@pytest.fixture(params=MACHINES)
def machine(deployment: Deployment, request: pytest.FixtureRequest) -> Machine:
    return Machine(request.param, deployment)


@pytest.mark.parametrize("output", MACHINES)
def test_the_linter_accepts_the_definition(variant: Deployment, output: str) -> None:
    assert problems(Machine(output, variant).resource.json("definition")) == []


def test_the_output_is_the_arn_of_the_machine(machine: Machine) -> None:
    assert machine.arn.endswith(f":stateMachine:{machine.resource.name}-0a1b2c3")


@pytest.mark.parametrize("function", ["request_review", "sweep_reviews"])
def test_the_definition_does_not_depend_on_the_timeout_outcome(
    deployment: Deployment, everything: Deployment, function: str
) -> None:
    assert environment(deployment, function)["ON_TIMEOUT"] == "fail"
    assert environment(everything, function)["ON_TIMEOUT"] == "reject"
    for output in MACHINES:
        rejecting, failing = (Machine(output, it).resource for it in (everything, deployment))
        assert rejecting.inputs["definition"] == failing.inputs["definition"]


def test_it_logs_everything_but_task_tokens(machine: Machine) -> None:
    inputs = machine.resource.inputs
    assert inputs["type"] == "STANDARD"
    assert inputs["tracingConfiguration"] == {"enabled": True}
    logging = inputs["loggingConfiguration"]
    assert logging["level"] == "ALL"
    assert logging["includeExecutionData"] is False
    assert logging["logDestination"].endswith(":*")
    assert f":/aws/vendedlogs/states/{machine.name}-" in logging["logDestination"]


def test_it_is_created_after_its_role_may_log_and_request(machine: Machine) -> None:
    after = {urn.rsplit("::", 1)[-1] for urn in machine.resource.dependencies}
    assert {f"{machine.name}-policy", f"{machine.host}-caller-policy"} <= after


# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
QUOTA = 365 * 86_400


@pytest.mark.parametrize("output", MACHINES)
def test_its_timeout_and_delete_timeout_exceed_the_deadline(
    deployment: Deployment, rules: Deployment, output: str
) -> None:
    for stage, timeout in ((deployment, 2 * 3600), (rules, 364 * 86_400)):
        machine = Machine(output, stage).resource
        longest = machine.json("definition")["TimeoutSeconds"]
        assert timeout < longest <= min(timeout + 86_400, QUOTA)
        assert int(machine.delete_timeout.removesuffix("s")) > longest


def test_its_role_is_for_state_machines_of_this_account(machine: Machine) -> None:
    role = machine.deployment.one("Role", f"{machine.name}-role")
    (statement,) = role.json("assumeRolePolicy")["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


@pytest.mark.parametrize("function", ["decision-api", "sweep-reviews"])
def test_functions_that_deliver_decisions_may_answer_it_and_see_its_executions(
    machine: Machine, function: str
) -> None:
    policy = machine.deployment.one("RolePolicy", f"{machine.host}-{function}-policy")
    answer, look = policy.json("policy")["Statement"]
    assert "states:SendTaskSuccess" in answer["Action"]
    assert answer["Resource"] == machine.arn
    assert look["Resource"] == machine.arn.replace(":stateMachine:", ":execution:") + ":*"
    assert policy.inputs["role"] == f"signoff-gate-{function}-role-0a1b2c3"


def test_no_function_may_fail_a_task_and_only_the_sweeper_may_check_it(
    variant: Deployment,
) -> None:
    permitted = [
        (action, item.inputs["role"])
        for item in variant.of_type("RolePolicy")
        for statement in item.json("policy")["Statement"]
        for action in listed(statement["Action"])
    ]
    failing = {role for action, role in permitted if action == "states:SendTaskFailure"}
    checking = {role for action, role in permitted if action == "states:SendTaskHeartbeat"}
    assert failing == set()
    assert checking == {"signoff-gate-sweep-reviews-role-0a1b2c3"}


def test_only_events_call_the_function_that_cancels_reviews(variant: Deployment) -> None:
    closes = {
        item.inputs["principal"]
        for item in variant.of_type("Permission")
        if item.inputs["function"] == "signoff-gate-close-review-0a1b2c3"
    }
    assert closes == {"events.amazonaws.com"}
    for item in variant.of_type("RolePolicy"):
        assert ":function:signoff-gate-close-review" not in item.inputs["policy"]


def test_the_review_machines_role_may_only_call_the_gate_and_log(
    everything: Deployment,
) -> None:
    allowed = {
        statement["Sid"]
        for item in everything.of_type("RolePolicy")
        if item.inputs["role"] == "signoff-gate-review-role-0a1b2c3"
        for statement in item.json("policy")["Statement"]
    }
    assert allowed == {"AskForReviews", "DeliverLogs", "SendTraces"}


def test_the_review_machines_input_is_the_request_and_its_output_the_answer(
    deployment: Deployment,
) -> None:
    definition = Machine("review_machine_arn", deployment).resource.json("definition")
    states = definition["States"]
    assert definition["StartAt"] == "RequestReview"
    asked = states["RequestReview"]["Arguments"]["Payload"]["request"]
    assert asked == "{% $exists($states.input) ? $states.input : null %}"
    assert states["WasApproved"]["Choices"][0]["Next"] == "Answered"
    assert states["Answered"] == {"Type": "Succeed", "Output": "{% $states.input.review %}"}
