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
from components.workflow.arrivals import Arrivals, ArrivalsArgs
from components.workflow.dataset_topic import dataset_topic
from components.workflow.definition import longest_execution
from components.workflow.evidence_bucket import EvidenceBucket, EvidenceBucketArgs
from components.workflow.functions import WorkflowFunctions
from components.workflow.workflow import publishing_workflow
from lambdas.datasets.names import ATTACHMENTS, INCOMING, SAMPLES
from lambdas.domain.review.words import is_production


@dataclass(frozen=True, kw_only=True)
class ApprovalFlowArgs:
    """The stage and its settings."""

    stage: Stage
    settings: Settings


class ApprovalFlow(pulumi.ComponentResource):
    """A workflow that publishes each file that arrives, after approval if it looks wrong."""

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
    """For people who may decide."""
    dataset_topic_arn: pulumi.Output[str]
    """For consumers of published datasets."""
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
        times = settings.gate.times
        bucket = EvidenceBucket(
            f"{name}-evidence",
            EvidenceBucketArgs(
                stage=stage, longest_execution=longest_execution(times.review_timeout)
            ),
            child,
        )
        topic = dataset_topic(name, stage=stage, opts=child)
        functions = WorkflowFunctions.of(
            name,
            stage=stage,
            bucket=bucket,
            rules=settings.datasets,
            dataset_topic=topic,
            opts=child,
        )
        protected = bucket.restrict_publishing(functions.publish)
        self.gate = gate = ReviewGate(
            f"{name}-gate",
            ReviewGateArgs(
                stage=stage,
                evidence=[
                    EvidencePlace(bucket_arn=bucket.arn, prefix=prefix)
                    for prefix in (INCOMING, ATTACHMENTS, SAMPLES)
                ],
                rules=settings.gate,
            ),
            child,
        )
        workflow = publishing_workflow(
            name,
            stage=stage,
            functions=functions,
            gate=gate,
            threshold=settings.datasets.anomaly_threshold,
            review_timeout=times.review_timeout,
            opts=child,
        )
        arrivals = Arrivals(
            f"{name}-arrivals",
            ArrivalsArgs(
                stage=stage,
                bucket=bucket,
                state_machine_arn=workflow.arn,
                unhandled_queue_arn=gate.channel.undelivered.unhandled_queue_arn,
                after=[protected],
            ),
            child,
        )
        self.operations = Operations(
            f"{name}-operations",
            OperationsArgs(
                stage=stage,
                state_machine_arn=workflow.arn,
                gate=gate,
                functions={
                    "start_dataset": arrivals.function,
                    **functions.by_name,
                    **gate.functions,
                },
                arrivals_rule=arrivals.rule_name,
                check_function_arn=settings.datasets.check_function_arn,
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
            bucket_arn=bucket.arn,
            opts=child,
        )
        self.operator_api_url = gate.operator_api.url
        self.operator_policy_arn = operators.arn
        self.asker_policy_arn = asker_policy(
            name, stage=stage, api=gate.decision_api, bucket_arn=bucket.arn, opts=child
        ).arn
        self.decision_api_url = gate.decision_api.url
        self.state_machine_arn = workflow.arn
        self.review_machine_arn = gate.review_machine_arn
        self.answer_machine_arn = gate.answer_machine_arn
        self.review_topic_arn = gate.channel.topic_arn
        self.reviews_table_name = gate.store.table_name
        self.audit_log_table_name = gate.store.audit_log_table_name
        self.evidence_bucket_name = bucket.name
        self.dataset_topic_arn = topic.arn
        self.register_outputs({"state_machine_arn": self.state_machine_arn})
