"""Where people decide without leaving Slack: the buttons' clicks, which Slack signs."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions.http_routes import connect
from components.functions.python_function import (
    WHOLE_CORE_MB,
    PythonFunction,
    PythonFunctionArgs,
)
from components.functions.secret_parameter import secret_parameter, variables_of
from components.reviews.decision_api import DecisionApi
from components.reviews.slack_directory import SlackDirectory
from components.reviews.store import ReviewAccess
from components.settings.decision_rules import DecisionRules
from components.settings.stage import Stage

PATH = "/slack/interactions"


@dataclass(frozen=True, kw_only=True)
class SlackInteractionsArgs:
    """The API that takes the clicks, the secret that proves them, and who may decide."""

    stage: Stage
    api: DecisionApi
    reviews: ReviewAccess
    directory: SlackDirectory
    signing_secret: pulumi.Input[str]
    rules: DecisionRules


class SlackInteractions(pulumi.ComponentResource):
    """One more route of the decision API, to a function that decides what Slack's people click."""

    signing_secret: aws.ssm.Parameter
    """What Slack signs all its requests with."""
    function: PythonFunction
    route: aws.apigatewayv2.Route

    def __init__(
        self, name: str, args: SlackInteractionsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackInteractions", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.signing_secret = secret = secret_parameter(
            f"{name}-signing-secret",
            "What Slack signs its requests with",
            args.signing_secret,
            stage=args.stage,
            opts=child,
        )
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="slack_interactions",
                description="Takes decisions by the buttons of Slack's messages",
                timeout_seconds=15,
                memory_mb=WHOLE_CORE_MB,
                environment={
                    **args.reviews.environment,
                    **variables_of("SLACK_SIGNING_SECRET_PARAMETER", secret),
                    **args.directory.environment,
                    "ALLOW_SELF_APPROVAL": json.dumps(args.rules.allow_self_approval),
                },
                files=args.rules.files,
                grants={**args.reviews.grants, "signing_secret_parameter_arn": secret.arn},
            ),
            child,
        )
        args.directory.allow(name, self.function, child)
        (self.route,) = connect(
            name,
            api=args.api.http,
            function=self.function,
            routes={"post-interactions": f"POST {PATH}"},
            path=f"/*{PATH}",
            opts=child,
        )
        self.register_outputs({"function_name": self.function.name})
