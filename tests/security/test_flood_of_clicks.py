"""Anybody floods the address that takes Slack's clicks, so that links and pages answer no more."""

from typing import Any

import pytest

from tests.components.deployments import BUTTONS, STAGES, Deployment, deploy

ROUTE = "POST /slack/interactions"


@pytest.mark.parametrize("stage", STAGES)
def test_slack_s_route_has_a_throttle_of_its_own_below_that_of_the_others(stage: str) -> None:
    deployment = deploy(stage, BUTTONS)
    settings = api_stage(deployment)
    (own,) = settings["routeSettings"]
    assert own["routeKey"] == ROUTE
    for limit in ("throttlingRateLimit", "throttlingBurstLimit"):
        assert 0 < own[limit] < settings["defaultRouteSettings"][limit]


def test_the_throttle_comes_after_its_route_which_aws_would_not_find_before() -> None:
    deployment = deploy("dev", BUTTONS)
    (stage,) = [item for item in deployment.of_type("Stage") if item.custom]
    after = {urn.rsplit("::", 1)[-1] for urn in stage.dependencies}
    assert "signoff-gate-slack-interactions-post-interactions" in after


def api_stage(deployment: Deployment) -> dict[str, Any]:
    (stage,) = [item for item in deployment.of_type("Stage") if item.custom]
    return stage.inputs
