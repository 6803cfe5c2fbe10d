"""The decision API: an HTTP API with one function."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions.http_routes import connect
from components.functions.python_function import (
    WHOLE_CORE_MB,
    PythonFunction,
    PythonFunctionArgs,
)
from components.reviews.evidence import EvidencePlace, allow_evidence
from components.reviews.store import ReviewAccess
from components.settings.decision_rules import DecisionRules
from components.settings.slack_connection import SlackConnection
from components.settings.stage import Stage

ROUTES: Mapping[str, str] = {
    "get-approve": "GET /approve",
    "post-approve": "POST /approve",
    "get-reject": "GET /reject",
    "post-reject": "POST /reject",
    "get-evidence": "GET /evidence",
    "not-found": "$default",
}
# Requests per second, and burst: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
PUBLIC, SIGNED = (20, 40), (10, 20)
# Query strings contain link keys, which grant access, so logs have the route only.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "ip": "$context.identity.sourceIp",
    "latency": "$context.responseLatency",
}


@dataclass(frozen=True, kw_only=True)
class DecisionApiArgs:
    """The reviews, their evidence, who may decide, and the channel that the pages link to."""

    stage: Stage
    reviews: ReviewAccess
    slack: SlackConnection
    rules: DecisionRules
    evidence: Sequence[EvidencePlace]


class DecisionApi(pulumi.ComponentResource):
    """A public, throttled HTTP API. The key in each link grants access.

    It has no stage until `open` is called, so that others can add routes first.
    """

    url: pulumi.Output[str]
    """Without a trailing slash."""
    http: aws.apigatewayv2.Api
    function: PythonFunction

    def __init__(
        self, name: str, args: DecisionApiArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:DecisionApi", name, None, opts)
        self._name, self._stage = name, args.stage
        child = pulumi.ResourceOptions(parent=self)
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="decision_api",
                description="Shows reviews and accepts decisions",
                timeout_seconds=15,
                memory_mb=WHOLE_CORE_MB,
                environment={
                    **args.reviews.environment,
                    "SLACK_CHANNEL": args.slack.channel,
                    "SLACK_CHANNEL_URL": args.slack.channel_url,
                    "SLACK_DECIDES": json.dumps(args.slack.has_buttons),
                    "LINKS_DECIDE": json.dumps(args.rules.links_decide),
                    "ALLOW_SELF_APPROVAL": json.dumps(args.rules.allow_self_approval),
                },
                grants={**args.reviews.grants, **args.reviews.store.notes_grants},
            ),
            child,
        )
        allow_evidence(
            f"{name}-evidence-policy", "link_to_evidence", args.evidence, self.function, child
        )
        self.http = aws.apigatewayv2.Api(
            f"{name}-http", protocol_type="HTTP", tags=args.stage.tags, opts=child
        )
        self._routes = connect(
            name, api=self.http, function=self.function, routes=ROUTES, opts=child
        )
        self.url = self.http.api_endpoint
        self.register_outputs({"url": self.url})

    def open(self, *apart: aws.apigatewayv2.Route) -> None:
        """Open the API after all routes exist: its own, and those `apart` for signed requests.

        Each route has its own throttle, so that a flood on one does not block the others. The
        limits `apart` are lower: their clients are Slack and IAM identities.
        """
        child = pulumi.ResourceOptions(parent=self)
        access_logs = aws.cloudwatch.LogGroup(
            f"{self._name}-access-logs",
            name_prefix=f"/aws/vendedlogs/apis/{self._name}-",
            retention_in_days=self._stage.log_retention_days,
            tags=self._stage.tags,
            opts=child,
        )
        aws.apigatewayv2.Stage(
            f"{self._name}-stage",
            api_id=self.http.id,
            name="$default",
            auto_deploy=True,
            access_log_settings={
                "destination_arn": access_logs.arn,
                "format": json.dumps(ACCESS_LOG),
            },
            default_route_settings={
                "throttling_rate_limit": PUBLIC[0],
                "throttling_burst_limit": PUBLIC[1],
            },
            route_settings=[
                {
                    "route_key": route.route_key,
                    "throttling_rate_limit": rate,
                    "throttling_burst_limit": burst,
                }
                for routes, (rate, burst) in ((self._routes, PUBLIC), (apart, SIGNED))
                for route in routes
            ],
            tags=self._stage.tags,
            opts=child,
        )
