"""Posts a topic's announcements to a Slack channel, as a message or to a workflow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.functions.secret_parameter import secret_parameter, variables_of
from components.reviews.store import ReviewStore
from components.settings.gate_rules import GateRules
from components.settings.slack_connection import SlackConnection
from components.settings.stage import Stage
from components.slack.undelivered_messages import UndeliveredMessages

TIMEOUT_SECONDS = 60
"""Equal to the lease of the notes about reviews: one still open then was abandoned."""


@dataclass(frozen=True, kw_only=True)
class SlackNotifierArgs:
    """The topic's events (an SNS filter policy) and the connection to post them to.

    `notes` is the prefix of the channel's notes about reviews.
    """

    stage: Stage
    topic_arn: pulumi.Input[str]
    events: Mapping[str, Any]
    connection: SlackConnection
    notes: str
    store: ReviewStore
    rules: GateRules
    undelivered: UndeliveredMessages


class SlackNotifier(pulumi.ComponentResource):
    """A function subscribed to the topic, with its own credential for Slack."""

    function: PythonFunction
    secret: aws.ssm.Parameter
    """The bot token or webhook URL."""

    def __init__(
        self, name: str, args: SlackNotifierArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackNotifier", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.secret = secret = self._secret()
        slack, decisions = args.connection, args.rules.decisions
        bot = slack.bot_token is not None
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="notify_slack",
                description=f"Posts reviews to {slack.channel}",
                timeout_seconds=TIMEOUT_SECONDS,
                environment={
                    **args.store.environment,
                    **args.store.notes_environment,
                    "SLACK_NOTES": args.notes,
                    "SLACK_DELIVERY": slack.delivery,
                    **variables_of("SLACK_WEBHOOK_PARAMETER", None if bot else secret),
                    **variables_of("SLACK_BOT_TOKEN_PARAMETER", secret if bot else None),
                    "SLACK_CHANNEL_ID": (slack.channel_id or "") if bot else "",
                    "SLACK_API_URL": slack.api_url if bot else "",
                    "SLACK_BUTTONS": json.dumps(args.rules.slack.signing_secret is not None),
                    "REQUIRED_APPROVALS": str(decisions.required_approvals),
                    "ALLOW_SELF_APPROVAL": json.dumps(decisions.allow_self_approval),
                    **args.rules.times.keep_environment,
                    "REMIND_BEFORE_SECONDS": args.rules.times.environment["REMIND_BEFORE_SECONDS"],
                },
                grants={
                    **args.store.grants,
                    **args.store.notes_grants,
                    "notes": args.notes,
                    "slack_secret_parameter_arn": secret.arn,
                    "undelivered_queue_arn": args.undelivered.queue_arn,
                },
            ),
            self._child,
        )
        self._subscribe()
        self.register_outputs({"function_name": self.function.name})

    def _secret(self) -> aws.ssm.Parameter:
        """The bot token, or else the webhook URL."""
        name, stage, to = self._name, self._args.stage, self._args.connection
        if to.bot_token is not None:
            kind, what, value = "bot-token", "Bot token for", to.bot_token
        elif to.webhook_url is not None:
            kind, what, value = "webhook", "Webhook URL of", to.webhook_url
        else:
            raise ValueError(f"no bot token or webhook URL for {to.channel}")
        return secret_parameter(
            f"{name}-{kind}", f"{what} {to.channel}", value, stage=stage, opts=self._child
        )

    def _subscribe(self) -> None:
        name, undelivered = self._name, self._args.undelivered
        # SNS is done once Lambda accepts the message; after that, Lambda retries.
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-retries",
            function_name=self.function.name,
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=3600,
            destination_config={"on_failure": {"destination": undelivered.queue_arn}},
            opts=self._child,
        )
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            function=self.function.name,
            action="lambda:InvokeFunction",
            principal="sns.amazonaws.com",
            source_arn=self._args.topic_arn,
            opts=self._child,
        )
        aws.sns.TopicSubscription(
            f"{name}-subscription",
            topic=self._args.topic_arn,
            protocol="lambda",
            endpoint=self.function.arn,
            filter_policy=json.dumps(self._args.events),
            redrive_policy=undelivered.redrive_policy,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[permission, undelivered.queue_policy]
            ),
        )
