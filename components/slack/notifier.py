"""Tells one Slack channel what a topic announces: as Slack's message, or as a workflow takes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.functions.secret_parameter import secret_parameter, variables_of
from components.reviews.store import ReviewStore
from components.settings.decision_rules import DecisionRules
from components.settings.slack_bot import SlackBot
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules
from components.slack.undelivered_messages import UndeliveredMessages

TIMEOUT_SECONDS = 60
"""The lease of the notes in the reviews' rows is as long: what is still open then was killed."""


@dataclass(frozen=True, kw_only=True)
class SlackNotifierArgs:
    """Which of the topic's events (SNS's filter policy) go to which channel.

    `channel` is what the channel is called, and `notes` what its notes in the reviews' rows begin
    with. `buttons` says whether messages carry buttons. With a bot, it writes the messages in the
    webhook's place.
    """

    stage: Stage
    topic_arn: pulumi.Input[str]
    events: Mapping[str, Any]
    channel: str
    notes: str
    webhook_url: pulumi.Input[str]
    store: ReviewStore
    rules: DecisionRules
    times: TimeRules
    undelivered: UndeliveredMessages
    buttons: bool
    delivery: str = "incoming-webhook"
    bot: SlackBot | None = None


class SlackNotifier(pulumi.ComponentResource):
    """A function that alone may read the channel's secrets, subscribed to the topic."""

    function: PythonFunction

    def __init__(
        self, name: str, args: SlackNotifierArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackNotifier", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        url = pulumi.Output.from_input(args.webhook_url)
        webhook = secret_parameter(
            f"{name}-webhook",
            f"The webhook of {args.channel}",
            url.apply(args.bot.beside) if args.bot else url,
            stage=args.stage,
            opts=self._child,
        )
        token = args.bot and secret_parameter(
            f"{name}-bot-token",
            f"The bot that writes to {args.channel}",
            args.bot.token,
            stage=args.stage,
            opts=self._child,
        )
        self.function = PythonFunction(
            f"{name}-handler",
            PythonFunctionArgs(
                stage=args.stage,
                function="notify_slack",
                description=f"Tells {args.channel} about reviews",
                timeout_seconds=TIMEOUT_SECONDS,
                environment={
                    **args.store.environment,
                    "SLACK_NOTES": args.notes,
                    "SLACK_DELIVERY": args.delivery,
                    **variables_of("SLACK_WEBHOOK_PARAMETER", webhook),
                    **variables_of("SLACK_BOT_TOKEN_PARAMETER", token),
                    "SLACK_CHANNEL_ID": args.bot.channel_id if args.bot else "",
                    "SLACK_BUTTONS": json.dumps(args.buttons),
                    "REQUIRED_APPROVALS": str(args.rules.required_approvals),
                    "ALLOW_SELF_APPROVAL": json.dumps(args.rules.allow_self_approval),
                    "REMIND_BEFORE_SECONDS": args.times.environment["REMIND_BEFORE_SECONDS"],
                },
                grants={
                    **args.store.grants,
                    "notes": args.notes,
                    "webhook_parameter_arn": webhook.arn,
                    "undelivered_queue_arn": args.undelivered.queue_arn,
                },
            ),
            self._child,
        )
        if token:
            aws.iam.RolePolicy(
                f"{name}-bot-policy",
                role=self.function.role.name,
                policy=policy.render("post_as_bot", bot_token_parameter_arn=token.arn),
                opts=self._child,
            )
        self._subscribe()
        self.register_outputs({"function_name": self.function.name})

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
