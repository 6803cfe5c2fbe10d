"""The state machine as it is deployed: its role, its logs, its order."""

import pytest
from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from tests.components.deployments import Deployment, Resource, deploy, functions_of


def test_the_linter_accepts_the_definition(variant: Deployment) -> None:
    assert Linter.validate(_machine(variant).json("definition")) == []


@pytest.mark.parametrize("on_timeout", ["fail", "reject", "approve"])
def test_what_silence_means_is_up_to_the_function_that_closes(on_timeout: str) -> None:
    deployment = deploy("dev", {"onTimeout": on_timeout})
    close = functions_of(deployment)["close_review"].inputs["environment"]["variables"]
    assert close["ON_TIMEOUT"] == on_timeout
    assert (
        _machine(deployment).inputs["definition"] == (_machine(deploy("dev")).inputs["definition"])
    )


def _machine(deployment: Deployment) -> Resource:
    return next(item for item in deployment.of_type("StateMachine") if item.custom)


def test_the_machine_logs_everything_but_task_tokens(deployment: Deployment) -> None:
    machine = _machine(deployment).inputs
    assert machine["type"] == "STANDARD"
    assert machine["tracingConfiguration"] == {"enabled": True}
    logging = machine["loggingConfiguration"]
    assert logging["level"] == "ALL"
    assert logging["includeExecutionData"] is False
    assert logging["logDestination"].endswith(":*")
    assert ":/aws/vendedlogs/" in logging["logDestination"]


def test_the_machine_exists_only_after_its_role_may_log_and_ask(deployment: Deployment) -> None:
    after = {urn.rsplit("::", 1)[-1] for urn in _machine(deployment).dependencies}
    assert {"signoff-workflow-policy", "signoff-gate-host-policy"} <= after


@pytest.mark.parametrize("timeout", ["2h", "30d"])
def test_a_machine_is_given_the_time_that_its_last_execution_may_take_to_be_deleted(
    timeout: str,
) -> None:
    machine = _machine(deploy("dev", {"reviewTimeout": timeout}))
    seconds = machine.delete_timeout.removesuffix("s")
    assert int(seconds) > machine.json("definition")["TimeoutSeconds"]


def test_the_machine_s_role_is_for_this_account_s_machines(deployment: Deployment) -> None:
    trust = deployment.one("Role", "workflow-role").json("assumeRolePolicy")
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


@pytest.mark.parametrize(
    ("function", "role"),
    [("decision-api", "decision-api-handler"), ("sweep-reviews", "sweep-reviews-handler")],
)
def test_whoever_delivers_decisions_may_answer_this_machine_only(
    deployment: Deployment, function: str, role: str
) -> None:
    policy = deployment.one("RolePolicy", f"{function}-answer-policy")
    answer, look = policy.json("policy")["Statement"]
    machine = deployment.outputs["state_machine_arn"]
    assert answer["Action"] == "states:SendTaskSuccess"
    assert answer["Resource"] == machine
    assert look["Resource"] == machine.replace(":stateMachine:", ":execution:") + ":*"
    assert policy.inputs["role"] == f"signoff-gate-{role}-role-0a1b2c3"


def test_only_who_finds_a_request_undelivered_and_the_sweeper_may_fail_this_machine_s_tasks(
    variant: Deployment,
) -> None:
    failing = {
        item.inputs["role"]: item.json("policy")["Statement"]
        for item in variant.of_type("RolePolicy")
        if "states:SendTaskFailure" in item.inputs["policy"]
    }
    assert set(failing) == {
        "signoff-gate-channel-undelivered-report-role-0a1b2c3",
        "signoff-gate-sweep-reviews-handler-role-0a1b2c3",
    }
    for (statement,) in failing.values():
        assert statement["Action"] == "states:SendTaskFailure"
        assert statement["Resource"] == variant.outputs["state_machine_arn"]
