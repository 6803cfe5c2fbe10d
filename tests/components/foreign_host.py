"""Somebody else's program: their own state machine, with the gate in the middle."""

import pulumi
import pulumi_aws as aws

from components import ReviewGate, ReviewGateArgs, Stage

gate = ReviewGate(
    "payout-review",
    ReviewGateArgs(
        stage=Stage(name=pulumi.get_stack(), log_retention_days=30, protected=False),
        evidence_bucket_arn="arn:aws:s3:::payouts",
        slack_channel="#payouts",
        slack_webhook_url=pulumi.Output.secret("https://hooks.slack.com/services/payouts"),
    ),
)
role = aws.iam.Role("payouts", assume_role_policy="{}")
asking = gate.allow_host(role)
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
gate.allow_answers_to(machine.arn)
