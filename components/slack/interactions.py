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
from components.reviews.store import ReviewAccess
from components.reviews.user_groups import UserGroups
from components.settings.decision_rules import DecisionRules
from components.settings.stage import Stage

PATH = "/slack/interactions"


@dataclass(frozen=True, kw_only=True)
class SlackInteractionsArgs:
    """The API that takes the clicks, the secret that proves them, and who may decide.

    `team_id` is the only workspace whose clicks count, if there is one.
    """

    stage: Stage
    api: DecisionApi
    reviews: ReviewAccess
    groups: UserGroups
    signing_secret: pulumi.Input[str]
    team_id: str | None
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
                    "SLACK_TEAM_ID": args.team_id or "",
                    **args.groups.environment,
                    "ALLOW_SELF_APPROVAL": json.dumps(args.rules.allow_self_approval),
                },
                files=args.rules.files,
                grants={**args.reviews.grants, "signing_secret_parameter_arn": secret.arn},
            ),
            child,
        )
        args.groups.allow(name, self.function, child)
        (self.route,) = connect(
            name,
            api=args.api.http,
            function=self.function,
            routes={"post-interactions": f"POST {PATH}"},
            path=f"/*{PATH}",
            opts=child,
        )
        self.register_outputs({"function_name": self.function.name})
