"""The gate stands alone: it fits into a state machine that knows nothing of this project."""

import pytest
from statelint.linter import Linter  # pyright: ignore[reportMissingTypeStubs]

from components import DecisionRules, ImpossibleRulesError, ReviewGateArgs, Stage
from tests.components.deployments import WEBHOOK, Deployment, deploy


@pytest.fixture
def host() -> Deployment:
    return deploy("dev", program="tests/components/foreign_host.py")


def test_a_foreign_program_runs_with_it(preview: bool) -> None:
    deployment = deploy("dev", program="tests/components/foreign_host.py", preview=preview)
    assert deployment.error is None
    assert "ApprovalFlow" not in {item.type.rsplit(":", 1)[-1] for item in deployment.resources}


def test_its_states_make_a_valid_machine(host: Deployment) -> None:
    definition = host.one("StateMachine").json("definition")
    assert Linter.validate(definition) == []
    assert definition["States"]["WasApproved"]["Choices"][0]["Next"] == "PayOut"


def test_the_host_may_call_the_two_functions_that_its_states_name(host: Deployment) -> None:
    states = host.one("StateMachine").json("definition")["States"]
    called = [
        states[name]["Parameters"]["FunctionName"] for name in ("RequestReview", "CloseReview")
    ]
    policy = host.one("RolePolicy", "host-policy")
    (statement,) = policy.json("policy")["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == called
    assert policy.inputs["role"] == "payouts-0a1b2c3"


@pytest.mark.parametrize("door", ["decision-api", "slack-interactions"])
def test_decisions_may_answer_the_host_s_machine(host: Deployment, door: str) -> None:
    policy = host.one("RolePolicy", f"{door}-answer-policy")
    answer, look = policy.json("policy")["Statement"]
    assert answer["Resource"].endswith(":stateMachine:payouts-0a1b2c3")
    assert look["Resource"].endswith(":execution:payouts-0a1b2c3:*")


def test_a_signing_secret_is_one_even_if_the_host_forgot_to_say_so(host: Deployment) -> None:
    marked = {item.name for item in host.resources if item.secrets}
    assert "payout-review-slack-interactions-signing-secret" in marked
    assert not any(
        "a plain text" in str(item.inputs) for item in host.resources if not item.secrets
    )


def test_rules_that_nobody_could_satisfy_are_refused_with_the_arguments() -> None:
    with pytest.raises(ImpossibleRulesError, match="reviewers must be empty without"):
        ReviewGateArgs(
            stage=Stage(name="dev", log_retention_days=30, protected=False),
            evidence_bucket_arn="arn:aws:s3:::payouts",
            slack_channel="#payouts",
            slack_webhook_url=WEBHOOK,
            rules=DecisionRules(reviewers=("U012ABCDEF",)),
        )


def test_its_names_start_with_the_name_that_the_host_gave(host: Deployment) -> None:
    names = {item.name for item in host.resources}
    assert {name for name in names if not name.startswith("payout-review")} == {"payouts"}
