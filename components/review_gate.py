"""The reusable half: everything between "ask a person" and "here is the answer".

Put it into any state machine:

    gate = ReviewGate("gate", ReviewGateArgs(...))
    asking = gate.allow_host(role)                  # the machine's role
    states = gate.states(approved="Publish")        # splice in, enter at `RequestReview`
    machine = StateMachine(..., opts=ResourceOptions(depends_on=[asking]))
    gate.allow_answers_to(machine.arn)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pulumi
import pulumi_aws as aws

from components import policy
from components.decision_api import DecisionApi, DecisionApiArgs
from components.decision_rules import DecisionRules
from components.python_function import PythonFunction, PythonFunctionArgs
from components.review_states import States, review_states
from components.review_store import ReviewStore, ReviewStoreArgs
from components.slack_channel import SlackChannel, SlackChannelArgs
from components.slack_interactions import SlackInteractions, SlackInteractionsArgs
from components.stage import Stage


@dataclass(frozen=True, kw_only=True)
class ReviewGateArgs:
    """Whom to ask, for how long, about what is in which bucket, and who may decide.

    The words are those of the configuration keys with the same names.
    Raises `ImpossibleRulesError` for rules that nobody could satisfy here.
    """

    stage: Stage
    evidence_bucket_arn: pulumi.Input[str]
    slack_channel: str
    slack_webhook_url: pulumi.Input[str]
    slack_delivery: str = "incoming-webhook"
    slack_signing_secret: pulumi.Input[str] | None = None
    rules: DecisionRules = field(default_factory=DecisionRules)
    notify_emails: Sequence[str] = ()
    notify_sms_numbers: Sequence[str] = ()
    review_timeout: timedelta = timedelta(hours=24)
    on_timeout: str = "fail"
    link_shortener: str = "builtin"

    def __post_init__(self) -> None:
        self.rules.check(
            signing_secret=self.slack_signing_secret is not None,
            slack_delivery=self.slack_delivery,
            on_timeout=self.on_timeout,
        )


class ReviewGate(pulumi.ComponentResource):
    """Store, channel, decision API and the two functions that a waiting state machine calls.

    With a signing secret there are buttons too, and a function of their own for the clicks.
    """

    store: ReviewStore
    channel: SlackChannel
    decision_api: DecisionApi
    interactions: SlackInteractions | None = None
    request_review: PythonFunction
    close_review: PythonFunction

    def __init__(
        self, name: str, args: ReviewGateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:ReviewGate", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.store = ReviewStore(f"{name}-reviews", ReviewStoreArgs(stage=args.stage), self._child)
        self.channel = SlackChannel(
            f"{name}-channel",
            SlackChannelArgs(
                stage=args.stage,
                channel=args.slack_channel,
                webhook_url=args.slack_webhook_url,
                delivery=args.slack_delivery,
                store=self.store,
                rules=args.rules,
                buttons=args.slack_signing_secret is not None,
                emails=args.notify_emails,
                sms_numbers=args.notify_sms_numbers,
            ),
            self._child,
        )
        self.decision_api = DecisionApi(
            f"{name}-decision-api",
            DecisionApiArgs(
                stage=args.stage,
                store=self.store,
                topic_arn=self.channel.topic_arn,
                slack_channel=args.slack_channel,
                rules=args.rules,
                evidence_bucket_arn=args.evidence_bucket_arn,
            ),
            self._child,
        )
        if args.slack_signing_secret is not None:
            self.interactions = SlackInteractions(
                f"{name}-slack-interactions",
                SlackInteractionsArgs(
                    stage=args.stage,
                    api=self.decision_api,
                    store=self.store,
                    topic_arn=self.channel.topic_arn,
                    signing_secret=args.slack_signing_secret,
                    rules=args.rules,
                ),
                self._child,
            )
        self.request_review = self._request_function()
        self.close_review = self._gate_function(
            "close_review",
            description="Says what silence means when nobody decided in time",
            timeout_seconds=30,
            environment={"ON_TIMEOUT": args.on_timeout},
        )
        self.register_outputs({"decision_api_url": self.decision_api.url})

    @property
    def functions(self) -> Mapping[str, PythonFunction]:
        """All functions of the gate, by the name of their folder."""
        notifier = self.channel.notifier
        return {
            "request_review": self.request_review,
            "close_review": self.close_review,
            **self.deciding_functions,
            **({"notify_slack": notifier} if notifier else {}),
        }

    @property
    def deciding_functions(self) -> Mapping[str, PythonFunction]:
        """Those of them that take people's decisions."""
        clicks = self.interactions
        return {
            "decision_api": self.decision_api.function,
            **({"slack_interactions": clicks.function} if clicks else {}),
        }

    def states(self, *, approved: str, threshold: float | None = None) -> pulumi.Output[States]:
        """The states to splice into the host; `approved` is its state that follows an approval."""

        def filled(arns: Mapping[str, str]) -> States:
            return review_states(
                **arns, timeout=self._args.review_timeout, approved=approved, threshold=threshold
            )

        return pulumi.Output.all(
            request_function=self.request_review.arn, close_function=self.close_review.arn
        ).apply(filled)

    def allow_host(self, role: aws.iam.Role) -> aws.iam.RolePolicy:
        """Let the host machine's role call the gate; create the machine after the result."""
        return aws.iam.RolePolicy(
            f"{self._name}-host-policy",
            role=role.name,
            policy=policy.render(
                "host",
                request_review_arn=self.request_review.arn,
                close_review_arn=self.close_review.arn,
            ),
            opts=self._child,
        )

    def allow_answers_to(self, state_machine_arn: pulumi.Output[str]) -> None:
        """Let people's decisions answer the host machine's tasks and look up its executions."""
        answering = policy.render(
            "answer_executions",
            state_machine_arn=state_machine_arn,
            executions_arn=state_machine_arn.apply(
                lambda arn: arn.replace(":stateMachine:", ":execution:")
            ),
        )
        for function, component in self.deciding_functions.items():
            aws.iam.RolePolicy(
                f"{self._name}-{function.replace('_', '-')}-answer-policy",
                role=component.role.name,
                policy=answering,
                opts=self._child,
            )

    def _request_function(self) -> PythonFunction:
        seconds = int(self._args.review_timeout.total_seconds())
        function = self._gate_function(
            "request_review",
            description="Stores a review and tells people about it",
            timeout_seconds=20,
            environment={
                "DECISION_API_URL": self.decision_api.url,
                "REVIEW_TIMEOUT_SECONDS": str(seconds),
                "LINK_SHORTENER": self._args.link_shortener,
            },
        )
        if self._args.link_shortener != "builtin":
            # The other links are presigned beforehand, with this function's permissions.
            aws.iam.RolePolicy(
                f"{self._name}-evidence-policy",
                role=function.role.name,
                policy=policy.render(
                    "read_evidence", evidence_bucket_arn=self._args.evidence_bucket_arn
                ),
                opts=self._child,
            )
        return function

    def _gate_function(
        self,
        function: str,
        *,
        description: str,
        timeout_seconds: int,
        environment: Mapping[str, pulumi.Input[str]],
    ) -> PythonFunction:
        return PythonFunction(
            f"{self._name}-{function.replace('_', '-')}",
            PythonFunctionArgs(
                stage=self._args.stage,
                function=function,
                description=description,
                timeout_seconds=timeout_seconds,
                environment={
                    **self.store.environment,
                    "REVIEW_TOPIC_ARN": self.channel.topic_arn,
                    **environment,
                },
                grants={
                    **self.store.grants,
                    "topic_arn": self.channel.topic_arn,
                },
            ),
            self._child,
        )
