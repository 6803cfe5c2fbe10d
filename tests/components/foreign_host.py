"""Somebody else's program: their own state machine, with the gate in the middle."""

from datetime import timedelta

import pulumi
import pulumi_aws as aws

from components import (
    DecisionRules,
    EvidencePlace,
    ReviewGate,
    ReviewGateArgs,
    SlackBot,
    Stage,
    TimeRules,
)

gate = ReviewGate(
    "payout-review",
    ReviewGateArgs(
        stage=Stage(name=pulumi.get_stack(), log_retention_days=30, protected=False),
        evidence=[EvidencePlace(bucket_arn="arn:aws:s3:::payouts", prefix="batches/")],
        slack_channel="#payouts",
        slack_webhook_url=pulumi.Config("signoff").require_secret("slackWebhookUrl"),
        slack_signing_secret="a plain text, which the gate makes a secret",
        slack_bot=SlackBot(token="xoxb-a-plain-token", channel_id="C012ABCDEF"),
        rules=DecisionRules(reviewers=("U012ABCDEF", "U034GHIJKL"), required_approvals=2),
        times=TimeRules(escalate_before=timedelta(hours=1)),
        escalation_slack_webhook_url="https://hooks.slack.com/services/plain",
    ),
)
role = aws.iam.Role("payouts", assume_role_policy="{}")
asking = gate.allow_host("loader", role)
machine = aws.sfn.StateMachine(
    "payouts",
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
gate.connect_to("loader", machine.arn)
