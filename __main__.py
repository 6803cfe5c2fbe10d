"""The Pulumi program: one stack per stage, each with its own workflow, channel, API and roles."""

import pulumi

from components import ApprovalFlow, ApprovalFlowArgs, Settings, Stage

settings = Settings.load(pulumi.Config("signoff"))
stage = Stage(
    name=pulumi.get_stack(),
    log_retention_days=settings.log_retention_days,
    # `pulumi destroy` deletes the data of dev, and keeps that of all other stages.
    protected=pulumi.get_stack() != "dev",
)
flow = ApprovalFlow("signoff", ApprovalFlowArgs(stage=stage, settings=settings))

pulumi.export("approve_url", pulumi.Output.concat(flow.decision_api_url, "/approve"))
pulumi.export("reject_url", pulumi.Output.concat(flow.decision_api_url, "/reject"))
pulumi.export("decision_api_url", flow.decision_api_url)
pulumi.export("operator_api_url", flow.operator_api_url)
pulumi.export("operator_policy_arn", flow.operator_policy_arn)
pulumi.export("asker_policy_arn", flow.asker_policy_arn)
pulumi.export("state_machine_arn", flow.state_machine_arn)
pulumi.export("review_machine_arn", flow.review_machine_arn)
pulumi.export("answer_machine_arn", flow.answer_machine_arn)
pulumi.export("review_topic_arn", flow.review_topic_arn)
pulumi.export("dataset_topic_arn", flow.dataset_topic_arn)
pulumi.export("reviews_table_name", flow.reviews_table_name)
pulumi.export("audit_log_table_name", flow.audit_log_table_name)
pulumi.export("evidence_bucket_name", flow.evidence_bucket_name)
pulumi.export("slack_channel", settings.gate.slack.channel)
pulumi.export("slack_connection", flow.gate.slack_connection)
pulumi.export("slack_app_manifest", flow.gate.slack_app_manifest)
pulumi.export("dashboard_url", flow.operations.dashboard_url)
pulumi.export("operations", flow.operations.names)
