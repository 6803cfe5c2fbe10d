"""An HTTP API of the embedded cloud is reachable at its URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from local import loopback
from local.cloud.account import open_account
from tests.conftest import REGION
from tests.local.deployment.resources.maker import TAGS, TRUST, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud import Cloud

SOURCE = """
import json
def handle(event, context):
    return {"statusCode": 200, "body": json.dumps([event["routeKey"], event["rawPath"]])}
"""


@pytest.fixture(scope="module", params=["111111111111", "333333333333"])
def api(cloud: Cloud, request: pytest.FixtureRequest) -> Mapping[str, Any]:
    create = Maker(open_account(cloud.url, cloud.root(request.param), REGION))
    function = create(
        "Function",
        role=create("Role", assumeRolePolicy=TRUST).outputs["arn"],
        runtime="python3.13",
        handler="code.handle",
        code=pulumi.AssetArchive({"code.py": pulumi.StringAsset(SOURCE)}),
    )
    made = create("Api", protocolType="HTTP", tags=TAGS)
    target = create(
        "Integration",
        apiId=made.id,
        integrationType="AWS_PROXY",
        integrationUri=function.outputs["invokeArn"],
        integrationMethod="POST",
        payloadFormatVersion="2.0",
    )
    for route in ("GET /approve", "$default"):
        create("Route", apiId=made.id, routeKey=route, target=f"integrations/{target.id}")
    create(
        "Stage",
        apiId=made.id,
        name="$default",
        autoDeploy=True,
        accessLogSettings={"destinationArn": "arn:logs", "format": '{"ip": "$context.ip"}'},
        defaultRouteSettings={"throttlingBurstLimit": 20.0, "throttlingRateLimit": 10.0},
        tags=TAGS,
    )
    stage: Any = create.aws.apigateway.get_stage(ApiId=made.id, StageName="$default")
    return {**made.outputs, "stage": stage}


def test_a_link_works_in_any_account(api: Mapping[str, Any]) -> None:
    answer = loopback.get(f"{api['apiEndpoint']}/approve")
    assert answer.json() == ["GET /approve", "/approve"]


def test_other_paths_go_to_the_default_route(api: Mapping[str, Any]) -> None:
    assert loopback.post(f"{api['apiEndpoint']}/else").json() == ["$default", "/else"]


def test_an_unknown_api_is_not_found(cloud: Cloud) -> None:
    assert loopback.get(f"{cloud.url}/_aws/execute-api/12345678/$default/x").status_code == 403


def test_the_stage_has_its_throttling_and_access_log(api: Mapping[str, Any]) -> None:
    stage = api["stage"]
    assert stage["AutoDeploy"] is True
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 20
    assert stage["AccessLogSettings"]["Format"] == '{"ip": "$context.ip"}'
    assert stage["Tags"] == TAGS
