"""The asker API: IAM-authorized routes of the decision API for askers."""

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
from components.reviews.evidence import EvidencePlace, allow_evidence
from components.reviews.request_review import environment_of_requests
from components.reviews.store import ReviewAccess
from components.settings.decision_rules import DecisionRules
from components.settings.gate_rules import GateRules
from components.settings.names import policy_name
from components.settings.stage import Stage

PATH = "/asker"
ROUTES: Mapping[str, str] = {
    "ask": f"POST {PATH}/reviews",
    "list-own": f"GET {PATH}/reviews",
    "get-own": f"GET {PATH}/reviews/{{review_id}}",
    "withdraw": f"POST {PATH}/reviews/{{review_id}}/withdraw",
}


@dataclass(frozen=True, kw_only=True)
class AskerApiArgs:
    """The API to extend, the reviews, and the rules of requests."""

    stage: Stage
    api: DecisionApi
    reviews: ReviewAccess
    rules: GateRules
    decisions: DecisionRules
    """For the identities."""
    evidence: Sequence[EvidencePlace]
    after: pulumi.Resource
    """The notifier, which must exist before the first request."""


class AskerApi(pulumi.ComponentResource):
    """IAM-authorized routes of the decision API, and their function."""

    function: PythonFunction
    routes: Sequence[aws.apigatewayv2.Route]

    def __init__(
        self, name: str, args: AskerApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:AskerApi", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="asker_api",
                description="Accepts requests from askers and shows them their own reviews",
                # An HTTP API times out after 30 s.
                timeout_seconds=29,
                memory_mb=WHOLE_CORE_MB,
                environment=environment_of_requests(
                    args.reviews, args.rules, args.api.url, args.evidence
                ),
                files=args.decisions.files,
                grants=args.reviews.grants,
                after=[args.after],
            ),
            child,
        )
        # Links presigned in advance have these permissions, too.
        allow_evidence(
            f"{name}-evidence-policy", "pin_evidence", args.evidence, self.function, child
        )
        self.routes = connect(
            name,
            api=args.api.http,
            function=self.function,
            routes=ROUTES,
            path=f"/*{PATH}/*",
            authorization="AWS_IAM",
            opts=child,
        )
        self.register_outputs({})


def asker_policy(
    name: str,
    *,
    stage: Stage,
    api: DecisionApi,
    bucket_arn: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> aws.iam.Policy:
    """The permissions of an asker, for the roles of programs and people that only ask.

    Attachments may be uploaded to the bucket.
    """
    return aws.iam.Policy(
        f"{name}-askers",
        name=policy_name(name, stage.name, "askers"),
        description=f"Request reviews in {stage.name} and read the answers",
        policy=policy.render(
            "asker", api_execution_arn=api.http.execution_arn, bucket_arn=bucket_arn
        ),
        tags=stage.tags,
        opts=opts,
    )
