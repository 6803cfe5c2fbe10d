"""The reusable gate: everything between "ask a person" and "here is the answer".

Add it to any state machine:

    gate = ReviewGate("gate", ReviewGateArgs(...))
    asking = gate.allow_host("loader", role)        # the machine's role
    states = gate.states(approved="Publish")        # splice in, enter at `RequestReview`
    machine = StateMachine(..., opts=ResourceOptions(depends_on=[asking]))
    gate.connect_to("loader", machine.arn)          # answers, and detects ended executions

One gate serves any number of hosts and durable functions; each connection has its own name.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pulumi
import pulumi_aws as aws

from components.callers.connections import (
    Connections,
    allow,
    connect_function,
    connect_host,
)
from components.callers.execution_events import (
    ENDED,
    ENDED_WITHOUT_AN_ANSWER,
    ExecutionEvents,
    ExecutionEventsArgs,
)
from components.callers.review_machine import ANSWERED, REQUEST, review_machine
from components.callers.state_machine import StateMachine
from components.callers.states import States, review_states
from components.functions.python_function import PythonFunction
from components.reviews.asker_api import AskerApi, AskerApiArgs
from components.reviews.close_review import close_function
from components.reviews.decision_api import DecisionApi, DecisionApiArgs
from components.reviews.evidence import EvidencePlace
from components.reviews.operator_api import OperatorApi, OperatorApiArgs
from components.reviews.report_failure import failure_function
from components.reviews.request_review import CallerId, request_function
from components.reviews.slack_directory import SlackDirectory
from components.reviews.store import ReviewAccess, ReviewStore, ReviewStoreArgs
from components.reviews.sweeper import Sweeper, SweeperArgs
from components.settings.gate_rules import GateRules
from components.settings.keys import SettingsError
from components.settings.names import LONGEST_GATE, check_name
from components.settings.stage import Stage
from components.slack.channel import SlackChannel, SlackChannelArgs
from components.slack.commands import SlackCommands, SlackCommandsArgs
from components.slack.interactions import SlackInteractions, SlackInteractionsArgs
from components.slack.manifest import app_manifest

MAX_PLACES = 10
_LINKS_DECIDE = (
    "Stage {stage} accepts decisions by link: anyone who can read {channel}, an e-mail about a"
    " review or the review topic can approve without being identified. To require identified"
    " reviewers, set slackSigningSecret and leave requireVerifiedReviewer unset."
)


@dataclass(frozen=True, kw_only=True)
class ReviewGateArgs:
    """The stage, the evidence locations, and the rules of a gate.

    Raises `SettingsError` for too many evidence locations.
    """

    stage: Stage
    evidence: Sequence[EvidencePlace] = ()
    """The only locations that the gate may read, at most 10."""
    rules: GateRules

    def __post_init__(self) -> None:
        if len(self.evidence) > MAX_PLACES:
            raise SettingsError(
                f"evidence must have at most {MAX_PLACES} places, got {len(self.evidence)}"
            )


class ReviewGate(pulumi.ComponentResource):
    """A stage's reviews: storage, notification, decision, reminders, and end.

    With a signing secret there are also buttons and commands, each with its own function. The class
    declares no outputs, so that programs in other languages get only those in `package/`.
    """

    def __init__(
        self, name: str, args: ReviewGateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:ReviewGate", name, None, opts)
        self._name, self._args = name, args
        self._connections = Connections(check_name("the name of a gate", name, LONGEST_GATE))
        self._child = child = pulumi.ResourceOptions(parent=self)
        stage, rules, slack = args.stage, args.rules, args.rules.slack
        decisions = rules.decisions.settled(signing_secret=slack.signing_secret is not None)
        if slack.connected and decisions.links_decide:
            why = _LINKS_DECIDE.format(stage=stage.name, channel=slack.channel)
            pulumi.log.warn(why, resource=self)
        self.store = ReviewStore(f"{name}-reviews", ReviewStoreArgs(stage=stage), child)
        self.channel = SlackChannel(
            f"{name}-channel",
            SlackChannelArgs(stage=stage, store=self.store, rules=rules),
            child,
        )
        reviews = ReviewAccess(
            store=self.store,
            topic_arn=self.channel.topic_arn,
            required_approvals=decisions.required_approvals,
            times=rules.times,
        )
        self.decision_api = DecisionApi(
            f"{name}-decision-api",
            DecisionApiArgs(
                stage=stage,
                reviews=reviews,
                slack=slack,
                rules=decisions,
                evidence=args.evidence,
            ),
            child,
        )
        self._reviews = reviews
        self._verified: dict[str, PythonFunction] = {}
        self.request_review = self._request_function("taskToken")
        directory = SlackDirectory(
            token=self.channel.bot_token, api_url=slack.api_url, team_id=slack.team_id
        )
        self.interactions: SlackInteractions | None = None
        self.commands: SlackCommands | None = None
        if slack.signing_secret is not None:
            self.interactions = SlackInteractions(
                f"{name}-slack-interactions",
                SlackInteractionsArgs(
                    stage=stage,
                    api=self.decision_api,
                    reviews=reviews,
                    directory=directory,
                    signing_secret=slack.signing_secret,
                    rules=decisions,
                ),
                child,
            )
            self.commands = SlackCommands(
                f"{name}-slack-commands",
                SlackCommandsArgs(
                    stage=stage,
                    api=self.decision_api,
                    store=self.store,
                    signing_secret=self.interactions.signing_secret,
                    slack=slack,
                    rules=decisions,
                ),
                child,
            )
        self.operator_api = OperatorApi(
            f"{name}-operator-api",
            OperatorApiArgs(
                stage=stage,
                api=self.decision_api,
                reviews=reviews,
                directory=directory,
                rules=decisions,
            ),
            child,
        )
        self.asker_api = AskerApi(
            f"{name}-asker-api",
            AskerApiArgs(
                stage=stage,
                api=self.decision_api,
                reviews=reviews,
                rules=rules,
                decisions=decisions,
                evidence=args.evidence,
                after=self.channel,
            ),
            child,
        )
        from_slack = [it.route for it in (self.interactions, self.commands) if it]
        self.decision_api.open(*from_slack, *self.operator_api.routes, *self.asker_api.routes)
        self.sweeper = Sweeper(
            f"{name}-sweep-reviews",
            SweeperArgs(stage=stage, reviews=reviews, times=rules.times),
            child,
        )
        self.close_review = close_function(name, stage=stage, reviews=reviews, opts=child)
        # For any caller: state machines whose input is a request. One succeeds if approved,
        # and fails otherwise; the other succeeds with every answer.
        self.review_machine = self._machine("review", answered=None)
        self.answer_machine = self._machine("answer", answered=ANSWERED)
        self.review_machine_arn = self.review_machine.arn
        self.answer_machine_arn = self.answer_machine.arn
        # The app to create in Slack, and whether the stage is connected to one.
        # Without a signing secret, no route serves Slack. An unconnected stage gets its secret from
        # the app that this manifest creates.
        signed = slack.signing_secret is not None or not slack.connected
        self.slack_app_manifest = self.decision_api.url.apply(
            lambda url: json.dumps(
                app_manifest(stage.name, url, signed=signed, org=slack.is_org), indent=2
            )
        )
        self.slack_connection = pulumi.Output.from_input(str(slack))
        self.register_outputs(
            {
                "decision_api_url": self.decision_api.url,
                "operator_api_url": self.operator_api.url,
                "review_machine_arn": self.review_machine_arn,
                "answer_machine_arn": self.answer_machine_arn,
            }
        )

    @cached_property
    def request_callback(self) -> PythonFunction:
        """The function that durable functions call to ask; created for the first one."""
        return self._request_function("callbackId")

    @cached_property
    def report_failure(self) -> PythonFunction:
        """The function that reports failed executions; created for the first connection."""
        return failure_function(
            self._name, stage=self._args.stage, reviews=self._reviews, opts=self._child
        )

    def _verified_host(self, connection: str) -> PythonFunction:
        """The function that only this host calls to ask; created on first use."""
        if connection not in self._verified:
            self._verified[connection] = self._request_function("taskToken", connection)
        return self._verified[connection]

    def _request_function(self, caller_id: CallerId, workflow: str = "") -> PythonFunction:
        return request_function(
            self._name,
            caller_id,
            stage=self._args.stage,
            reviews=self._reviews,
            rules=self._args.rules,
            decision_api_url=self.decision_api.url,
            evidence=self._args.evidence,
            after=self.channel,
            opts=self._child,
            workflow=workflow,
        )

    def _machine(self, name: str, answered: str | None) -> StateMachine:
        machine = review_machine(
            f"{self._name}-{name}",
            stage=self._args.stage,
            gate_states=self.states(approved=ANSWERED, answered=answered, request=REQUEST),
            review_timeout=self._args.rules.times.review_timeout,
            allow=lambda role: self.allow_host(name, role),
            opts=self._child,
        )
        self._connect(name, machine.arn, ENDED_WITHOUT_AN_ANSWER)
        return machine

    @property
    def functions(self) -> Mapping[str, PythonFunction]:
        """All functions of the gate by folder name, some with a suffix for their purpose."""
        clicks, commands = self.interactions, self.commands
        return {
            "request_review": self.request_review,
            **(
                {"request_callback": self.request_callback}
                if "request_callback" in vars(self)
                else {}
            ),
            **{f"request_review_{name}": it for name, it in self._verified.items()},
            **self.channel.functions,
            "decision_api": self.decision_api.function,
            "operator_api": self.operator_api.function,
            "asker_api": self.asker_api.function,
            **({"slack_interactions": clicks.function} if clicks else {}),
            **({"slack_commands": commands.function} if commands else {}),
            "sweep_reviews": self.sweeper.function,
            "close_review": self.close_review,
            **({"report_failure": self.report_failure} if "report_failure" in vars(self) else {}),
        }

    def states(
        self,
        *,
        approved: str,
        answered: str | None = None,
        request: str = "$states.input.request",
        verified: str | None = None,
    ) -> pulumi.Output[States]:
        """The states to splice into the host; `approved` is its state after an approval.

        `answered` is its state after any other answer; without it, the execution fails. `request`
        is the JSONata path of the request; `verified` is the connection of a host that was allowed
        as verified.
        """
        asks = self._verified_host(verified) if verified else self.request_review
        return asks.arn.apply(
            lambda arn: review_states(
                request_function=arn,
                timeout=self._args.rules.times.review_timeout,
                approved=approved,
                answered=answered,
                request=request,
            )
        )

    def allow_host(
        self, connection: str, role: aws.iam.Role, *, verified: bool = False
    ) -> aws.iam.RolePolicy:
        """Let the host machine's role call the gate; create the machine after the result.

        Choose any `connection` name, the same for `connect_to`. A `verified` host asks as `workflow
        CONNECTION`, through a function that only its role may call: splice in
        `states(verified=connection)`.
        """
        name = self._connections.take("allow", connection)
        asks = self._verified_host(connection) if verified else self.request_review
        return allow(name, role, asks, self._child)

    def connect_to(self, connection: str, state_machine_arn: pulumi.Output[str]) -> None:
        """Let the gate answer the host machine's tasks, and detect ended executions."""
        self._connect(connection, state_machine_arn, ENDED)

    def _connect(
        self, connection: str, state_machine_arn: pulumi.Output[str], statuses: Sequence[str]
    ) -> None:
        name, stage = self._connections.take("connect", connection), self._args.stage
        connect_host(name, state_machine_arn, self.functions, stage, self._child, statuses)

    def report_failures(self, connection: str, state_machine_arn: pulumi.Output[str]) -> None:
        """Report executions of the machine that fail without a review to the stage's channel.

        `connection` is the name given to `connect_to`. Executions with a review need no report: the
        channel gets its end, or the result after the decision.
        """
        name = self._connections.take("report", connection)
        ExecutionEvents(
            f"{name}-failed",
            ExecutionEventsArgs(
                stage=self._args.stage,
                state_machine_arn=state_machine_arn,
                statuses=ENDED_WITHOUT_AN_ANSWER,
                listener=self.report_failure,
            ),
            self._child,
        )

    def allow_caller(self, connection: str, role: aws.iam.Role) -> aws.iam.RolePolicy:
        """Let a durable function's role call `request_callback` with a callback id.

        Choose any `connection` name, the same for `connect_to_function`.
        """
        name = self._connections.take("allow", connection)
        return allow(name, role, self.request_callback, self._child)

    def connect_to_function(self, connection: str, function: "aws.lambda_.Function") -> None:
        """Let the gate answer the durable function, and detect ended executions."""
        name = self._connections.take("connect", connection)
        connect_function(name, function, self.functions, self._args.stage, self._child)
