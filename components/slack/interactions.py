"""Decisions by buttons in Slack. Slack signs each click."""

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
    """The API that receives the clicks, the signing secret, and the rules for who may decide."""

    stage: Stage
    api: DecisionApi
    reviews: ReviewAccess
    directory: SlackDirectory
    signing_secret: pulumi.Input[str]
    rules: DecisionRules


class SlackInteractions(pulumi.ComponentResource):
    """A route of the decision API, handled by a function that decides reviews."""

    signing_secret: aws.ssm.Parameter
    """The parameter with Slack's signing secret."""
    function: PythonFunction
    route: aws.apigatewayv2.Route

    def __init__(
        self, name: str, args: SlackInteractionsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:SlackInteractions", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.signing_secret = secret = secret_parameter(
            f"{name}-signing-secret",
            "Signing secret of the Slack app",
            args.signing_secret,
            stage=args.stage,
            opts=child,
        )
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="slack_interactions",
                description="Handles button clicks in Slack messages",
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
