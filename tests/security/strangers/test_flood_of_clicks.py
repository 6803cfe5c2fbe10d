"""An attacker floods one route of the API to block the others."""

from typing import Any

import pytest

from tests.components.deployments import BUTTONS, STAGES, Deployment, deploy

ROUTES = {"POST /slack/interactions", "POST /slack/commands"}


@pytest.mark.parametrize("stage", STAGES)
def test_slacks_routes_have_their_own_lower_throttles(stage: str) -> None:
    settings = api_stage(deploy(stage, BUTTONS))
    apart = {own["routeKey"]: own for own in settings["routeSettings"]}
    assert apart.keys() >= ROUTES
    for route in ROUTES:
        for limit in ("throttlingRateLimit", "throttlingBurstLimit"):
            assert 0 < apart[route][limit] < settings["defaultRouteSettings"][limit]


@pytest.mark.parametrize("stage", STAGES)
def test_every_route_has_its_own_throttle(
    stage: str,
) -> None:
    deployment = deploy(stage, BUTTONS)
    routes = {route.inputs["routeKey"] for route in deployment.of_type("Route")}

    apart = [own["routeKey"] for own in api_stage(deployment)["routeSettings"]]

    assert sorted(apart) == sorted(routes)
    assert {"POST /approve", "POST /slack/interactions", "$default"} < routes


def test_a_throttle_is_created_after_its_route() -> None:
    deployment = deploy("dev", BUTTONS)
    (stage,) = [item for item in deployment.of_type("Stage") if item.custom]
    after = {urn.rsplit("::", 1)[-1] for urn in stage.dependencies}
    assert "signoff-gate-slack-interactions-post-interactions" in after
    assert "signoff-gate-slack-commands-post-commands" in after
    assert "signoff-gate-decision-api-post-approve" in after


def api_stage(deployment: Deployment) -> dict[str, Any]:
    (stage,) = [item for item in deployment.of_type("Stage") if item.custom]
    return stage.inputs
