"""How people hear of reviews: a topic, the stage's own Slack channel, e-mail and SMS.

A function writes to Slack: it knows how long to try, what stands there already, and how a review is
by now. For those who want no function in between, a Slack workflow's webhook can be subscribed to
the topic itself; somebody confirms it by hand.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import pulumi
import pulumi_aws as aws

from components.functions.python_function import PythonFunction
from components.reviews.store import ReviewAccess, ReviewStore
from components.settings.decision_rules import DecisionRules
from components.settings.slack_bot import SlackBot
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules
from components.slack.notifier import SlackNotifier, SlackNotifierArgs
from components.slack.undelivered_messages import UndeliveredMessages, UndeliveredMessagesArgs

# https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
ALL_BUT_ESCALATIONS = {"event": [{"anything-but": ["review.escalated"]}]}
ESCALATED = {"escalated": ["true"]}


@dataclass(frozen=True, kw_only=True)
class SlackChannelArgs:
    """`delivery` is `incoming-webhook` or `workflow-webhook`, the kind that `webhook_url` is, or
    `sns-https`: a workflow's webhook that hears the topic itself.

    `buttons` says whether messages of the first kind carry buttons; `bot` writes them where there
    is one. `escalation_webhook_url` is always of the first kind.
    """

    stage: Stage
    channel: str
    webhook_url: pulumi.Input[str]
    delivery: str
    store: ReviewStore
    rules: DecisionRules
    times: TimeRules
    buttons: bool
    bot: SlackBot | None = None
    escalation_webhook_url: pulumi.Input[str] | None = None
    emails: Sequence[str] = ()
    sms_numbers: Sequence[str] = ()


class SlackChannel(pulumi.ComponentResource):
    """A topic with its subscribers, and what becomes of messages that do not reach them."""

    topic_arn: pulumi.Output[str]
    topic_name: pulumi.Output[str]
    undelivered: UndeliveredMessages
    notifier: PythonFunction | None = None
    """The function that writes to Slack; none where Slack takes the messages itself."""
    escalation: PythonFunction | None = None
    """The function that writes to the second, louder channel, if there is one."""

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
                    required_approvals=args.rules.required_approvals,
                ),
            ),
            self._child,
        )
        if args.delivery == "sns-https":
            self._subscribe_workflow()
        else:
            self.notifier = SlackNotifier(
                f"{name}-notify-slack",
                replace(
                    self._writing(args.webhook_url),
                    delivery=args.delivery,
                    bot=args.bot,
                ),
                self._child,
            ).function
        if args.escalation_webhook_url is not None:
            self.escalation = SlackNotifier(
                f"{name}-escalation",
                replace(
                    self._writing(args.escalation_webhook_url),
                    events=ESCALATED,
                    channel="the second channel",
                    notes="louder",
                ),
                self._child,
            ).function
        self._subscribe_people("email", args.emails)
        self._subscribe_people("sms", args.sms_numbers)
        self.register_outputs({"topic_arn": self.topic_arn})

    @property
    def functions(self) -> Mapping[str, PythonFunction]:
        """Those that tell people, and the one that finds that they were not told."""
        return {
            **({"notify_slack": self.notifier} if self.notifier else {}),
            **({"notify_slack_escalation": self.escalation} if self.escalation else {}),
            "report_undelivered": self.undelivered.function,
        }

    @property
    def subscribers(self) -> Mapping[str, int]:
        """How many subscriptions of the topic there are to be, by SNS's protocol."""
        return {
            "lambda": len([it for it in (self.notifier, self.escalation) if it]),
            "https": int(self._args.delivery == "sns-https"),
            "email": len(self._args.emails),
            "sms": len(self._args.sms_numbers),
        }

    def _writing(self, webhook_url: pulumi.Input[str]) -> SlackNotifierArgs:
        """What a function needs that writes to the stage's own channel by this webhook."""
        args = self._args
        return SlackNotifierArgs(
            stage=args.stage,
            topic_arn=self.topic_arn,
            events=ALL_BUT_ESCALATIONS,
            channel=args.channel,
            notes="slack",
            webhook_url=webhook_url,
            store=args.store,
            rules=args.rules,
            times=args.times,
            undelivered=self.undelivered,
            buttons=args.buttons,
        )

    def _subscribe_workflow(self) -> None:
        url = pulumi.Output.secret(self._args.webhook_url)
        aws.sns.TopicSubscription(
            f"{self._name}-slack",
            topic=self.topic_arn,
            # The scheme of a secret URL is no secret.
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
                depends_on=[self.undelivered.admission],
                delete_before_replace=True,
            ),
        )

    def _subscribe_people(self, protocol: str, people: Sequence[str]) -> None:
        for person in people:
            # Named by content: the others stay when one leaves the list.
            tag = sha256(person.encode()).hexdigest()[:8]
            aws.sns.TopicSubscription(
                f"{self._name}-{protocol}-{tag}",
                topic=self.topic_arn,
                protocol=protocol,
                endpoint=person,
                # SNS has one for an address: a second would be the first, and be deleted as it.
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
