"""Start the workflow for each file that arrives in the evidence bucket."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions.event_rules import invoke_for_events
from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.settings.stage import Stage
from components.workflow.evidence_bucket import EvidenceBucket
from lambdas.datasets.names import INCOMING

LONGEST_EVENT_AGE_SECONDS = 6 * 3600
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""


@dataclass(frozen=True, kw_only=True)
class ArrivalsArgs:
    """The bucket, and the workflow to start; events are turned on once `after` exists."""

    stage: Stage
    bucket: EvidenceBucket
    state_machine_arn: pulumi.Input[str]
    unhandled_queue_arn: pulumi.Input[str]
    """For events that the function could not handle, with an alarm."""
    after: Sequence[pulumi.Resource] = ()


class Arrivals(pulumi.ComponentResource):
    """A rule for S3's events about new files, and the function that starts the workflow."""

    function: PythonFunction
    rule_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: ArrivalsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:Arrivals", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.function = PythonFunction(
            f"{name}-start-dataset",
            PythonFunctionArgs(
                stage=args.stage,
                function="start_dataset",
                description="Starts the workflow for a file that arrived",
                timeout_seconds=30,
                environment={
                    "EVIDENCE_BUCKET": args.bucket.name,
                    "STATE_MACHINE_ARN": args.state_machine_arn,
                },
                grants={
                    "state_machine_arn": args.state_machine_arn,
                    "unhandled_queue_arn": args.unhandled_queue_arn,
                },
            ),
            child,
        )
        # EventBridge is done once Lambda accepts the event; after that, Lambda retries.
        retries = aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-retries",
            function_name=self.function.name,
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=LONGEST_EVENT_AGE_SECONDS,
            destination_config={"on_failure": {"destination": args.unhandled_queue_arn}},
            opts=child,
        )
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
        pattern = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [args.bucket.name]},
                "object": {"key": [{"prefix": INCOMING}]},
            },
        }
        target = invoke_for_events(
            name,
            pattern,
            self.function,
            description=f"Files that arrive below {INCOMING}",
            stage=args.stage,
            parent=self,
            after=[retries],
        )
        self.rule_name = target.rule
        # Last, so that every file that arrives from here on is noticed.
        aws.s3.BucketNotification(
            f"{name}-events",
            bucket=args.bucket.name,
            eventbridge=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[target, *args.after]),
        )
        self.register_outputs({})
