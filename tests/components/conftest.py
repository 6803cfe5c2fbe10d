"""Deployments shared by many tests."""

import pytest

from tests.components.deployments import (
    BUTTONS,
    EVERYTHING,
    RULES,
    STAGES,
    UNCONNECTED,
    Deployment,
    deploy,
)

VARIANTS: dict[str, dict[str, str]] = {
    "as it is": {},
    "unconnected": UNCONNECTED,
    "workflow webhook": {"slackDelivery": "workflow-webhook"},
    "straight from the topic": {"slackDelivery": "sns-https"},
    "rules": RULES,
    "everything": EVERYTHING,
}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    """Each stage in turn."""
    return request.param


@pytest.fixture
def staged(stage: str) -> Deployment:
    """Each stage, with all functions that there are."""
    return deploy(stage, BUTTONS)


@pytest.fixture
def deployment() -> Deployment:
    """The first stage as its file has it; how others differ is in `test_stages.py`."""
    return deploy("dev")


@pytest.fixture
def buttons() -> Deployment:
    """The first stage with all functions that there are."""
    return deploy("dev", BUTTONS)


@pytest.fixture
def everything() -> Deployment:
    return deploy("dev", EVERYTHING)


@pytest.fixture
def rules() -> Deployment:
    return deploy("dev", RULES)


@pytest.fixture(params=[False, True], ids=["update", "preview"])
def preview(request: pytest.FixtureRequest) -> bool:
    """Whether nothing is known yet of what AWS will answer."""
    return request.param


@pytest.fixture(params=VARIANTS)
def variant_config(request: pytest.FixtureRequest) -> dict[str, str]:
    """Keys that change which resources there are."""
    return VARIANTS[request.param]


@pytest.fixture
def variant(variant_config: dict[str, str]) -> Deployment:
    """The first stage with these keys."""
    return deploy("dev", variant_config)
