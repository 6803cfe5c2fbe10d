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


def test_the_machine_s_role_is_for_this_account_s_machines(deployment: Deployment) -> None:
    trust = deployment.one("Role", "workflow-role").json("assumeRolePolicy")
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_the_decision_api_may_answer_this_machine_only(deployment: Deployment) -> None:
    policy = deployment.one("RolePolicy", "answer-policy")
    answer, look = policy.json("policy")["Statement"]
    machine = deployment.outputs["state_machine_arn"]
    assert answer["Resource"] == machine
    assert look["Resource"] == machine.replace(":stateMachine:", ":execution:") + ":*"
    assert "decision-api" in policy.inputs["role"]
