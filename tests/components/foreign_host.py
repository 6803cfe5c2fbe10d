"""A program outside Signoff: two state machines and a durable function with the same gate."""

from datetime import timedelta

import pulumi
import pulumi_aws as aws

from components import (
    DecisionRules,
    EvidencePlace,
    GateRules,
    ReviewGate,
    ReviewGateArgs,
    SlackConnection,
    Stage,
    TimeRules,
)

config = pulumi.Config("signoff")
gate = ReviewGate(
    config.get("gate") or "payout-review",
    ReviewGateArgs(
        stage=Stage(name=pulumi.get_stack(), log_retention_days=30, protected=False),
        evidence=[
            EvidencePlace(
                bucket_arn="arn:aws:s3:::payouts",
                prefix="batches/",
                kms_key_arn=pulumi.Output.from_input(
                    "arn:aws:kms:eu-central-1:111122223333:key/payouts"
                ),
            )
        ],
        rules=GateRules(
            slack=SlackConnection(
                channel="#payouts",
                channel_id="C012ABCDEF",
                bot_token="xoxb-a-plain-token",
                webhook_url=config.require_secret("slackWebhookUrl"),
                signing_secret="a plain text, which the gate makes a secret",
                escalation_webhook_url="https://hooks.slack.com/services/plain",
            ),
            decisions=DecisionRules(reviewers=("U012ABCDEF", "U034GHIJKL"), required_approvals=2),
            times=TimeRules(escalate_before=timedelta(hours=1)),
        ),
    ),
)


def host(connection: str, name: str) -> None:
    role = aws.iam.Role(name, assume_role_policy="{}")
    asking = gate.allow_host(connection, role)
    machine = aws.sfn.StateMachine(
        name,
        role_arn=role.arn,
        definition=pulumi.Output.json_dumps(
            gate.states(approved="PayOut").apply(
                lambda review: {
                    "StartAt": "RequestReview",
                    "States": {**review, "PayOut": {"Type": "Succeed"}},
                }
            )
        ),
        opts=pulumi.ResourceOptions(depends_on=[asking]),
    )
    gate.connect_to(connection, machine.arn)


def durable_function(connection: str, name: str) -> None:
    role = aws.iam.Role(name, assume_role_policy="{}")
    asking = gate.allow_caller(connection, role)
    function = aws.lambda_.Function(
        name,
        role=role.arn,
        durable_config={"execution_timeout": 3600},
        opts=pulumi.ResourceOptions(depends_on=[asking]),
    )
    gate.connect_to_function(connection, function)


host(config.get("connection") or "loader", "payouts")
host("refunds", "refunds")
durable_function("promote", "promotions")
