"""The slash command: pending reviews and recent decisions in Slack. Slack signs each request."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions.http_routes import connect
from components.functions.python_function import (
    WHOLE_CORE_MB,
    PythonFunction,
    PythonFunctionArgs,
)
from components.functions.secret_parameter import variables_of
from components.reviews.decision_api import DecisionApi
from components.reviews.store import ReviewStore
from components.settings.decision_rules import DecisionRules
from components.settings.slack_connection import SlackConnection
from components.settings.stage import Stage

PATH = "/slack/commands"


@dataclass(frozen=True, kw_only=True)
class SlackCommandsArgs:
    """The API that receives the commands, and the rules for who may run them where.

    `signing_secret` is the parameter with the connection's signing secret.
    """

    stage: Stage
    api: DecisionApi
    store: ReviewStore
    signing_secret: aws.ssm.Parameter
    slack: SlackConnection
    rules: DecisionRules


class SlackCommands(pulumi.ComponentResource):
    """A route of the decision API, handled by a read-only function."""

    function: PythonFunction
    route: aws.apigatewayv2.Route

    def __init__(
        self, name: str, args: SlackCommandsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackCommands", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="slack_commands",
                description="Handles the slash command in Slack",
                timeout_seconds=15,
                memory_mb=WHOLE_CORE_MB,
                environment={
                    **args.store.environment,
                    **variables_of("SLACK_SIGNING_SECRET_PARAMETER", args.signing_secret),
                    "SLACK_CHANNEL": args.slack.channel,
                    "SLACK_CHANNEL_ID": args.slack.channel_id or "",
                    "SLACK_TEAM_ID": args.slack.team_id or "",
                    "REQUIRED_APPROVALS": str(args.rules.required_approvals),
                },
                files=args.rules.files,
                grants={
                    **args.store.grants,
                    "signing_secret_parameter_arn": args.signing_secret.arn,
                },
            ),
            child,
        )
        (self.route,) = connect(
            name,
            api=args.api.http,
            function=self.function,
            routes={"post-commands": f"POST {PATH}"},
            path=f"/*{PATH}",
            opts=child,
        )
        self.register_outputs({"function_name": self.function.name})
