"""The function that a host's state calls to ask: it stores a review and tells people about it."""

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.store import ReviewAccess
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules


def request_function(
    gate: str,
    *,
    stage: Stage,
    reviews: ReviewAccess,
    times: TimeRules,
    decision_api_url: pulumi.Input[str],
    link_shortener: str,
    evidence_bucket_arn: pulumi.Input[str],
    evidence_prefix: str,
    opts: pulumi.ResourceOptions,
) -> PythonFunction:
    """The function of the gate with this name; the links that it sends lead to the decision API."""
    function = PythonFunction(
        f"{gate}-request-review",
        PythonFunctionArgs(
            stage=stage,
            function="request_review",
            description="Stores a review and tells people about it",
            timeout_seconds=20,
            environment={
                **reviews.environment,
                "DECISION_API_URL": decision_api_url,
                "REVIEW_TIMEOUT_SECONDS": str(int(times.review_timeout.total_seconds())),
                **times.environment,
                "LINK_SHORTENER": link_shortener,
            },
            grants=reviews.grants,
        ),
        opts,
    )
    if link_shortener != "builtin":
        # The other links are presigned beforehand, with this function's permissions.
        aws.iam.RolePolicy(
            f"{gate}-evidence-policy",
            role=function.role.name,
            policy=policy.render(
                "read_evidence",
                evidence_bucket_arn=evidence_bucket_arn,
                evidence_prefix=evidence_prefix,
            ),
            opts=opts,
        )
    return function
