"""HTTP APIs: the API itself, what it calls, its routes and its stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.cloud import differences
from local.deployment.resources.created import Created, Handler, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def api(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the API."""
    api_name = physical_name(name, inputs, longest=128)
    api_id = account.apigateway.create_api(
        Name=api_name,
        **present(
            ProtocolType=inputs.text("protocolType"),
            Description=inputs.optional_text("description"),
            DisableExecuteApiEndpoint=inputs.optional_flag("disableExecuteApiEndpoint"),
            IpAddressType=inputs.optional_text("ipAddressType"),
            Tags=inputs.table("tags"),
        ),
    )["ApiId"]
    return Created(
        api_id,
        {
            "apiEndpoint": differences.api_endpoint(account.cloud_url, api_id),
            "arn": f"arn:aws:apigateway:{account.region}::/apis/{api_id}",
            "executionArn": _execution_arn(account, api_id),
            "name": api_name,
        },
    )


def integration(account: Account, _name: str, inputs: Inputs) -> Created:
    """Say what the API's routes call."""
    made = account.apigateway.create_integration(
        ApiId=inputs.text("apiId"),
        **present(
            IntegrationType=inputs.text("integrationType"),
            IntegrationUri=inputs.text("integrationUri"),
            IntegrationMethod=inputs.optional_text("integrationMethod"),
            PayloadFormatVersion=inputs.optional_text("payloadFormatVersion"),
            TimeoutInMillis=inputs.optional_whole("timeoutMilliseconds"),
            Description=inputs.optional_text("description"),
        ),
    )
    return Created(made.get("IntegrationId", ""), {})


def route(account: Account, _name: str, inputs: Inputs) -> Created:
    """Add a route."""
    made = account.apigateway.create_route(
        ApiId=inputs.text("apiId"),
        RouteKey=inputs.text("routeKey"),
        Target=inputs.text("target"),
        **present(AuthorizationType=inputs.optional_text("authorizationType")),
    )
    return Created(made.get("RouteId", ""), {})


def stage(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the stage with its throttling and its access log."""
    api_id = inputs.text("apiId")
    stage_name = physical_name(name, inputs, longest=128)
    log = inputs.optional_block("accessLogSettings")
    defaults = inputs.optional_block("defaultRouteSettings")
    account.apigateway.create_stage(
        ApiId=api_id,
        StageName=stage_name,
        **present(
            AutoDeploy=inputs.optional_flag("autoDeploy"),
            Description=inputs.optional_text("description"),
            AccessLogSettings=log
            and {"DestinationArn": log.text("destinationArn"), "Format": log.text("format")},
            DefaultRouteSettings=None if defaults is None else _route_settings(defaults),
            RouteSettings={
                settings.text("routeKey"): _route_settings(settings)
                for settings in inputs.blocks("routeSettings")
            }
            or None,
            Tags=inputs.table("tags"),
        ),
    )
    return Created(
        stage_name,
        {
            "arn": f"arn:aws:apigateway:{account.region}::/apis/{api_id}/stages/{stage_name}",
            "executionArn": f"{_execution_arn(account, api_id)}/{stage_name}",
            "invokeUrl": differences.api_endpoint(account.cloud_url, api_id),
            "name": stage_name,
        },
    )


def _route_settings(block: Inputs) -> dict[str, Any]:
    return present(
        DetailedMetricsEnabled=block.optional_flag("detailedMetricsEnabled"),
        ThrottlingBurstLimit=block.optional_whole("throttlingBurstLimit"),
        ThrottlingRateLimit=block.optional_number("throttlingRateLimit"),
    )


def _execution_arn(account: Account, api_id: str) -> str:
    return f"arn:aws:execute-api:{account.region}:{account.number}:{api_id}"


HANDLERS: dict[str, Handler] = {
    "aws:apigatewayv2/api:Api": api,
    "aws:apigatewayv2/integration:Integration": integration,
    "aws:apigatewayv2/route:Route": route,
    "aws:apigatewayv2/stage:Stage": stage,
}
