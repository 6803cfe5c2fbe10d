"""How people hear of reviews: a topic, the stage's own Slack channel, e-mail and SMS.

Slack's incoming webhooks take Slack's own messages, so a function writes them. A workflow webhook
takes the topic's flat JSON as it is, so it is subscribed directly; somebody confirms it by hand.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import pulumi
import pulumi_aws as aws

from components import policy
from components.decision_rules import DecisionRules
from components.python_function import PythonFunction, PythonFunctionArgs
from components.review_store import ReviewStore
from components.stage import Stage


@dataclass(frozen=True, kw_only=True)
class SlackChannelArgs:
    """`delivery` is `incoming-webhook` or `workflow-webhook`: the kind that `webhook_url` is.

    `buttons` says whether messages of the former kind carry buttons beside the links.
    """

    stage: Stage
    channel: str
    webhook_url: pulumi.Input[str]
    delivery: str
    store: ReviewStore
    rules: DecisionRules
    buttons: bool
    emails: Sequence[str] = ()
    sms_numbers: Sequence[str] = ()


class SlackChannel(pulumi.ComponentResource):
    """A topic with its subscribers, and a queue for what they could not be told."""

    topic_arn: pulumi.Output[str]
    topic_name: pulumi.Output[str]
    undelivered_queue_name: pulumi.Output[str]
    notifier: PythonFunction | None = None
    """The function that writes to Slack; none where Slack takes the messages itself."""

    def __init__(
        self, name: str, args: SlackChannelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackChannel", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._topic = aws.sns.Topic(
            f"{name}-topic",
            kms_master_key_id="alias/aws/sns",
            signature_version=2,
            tags=args.stage.tags,
            opts=self._child,
        )
        self._undelivered = aws.sqs.Queue(
            f"{name}-undelivered",
            message_retention_seconds=14 * 86400,
            sqs_managed_sse_enabled=True,
            tags=args.stage.tags,
            opts=self._child,
        )
        self._keep_undelivered = aws.sqs.QueuePolicy(
            f"{name}-undelivered-policy",
            queue_url=self._undelivered.url,
            policy=policy.render(
                "undelivered_queue", queue_arn=self._undelivered.arn, topic_arn=self._topic.arn
            ),
            opts=self._child,
        )
        if args.delivery == "incoming-webhook":
            self.notifier = self._notify_by_function()
        else:
            self._notify_by_subscription()
        for protocol, people in (("email", args.emails), ("sms", args.sms_numbers)):
            for person in people:
                # Named by content: the others stay when one leaves the list.
                tag = sha256(person.encode()).hexdigest()[:8]
                aws.sns.TopicSubscription(
                    f"{name}-{protocol}-{tag}",
                    topic=self._topic.arn,
                    protocol=protocol,
                    endpoint=person,
                    opts=self._child,
                )
        self.topic_arn = self._topic.arn
        self.topic_name = self._topic.name
        self.undelivered_queue_name = self._undelivered.name
        self.register_outputs({"topic_arn": self.topic_arn})

    def _notify_by_function(self) -> PythonFunction:
        name, args = self._name, self._args
        webhook = aws.ssm.Parameter(
            f"{name}-webhook",
            description=f"The incoming webhook of {args.channel}",
            type="SecureString",
            value=pulumi.Output.secret(args.webhook_url),
            tags=args.stage.tags,
            opts=self._child,
        )
        notifier = PythonFunction(
            f"{name}-notify-slack",
            PythonFunctionArgs(
                stage=args.stage,
                function="notify_slack",
                description=f"Tells {args.channel} about reviews",
                timeout_seconds=60,
                environment={
                    "SLACK_WEBHOOK_PARAMETER": webhook.name,
                    "RECORD_TABLE": args.store.record_table_name,
                    "SLACK_BUTTONS": json.dumps(args.buttons),
                    "REQUIRED_APPROVALS": str(args.rules.required_approvals),
                },
                grants={
                    "record_table_arn": args.store.record_table_arn,
                    "webhook_parameter_arn": webhook.arn,
                    "undelivered_queue_arn": self._undelivered.arn,
                },
            ),
            self._child,
        )
        # SNS is done when Lambda accepts the message: from there on Lambda itself retries.
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-notify-slack-retries",
            function_name=notifier.name,
            maximum_retry_attempts=2,
            destination_config={"on_failure": {"destination": self._undelivered.arn}},
            opts=self._child,
        )
        permission = aws.lambda_.Permission(
            f"{name}-notify-slack-permission",
            function=notifier.name,
            action="lambda:InvokeFunction",
            principal="sns.amazonaws.com",
            source_arn=self._topic.arn,
            opts=self._child,
        )
        aws.sns.TopicSubscription(
            f"{name}-slack",
            topic=self._topic.arn,
            protocol="lambda",
            endpoint=notifier.arn,
            redrive_policy=self._redrive_policy(),
            opts=self._after(permission, self._keep_undelivered),
        )
        return notifier

    def _notify_by_subscription(self) -> None:
        url = pulumi.Output.secret(self._args.webhook_url)
        aws.sns.TopicSubscription(
            f"{self._name}-slack",
            topic=self._topic.arn,
            # The scheme of a secret URL is no secret.
            protocol=pulumi.Output.unsecret(url.apply(lambda known: known.split(":")[0])),
            endpoint=url,
            raw_message_delivery=True,
            filter_policy=json.dumps({"event": ["review.requested"]}),
            redrive_policy=self._redrive_policy(),
            opts=self._after(self._keep_undelivered),
        )

    def _redrive_policy(self) -> pulumi.Output[str]:
        return pulumi.Output.json_dumps({"deadLetterTargetArn": self._undelivered.arn})

    def _after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=[*resources])
