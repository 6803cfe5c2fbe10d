"""The operator API: IAM-authorized routes of the decision API for operators."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.http_routes import connect
from components.functions.python_function import (
    WHOLE_CORE_MB,
    PythonFunction,
    PythonFunctionArgs,
)
from components.reviews.decision_api import DecisionApi
from components.reviews.slack_directory import SlackDirectory
from components.reviews.store import ReviewAccess
from components.settings.decision_rules import DecisionRules
from components.settings.names import policy_name
from components.settings.stage import Stage

PATH = "/operator"
ROUTES: Mapping[str, str] = {
    "list-reviews": f"GET {PATH}/reviews",
    "get-review": f"GET {PATH}/reviews/{{review_id}}",
    "approve-review": f"POST {PATH}/reviews/{{review_id}}/approve",
    "reject-review": f"POST {PATH}/reviews/{{review_id}}/reject",
    "cancel-review": f"POST {PATH}/reviews/{{review_id}}/cancel",
    "remind-review": f"POST {PATH}/reviews/{{review_id}}/remind",
}


@dataclass(frozen=True, kw_only=True)
class OperatorApiArgs:
    """The API to extend, the reviews, and who may decide."""

    stage: Stage
    api: DecisionApi
    reviews: ReviewAccess
    directory: SlackDirectory
    rules: DecisionRules


class OperatorApi(pulumi.ComponentResource):
    """IAM-authorized routes of the decision API, and their function."""

    url: pulumi.Output[str]
    """Without a trailing slash."""
    function: PythonFunction
    routes: Sequence[aws.apigatewayv2.Route]

    def __init__(
        self, name: str, args: OperatorApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:OperatorApi", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="operator_api",
                description="Shows reviews to operators and accepts their decisions",
                timeout_seconds=15,
                memory_mb=WHOLE_CORE_MB,
                environment={
                    **args.reviews.environment,
                    **args.directory.environment,
                    "ALLOW_SELF_APPROVAL": json.dumps(args.rules.allow_self_approval),
                },
                files=args.rules.files,
                grants={**args.reviews.grants, **args.reviews.store.notes_grants},
            ),
            child,
        )
        args.directory.allow(name, self.function, child)
        self.routes = connect(
            name,
            api=args.api.http,
            function=self.function,
            routes=ROUTES,
            path=f"/*{PATH}/*",
            authorization="AWS_IAM",
            opts=child,
        )
        self.url = pulumi.Output.concat(args.api.url, PATH)
        self.register_outputs({"url": self.url})


def operator_policy(
    name: str,
    *,
    stage: Stage,
    api: DecisionApi,
    machines: Sequence[pulumi.Output[str]],
    bucket_arn: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> aws.iam.Policy:
    """The permissions of an operator, for people's roles.

    `machines` may be started; datasets and attachments may be uploaded to the bucket.
    """
    return aws.iam.Policy(
        f"{name}-operators",
        name=policy_name(name, stage.name, "operators"),
        description=f"Read, decide and request reviews in {stage.name}",
        policy=policy.render(
            "operator",
            api_execution_arn=api.http.execution_arn,
            machine_arns=pulumi.Output.all(*machines),
            bucket_arn=bucket_arn,
        ),
        tags=stage.tags,
        opts=opts,
    )
