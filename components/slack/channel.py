"""Notifications about reviews: a topic, the stage's own Slack channel, email and SMS.

A function posts to Slack: it retries, posts each message once, and checks the review's state first.
Alternatively, a Slack workflow's webhook is subscribed to the topic directly; the subscription is
confirmed by hand.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import pulumi
import pulumi_aws as aws

from components.functions.python_function import PythonFunction
from components.reviews.store import ReviewAccess, ReviewStore
from components.settings.gate_rules import GateRules
from components.settings.slack_connection import SlackConnection
from components.settings.stage import Stage
from components.slack.notifier import SlackNotifier, SlackNotifierArgs
from components.slack.undelivered_messages import UndeliveredMessages, UndeliveredMessagesArgs

# https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
ALL_BUT_ESCALATIONS = {"event": [{"anything-but": ["review.escalated"]}]}
ESCALATED = {"escalated": ["true"]}
ALL_BUT_SUCCESSES = {"informational": [{"exists": False}]}
"""The filter for e-mail and SMS: a success needs no action."""


@dataclass(frozen=True, kw_only=True)
class SlackChannelArgs:
    """The store of the announced reviews, and the rules that name the subscribers."""

    stage: Stage
    store: ReviewStore
    rules: GateRules


class SlackChannel(pulumi.ComponentResource):
    """A topic with its subscribers, and the handling of undelivered messages."""

    topic_arn: pulumi.Output[str]
    topic_name: pulumi.Output[str]
    undelivered: UndeliveredMessages
    notifier: PythonFunction | None = None
    """The function that posts to Slack. None if the topic calls Slack directly, or the stage is not
    connected."""
    bot_token: aws.ssm.Parameter | None = None
    """The parameter with the bot's token, if a bot posts."""
    escalation: PythonFunction | None = None
    """The function that posts to the escalation channel, if there is one."""

    def __init__(
        self, name: str, args: SlackChannelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackChannel", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-topic",
            kms_master_key_id="alias/aws/sns",
            signature_version=2,
            tags=args.stage.tags,
            opts=self._child,
        )
        self.topic_arn, self.topic_name = topic.arn, topic.name
        self.undelivered = UndeliveredMessages(
            f"{name}-undelivered",
            UndeliveredMessagesArgs(
                stage=args.stage,
                reviews=ReviewAccess(
                    store=args.store,
                    topic_arn=topic.arn,
                    required_approvals=args.rules.decisions.required_approvals,
                    times=args.rules.times,
                ),
            ),
            self._child,
        )
        slack = args.rules.slack
        if slack.delivery == "sns-https" and slack.webhook_url is not None:
            self._subscribe_workflow(slack.webhook_url)
        elif slack.connected:
            notifier = SlackNotifier(
                f"{name}-notify-slack", self._notifier_args(slack), self._child
            )
            self.notifier = notifier.function
            self.bot_token = notifier.secret if slack.bot_token is not None else None
        if slack.escalation_webhook_url is not None:
            escalation = SlackConnection(
                channel="the escalation channel", webhook_url=slack.escalation_webhook_url
            )
            self.escalation = SlackNotifier(
                f"{name}-escalation",
                replace(self._notifier_args(escalation), events=ESCALATED, notes="louder"),
                self._child,
            ).function
        self._subscribe_people("email", args.rules.notify_emails)
        self._subscribe_people("sms", args.rules.notify_sms_numbers)
        self.register_outputs({"topic_arn": self.topic_arn})

    @property
    def functions(self) -> Mapping[str, PythonFunction]:
        """The notifiers, and the function that handles undelivered messages."""
        return {
            **({"notify_slack": self.notifier} if self.notifier else {}),
            **({"notify_slack_escalation": self.escalation} if self.escalation else {}),
            "report_undelivered": self.undelivered.function,
        }

    @property
    def subscribers(self) -> Mapping[str, int]:
        """Expected number of subscriptions of the topic, by SNS protocol."""
        rules = self._args.rules
        return {
            "lambda": len([it for it in (self.notifier, self.escalation) if it]),
            "https": int(rules.slack.delivery == "sns-https" and rules.slack.connected),
            "email": len(rules.notify_emails),
            "sms": len(rules.notify_sms_numbers),
        }

    def _notifier_args(self, connection: SlackConnection) -> SlackNotifierArgs:
        """Arguments of a notifier for this connection, as for the stage's own channel."""
        args = self._args
        return SlackNotifierArgs(
            stage=args.stage,
            topic_arn=self.topic_arn,
            events=ALL_BUT_ESCALATIONS,
            connection=connection,
            notes="slack",
            store=args.store,
            rules=args.rules,
            undelivered=self.undelivered,
        )

    def _subscribe_workflow(self, webhook_url: pulumi.Input[str]) -> None:
        url = pulumi.Output.secret(webhook_url)
        aws.sns.TopicSubscription(
            f"{self._name}-slack",
            topic=self.topic_arn,
            # The scheme of a secret URL is not secret.
            protocol=pulumi.Output.unsecret(url.apply(lambda known: known.split(":")[0])),
            endpoint=url,
            raw_message_delivery=True,
            # https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html
            delivery_policy=json.dumps(
                {"requestPolicy": {"headerContentType": "application/json"}}
            ),
            filter_policy=json.dumps(ALL_BUT_ESCALATIONS),
            redrive_policy=self.undelivered.redrive_policy,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[self.undelivered.queue_policy],
                delete_before_replace=True,
            ),
        )

    def _subscribe_people(self, protocol: str, people: Sequence[str]) -> None:
        for person in people:
            # Named by content, so that removing one does not replace the others.
            tag = sha256(person.encode()).hexdigest()[:8]
            aws.sns.TopicSubscription(
                f"{self._name}-{protocol}-{tag}",
                topic=self.topic_arn,
                protocol=protocol,
                endpoint=person,
                filter_policy=json.dumps(ALL_BUT_SUCCESSES),
                # SNS has one per address: a replacement created first would be deleted with it.
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
