"""Somebody else's program: their own state machine, with the gate in the middle."""

import pulumi
import pulumi_aws as aws

from components import DecisionRules, ReviewGate, ReviewGateArgs, Stage

gate = ReviewGate(
    "payout-review",
    ReviewGateArgs(
        stage=Stage(name=pulumi.get_stack(), log_retention_days=30, protected=False),
        evidence_bucket_arn="arn:aws:s3:::payouts",
        slack_channel="#payouts",
        slack_webhook_url=pulumi.Output.secret("https://hooks.slack.com/services/payouts"),
        slack_signing_secret="a plain text, which the gate makes a secret",
        rules=DecisionRules(reviewers=("U012ABCDEF", "U034GHIJKL"), required_approvals=2),
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
