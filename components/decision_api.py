"""Where people decide: an HTTP API in front of one function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.python_function import PythonFunction, PythonFunctionArgs
from components.stage import Stage

ROUTES: Mapping[str, str] = {
    "get-approve": "GET /approve",
    "post-approve": "POST /approve",
    "get-reject": "GET /reject",
    "post-reject": "POST /reject",
    "get-evidence": "GET /evidence",
    "not-found": "$default",
}
# Review ids are in query strings and give access, so logs say which route was asked, not for what.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "ip": "$context.identity.sourceIp",
    "latency": "$context.responseLatency",
}


@dataclass(frozen=True, kw_only=True)
class DecisionApiArgs:
    """The table of reviews, the topic that hears of decisions, the bucket of the evidence."""

    stage: Stage
    table_name: pulumi.Input[str]
    table_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    evidence_bucket_arn: pulumi.Input[str]


class DecisionApi(pulumi.ComponentResource):
    """A public, throttled HTTP API; the unguessable review id in each link is what admits."""

    url: pulumi.Output[str]
    """Without a slash at the end."""
    api_id: pulumi.Output[str]
    function: PythonFunction

    def __init__(
        self, name: str, args: DecisionApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:DecisionApi", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = args.stage.tags
        self.function = PythonFunction(
            f"{name}-handler",
            PythonFunctionArgs(
                stage=args.stage,
                function="decision_api",
                description="Shows reviews and takes decisions",
                timeout_seconds=15,
                environment={
                    "REVIEWS_TABLE": args.table_name,
                    "REVIEW_TOPIC_ARN": args.topic_arn,
                },
                grants={
                    "table_arn": args.table_arn,
                    "topic_arn": args.topic_arn,
                    "evidence_bucket_arn": args.evidence_bucket_arn,
                },
            ),
            child,
        )
        api = aws.apigatewayv2.Api(f"{name}-http", protocol_type="HTTP", tags=tags, opts=child)
        integration = aws.apigatewayv2.Integration(
            f"{name}-integration",
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=self.function.invoke_arn,
            payload_format_version="2.0",
            opts=child,
        )
        aws.lambda_.Permission(
            f"{name}-permission",
            function=self.function.name,
            action="lambda:InvokeFunction",
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
            opts=child,
        )
        for route, key in ROUTES.items():
            aws.apigatewayv2.Route(
                f"{name}-{route}",
                api_id=api.id,
                route_key=key,
                target=pulumi.Output.concat("integrations/", integration.id),
                opts=child,
            )
        access_logs = aws.cloudwatch.LogGroup(
            f"{name}-access-logs",
            name_prefix=f"/aws/vendedlogs/apis/{name}-",
            retention_in_days=args.stage.log_retention_days,
            tags=tags,
            opts=child,
        )
        aws.apigatewayv2.Stage(
            f"{name}-stage",
            api_id=api.id,
            name="$default",
            auto_deploy=True,
            access_log_settings={
                "destination_arn": access_logs.arn,
                "format": json.dumps(ACCESS_LOG),
            },
            default_route_settings={"throttling_rate_limit": 20, "throttling_burst_limit": 40},
            tags=tags,
            opts=child,
        )
        self.url = api.api_endpoint
        self.api_id = api.id
        self.register_outputs({"url": self.url})
