"""A whole stage: the workflow and its gate, created in the order in which a review travels."""

from dataclasses import dataclass

import pulumi

from components.operations.operations import Operations, OperationsArgs
from components.review_gate import ReviewGate, ReviewGateArgs
from components.reviews.asker_api import asker_policy
from components.reviews.evidence import EvidencePlace
from components.reviews.operator_api import operator_policy
from components.settings.names import LONGEST_FLOW, check_name
from components.settings.production import missing
from components.settings.settings import Settings
from components.settings.stage import Stage
from components.workflow.evidence_bucket import INCOMING, EvidenceBucket, EvidenceBucketArgs
from components.workflow.generate_dataset import generate_function
from components.workflow.workflow import publishing_workflow
from lambdas.domain.review.words import is_production


@dataclass(frozen=True, kw_only=True)
class ApprovalFlowArgs:
    """The stage and its settings."""

    stage: Stage
    settings: Settings


class ApprovalFlow(pulumi.ComponentResource):
    """A workflow that publishes a dataset, and waits for approval if it looks wrong."""

    gate: ReviewGate
    """For connecting more callers in the same program: hosts and durable functions."""
    operations: Operations
    decision_api_url: pulumi.Output[str]
    state_machine_arn: pulumi.Output[str]
    review_machine_arn: pulumi.Output[str]
    answer_machine_arn: pulumi.Output[str]
    operator_api_url: pulumi.Output[str]
    operator_policy_arn: pulumi.Output[str]
    """Attach it to the roles of operators."""
    asker_policy_arn: pulumi.Output[str]
    """Attach it to the roles of programs and people that only ask."""
    review_topic_arn: pulumi.Output[str]
    reviews_table_name: pulumi.Output[str]
    audit_log_table_name: pulumi.Output[str]
    evidence_bucket_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: ApprovalFlowArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:ApprovalFlow", name, None, opts)
        # Also the bucket's name, which must be lower case.
        check_name("the name of a flow", name, LONGEST_FLOW, letters="a-z")
        child = pulumi.ResourceOptions(parent=self)
        stage, settings = args.stage, args.settings
        if is_production(stage.name):
            for warning in missing(settings, stage.name):
                pulumi.log.warn(warning, resource=self)
        bucket = EvidenceBucket(
            f"{name}-evidence",
            EvidenceBucketArgs(stage=stage, review_timeout=settings.gate.times.review_timeout),
            child,
        )
        generate_dataset = generate_function(name, stage=stage, bucket=bucket, opts=child)
        self.gate = gate = ReviewGate(
            f"{name}-gate",
            ReviewGateArgs(
                stage=stage,
                evidence=[EvidencePlace(bucket_arn=bucket.arn, prefix=INCOMING)],
                rules=settings.gate,
            ),
            child,
        )
        workflow = publishing_workflow(
            name,
            stage=stage,
            generate_dataset=generate_dataset,
            bucket=bucket,
            gate=gate,
            threshold=settings.anomaly_threshold,
            review_timeout=settings.gate.times.review_timeout,
            opts=child,
        )
        self.operations = Operations(
            f"{name}-operations",
            OperationsArgs(
                stage=stage,
                state_machine_arn=workflow.arn,
                gate=gate,
                functions={"generate_dataset": generate_dataset, **gate.functions},
                alarm_email=settings.alarm_email,
                alarm_topic_arn=settings.alarm_topic_arn,
                decisions=settings.gate.decisions,
            ),
            child,
        )
        operators = operator_policy(
            name,
            stage=stage,
            api=gate.decision_api,
            machines=[workflow.arn, gate.review_machine_arn, gate.answer_machine_arn],
            opts=child,
        )
        self.operator_api_url = gate.operator_api.url
        self.operator_policy_arn = operators.arn
        self.asker_policy_arn = asker_policy(
            name, stage=stage, api=gate.decision_api, opts=child
        ).arn
        self.decision_api_url = gate.decision_api.url
        self.state_machine_arn = workflow.arn
        self.review_machine_arn = gate.review_machine_arn
        self.answer_machine_arn = gate.answer_machine_arn
        self.review_topic_arn = gate.channel.topic_arn
        self.reviews_table_name = gate.store.table_name
        self.audit_log_table_name = gate.store.audit_log_table_name
        self.evidence_bucket_name = bucket.name
        self.register_outputs({"state_machine_arn": self.state_machine_arn})
