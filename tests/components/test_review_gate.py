"""The gate alone, in a state machine outside this project."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from components import (
    DecisionRules,
    EvidencePlace,
    GateRules,
    ImpossibleRulesError,
    ReviewGateArgs,
    SettingsError,
    SlackConnection,
    Stage,
    TimeRules,
)
from components.callers.connections import DECIDE, END, SWEEP
from tests.components.deployments import WEBHOOK, Deployment, deploy
from tests.components.gate_states import problems

GATE = "payout-review"


@pytest.fixture
def host() -> Deployment:
    return deploy("dev", program="tests/components/foreign_host.py")


def test_a_foreign_program_runs_with_the_gate(preview: bool) -> None:
    deployment = deploy("dev", program="tests/components/foreign_host.py", preview=preview)
    assert deployment.error is None
    assert "ApprovalFlow" not in {item.type.rsplit(":", 1)[-1] for item in deployment.resources}


def test_its_states_make_a_valid_machine(host: Deployment) -> None:
    definition = host.one("StateMachine", "payouts").json("definition")
    assert problems(definition) == []
    assert definition["States"]["WasApproved"]["Choices"][0]["Next"] == "PayOut"


def test_the_host_may_only_call_the_function_that_its_states_name(
    host: Deployment,
) -> None:
    states = host.one("StateMachine", "payouts").json("definition")["States"]
    called = states["RequestReview"]["Arguments"]["FunctionName"]
    policy = host.one("RolePolicy", "payout-review-loader-caller-policy")
    (statement,) = policy.json("policy")["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == called
    assert policy.inputs["role"] == "payouts-0a1b2c3"


@pytest.mark.parametrize("function", ["decision-api", "slack-interactions", "sweep-reviews"])
def test_functions_that_decide_may_answer_the_hosts_machine(
    host: Deployment, function: str
) -> None:
    policy = host.one("RolePolicy", f"{GATE}-loader-{function}-policy")
    answer, look = policy.json("policy")["Statement"]
    assert answer["Resource"].endswith(":stateMachine:payouts-0a1b2c3")
    assert look["Resource"].endswith(":execution:payouts-0a1b2c3:*")


def test_the_function_for_undelivered_messages_may_answer_the_hosts_task(host: Deployment) -> None:
    policy = host.one("RolePolicy", f"{GATE}-loader-report-undelivered-policy")
    (statement,) = policy.json("policy")["Statement"]
    assert statement["Action"] == "states:SendTaskSuccess"
    assert statement["Resource"].endswith(":stateMachine:payouts-0a1b2c3")


def test_the_gate_is_notified_when_the_hosts_executions_end(host: Deployment) -> None:
    pattern = host.one("EventRule", f"{GATE}-loader-events").json("eventPattern")
    (machine,) = pattern["detail"]["stateMachineArn"]
    assert machine.endswith(":stateMachine:payouts-0a1b2c3")


@pytest.mark.parametrize(
    ("place", "plain"),
    [
        ("slack-interactions-signing-secret", "a plain text"),
        ("channel-notify-slack-bot-token", "xoxb-a-plain-token"),
        ("channel-escalation-webhook", "services/plain"),
    ],
)
def test_a_secret_is_marked_even_if_the_host_does_not_mark_it(
    host: Deployment, place: str, plain: str
) -> None:
    marked = {item.name for item in host.resources if item.secrets}
    assert f"payout-review-{place}" in marked
    assert not any(plain in str(item.inputs) for item in host.resources if not item.secrets)


def slack(**values: Any) -> SlackConnection:
    return SlackConnection(**{"channel": "#payouts", "webhook_url": WEBHOOK, **values})


BOT = {"bot_token": "xoxb-1", "channel_id": "C012ABCDEF"}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            lambda: GateRules(slack=slack(), decisions=DecisionRules(reviewers=("U012ABCDEF",))),
            "reviewers must be empty without slackSigningSecret",
        ),
        (
            lambda: TimeRules(remind_before=(timedelta(days=2),)),
            'remindBefore durations must be shorter than reviewTimeout (24h), got "2d"',
        ),
        (
            lambda: GateRules(slack=slack(), times=TimeRules(escalate_before=HOUR)),
            "escalateBefore must be empty without escalationSlackWebhookUrl",
        ),
        (
            lambda: GateRules(
                slack=slack(delivery="sns-https", signing_secret=None),
                times=TimeRules(on_timeout="approve"),
                decisions=DecisionRules(require_verified_reviewer=False),
            ),
            "onTimeout must be fail or reject with slackDelivery sns-https",
        ),
        (
            lambda: GateRules(slack=slack(escalation_webhook_url=WEBHOOK)),
            "escalationSlackWebhookUrl must be empty without escalateBefore",
        ),
        (
            lambda: slack(**BOT, delivery="workflow-webhook"),
            "slackBotToken must be empty with slackDelivery workflow-webhook",
        ),
        (
            lambda: slack(bot_token="xoxb-1"),
            "slackBotToken must be empty without slackChannelId",
        ),
    ],
)
def test_contradictory_rules_are_rejected_when_they_are_combined(
    rules: Callable[[], object], message: str
) -> None:
    with pytest.raises(ImpossibleRulesError) as refused:
        rules()
    assert str(refused.value).startswith(message)


def test_the_number_of_evidence_locations_is_limited() -> None:
    place = EvidencePlace(bucket_arn="arn:aws:s3:::payouts", prefix="batches/")
    with pytest.raises(SettingsError, match="evidence must have at most 10 places, got 11"):
        ReviewGateArgs(
            stage=Stage(name="dev", log_retention_days=30, protected=False),
            evidence=[place] * 11,
            rules=GateRules(slack=slack()),
        )


@pytest.mark.parametrize("prefix", ["*", "in?/", "${aws:username}/", 'in"/', "x" * 101, "größe/"])
def test_a_prefix_must_be_short_and_without_wildcards(prefix: str) -> None:
    with pytest.raises(SettingsError, match="evidence prefixes must be at most 100 letters"):
        EvidencePlace(bucket_arn="arn:aws:s3:::payouts", prefix=prefix)


@pytest.mark.parametrize(
    "arn",
    [
        *("", "*", "0a1b", "alias/payouts", "arn:aws:kms:eu-central-1:111122223333:alias/payouts"),
        *("arn:aws:kms:eu-central-1:111122223333:key/*", "arn:aws:kms:*:111122223333:key/0a1b"),
        "arn:aws:s3:::payouts",
    ],
)
def test_the_kms_key_of_evidence_must_be_the_arn_of_one_key(arn: str) -> None:
    with pytest.raises(
        SettingsError, match="evidence kmsKeyArn must be a key ARN such as arn:aws:kms"
    ):
        EvidencePlace(bucket_arn="arn:aws:s3:::payouts", kms_key_arn=arn)


@pytest.mark.parametrize("role", ["request-review", "decision-api", "asker-api"])
def test_roles_that_read_evidence_decrypt_it_through_s3_only(host: Deployment, role: str) -> None:
    [policy] = [
        item for item in host.resources if item.name.endswith("-keys") and f"-{role}" in item.name
    ]
    [statement] = json.loads(policy.inputs["policy"])["Statement"]
    assert (statement["Action"], statement["Resource"], statement["Condition"]) == (
        "kms:Decrypt",
        ["arn:aws:kms:eu-central-1:111122223333:key/payouts"],
        {"StringLike": {"kms:ViaService": "s3.*"}},
    )


def test_no_role_decrypts_without_a_customer_key(deployment: Deployment) -> None:
    assert not [item for item in deployment.resources if "kms:" in str(item.inputs)]


def test_its_names_start_with_the_name_from_the_host(host: Deployment) -> None:
    names = {item.name for item in host.resources}
    others = {name for name in names if not name.startswith("payout-review")}
    assert others == {"payouts", "refunds", "promotions"}


def test_one_gate_serves_any_number_of_hosts_and_callers(host: Deployment) -> None:
    urns = [item.urn for item in host.resources]
    assert len(set(urns)) == len(urns)
    for connection in ("loader", "refunds", "promote"):
        own = f"{GATE}-{connection}"
        assert {
            item.name for item in host.resources if item.custom and item.name.startswith(f"{own}-")
        } == {
            f"{own}-caller-policy",
            *(f"{own}-{name.replace('_', '-')}-policy" for name in (*DECIDE, *SWEEP, *END)),
            f"{own}-events",
            f"{own}-events-permission",
        }
        events = {it.type.rsplit(":")[-1] for it in host.resources if it.name == f"{own}-events"}
        assert events == {"ExecutionEvents", "EventRule", "EventTarget"}


def test_a_gate_without_reported_failures_has_no_function_for_them(host: Deployment) -> None:
    handlers = {it.inputs.get("handler") for it in host.of_type("Function")}
    assert "lambdas.close_review.handler.handle" in handlers
    assert "lambdas.report_failure.handler.handle" not in handlers
