"""Undelivered messages: a dead-letter queue, and a function that handles it.

A review whose request was not delivered would never be decided, so the function ends it and fails
its caller. Messages that this function cannot handle go to a second queue for people.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.store import ReviewAccess
from components.settings.stage import Stage

TIMEOUT_SECONDS = 30
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS
TRIES = 3
RETENTION_SECONDS = 14 * 86400


@dataclass(frozen=True, kw_only=True)
class UndeliveredMessagesArgs:
    """The reviews that the messages are about, and their topic."""

    stage: Stage
    reviews: ReviewAccess


class UndeliveredMessages(pulumi.ComponentResource):
    """The queue for the topic and the notifiers, its handler, and a queue for failures."""

    queue_arn: pulumi.Output[str]
    queue_url: pulumi.Output[str]
    queue_policy: aws.sqs.QueuePolicy
    """Allows the topic to send to the queue; its subscriptions depend on it."""
    unhandled_queue_arn: pulumi.Output[str]
    unhandled_queue_name: pulumi.Output[str]
    unhandled_queue_url: pulumi.Output[str]
    function: PythonFunction

    def __init__(
        self, name: str, args: UndeliveredMessagesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:UndeliveredMessages", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = args.stage.tags
        unhandled = aws.sqs.Queue(
            f"{name}-unhandled",
            message_retention_seconds=RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            tags=tags,
            opts=child,
        )
        queue = aws.sqs.Queue(
            f"{name}-queue",
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=VISIBILITY_SECONDS,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": unhandled.arn, "maxReceiveCount": TRIES}
            ),
            sqs_managed_sse_enabled=True,
            tags=tags,
            opts=child,
        )
        self.queue_policy = aws.sqs.QueuePolicy(
            f"{name}-queue-policy",
            queue_url=queue.url,
            policy=policy.render(
                "undelivered_queue", queue_arn=queue.arn, topic_arn=args.reviews.topic_arn
            ),
            opts=child,
        )
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="report_undelivered",
                description="Ends reviews whose request could not be delivered",
                timeout_seconds=TIMEOUT_SECONDS,
                # Lambda documents no condition key for reading a queue:
                # https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
                trust="trust_queue_reader",
                environment=args.reviews.environment,
                grants={
                    **args.reviews.grants,
                    **args.reviews.store.notes_grants,
                    "undelivered_queue_arn": queue.arn,
                },
            ),
            child,
        )
        aws.lambda_.EventSourceMapping(
            f"{name}-source",
            event_source_arn=queue.arn,
            function_name=self.function.name,
            batch_size=10,
            # Retry only the messages that failed.
            function_response_types=["ReportBatchItemFailures"],
            tags=tags,
            opts=child,
        )
        self.queue_arn, self.queue_url = queue.arn, queue.url
        self.unhandled_queue_arn = unhandled.arn
        self.unhandled_queue_name, self.unhandled_queue_url = unhandled.name, unhandled.url
        self.register_outputs({"queue_arn": self.queue_arn})

    @property
    def redrive_policy(self) -> pulumi.Output[str]:
        """Redrive policy of a subscription: undeliverable messages go to the queue."""
        return pulumi.Output.json_dumps({"deadLetterTargetArn": self.queue_arn})
