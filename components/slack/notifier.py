"""Tells one Slack channel what a topic announces: as Slack's message, or as a workflow takes it."""

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
"""The lease of the notes about reviews is as long: what is still open then was killed."""


@dataclass(frozen=True, kw_only=True)
class SlackNotifierArgs:
    """Which of the topic's events (SNS's filter policy) go to which channel, by a connection.

    `notes` is what the channel's notes about reviews begin with.
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
    """A function that may read what it writes with, subscribed to the topic."""

    function: PythonFunction
    secret: aws.ssm.Parameter
    """The bot's token, or the webhook."""

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
                description=f"Tells {slack.channel} about reviews",
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
        """What it writes with: the bot's token, or else the webhook."""
        name, stage, to = self._name, self._args.stage, self._args.connection
        if to.bot_token is not None:
            kind, what, value = "bot-token", "The bot that writes to", to.bot_token
        elif to.webhook_url is not None:
            kind, what, value = "webhook", "The webhook of", to.webhook_url
        else:
            raise ValueError(f"nothing writes to {to.channel}")
        return secret_parameter(
            f"{name}-{kind}", f"{what} {to.channel}", value, stage=stage, opts=self._child
        )

    def _subscribe(self) -> None:
        name, undelivered = self._name, self._args.undelivered
        # SNS is done when Lambda accepts the message: from there on Lambda itself retries.
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
                parent=self, depends_on=[permission, undelivered.admission]
            ),
        )
