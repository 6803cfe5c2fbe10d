"""Route requests of an HTTP API to a function."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.functions.python_function import PythonFunction


def connect(
    name: str,
    *,
    api: aws.apigatewayv2.Api,
    function: PythonFunction,
    routes: Mapping[str, str],
    path: str = "/*",
    authorization: str = "NONE",
    opts: pulumi.ResourceOptions,
) -> Sequence[aws.apigatewayv2.Route]:
    """Route the keys in `routes`, by logical name, to `function`; the API may invoke it for `path`.

    With `authorization` `AWS_IAM`, the API checks whether the caller may invoke the route.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
    """
    integration = aws.apigatewayv2.Integration(
        f"{name}-integration",
        api_id=api.id,
        integration_type="AWS_PROXY",
        integration_uri=function.invoke_arn,
        payload_format_version="2.0",
        opts=opts,
    )
    aws.lambda_.Permission(
        f"{name}-permission",
        function=function.name,
        action="lambda:InvokeFunction",
        principal="apigateway.amazonaws.com",
        # The stage, the method, the path.
        source_arn=pulumi.Output.concat(api.execution_arn, "/*", path),
        opts=opts,
    )
    return [
        aws.apigatewayv2.Route(
            f"{name}-{route}",
            api_id=api.id,
            route_key=key,
            authorization_type=authorization,
            target=pulumi.Output.concat("integrations/", integration.id),
            opts=opts,
        )
        for route, key in routes.items()
    ]
