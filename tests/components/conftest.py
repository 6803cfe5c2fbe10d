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
    "no sample": {"sampleData": "false"},
    "everything": EVERYTHING,
}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    """Each stage."""
    return request.param


@pytest.fixture
def staged(stage: str) -> Deployment:
    """Each stage with all functions."""
    return deploy(stage, BUTTONS)


@pytest.fixture
def deployment() -> Deployment:
    """The first stage as in its file. `test_stages.py` has the differences of the others."""
    return deploy("dev")


@pytest.fixture
def buttons() -> Deployment:
    """The first stage with all functions."""
    return deploy("dev", BUTTONS)


@pytest.fixture
def everything() -> Deployment:
    return deploy("dev", EVERYTHING)


@pytest.fixture
def rules() -> Deployment:
    return deploy("dev", RULES)


@pytest.fixture(params=[False, True], ids=["update", "preview"])
def preview(request: pytest.FixtureRequest) -> bool:
    """Whether the values from AWS are still unknown."""
    return request.param


@pytest.fixture(params=VARIANTS)
def variant_config(request: pytest.FixtureRequest) -> dict[str, str]:
    """Keys that add or remove resources."""
    return VARIANTS[request.param]


@pytest.fixture
def variant(variant_config: dict[str, str]) -> Deployment:
    """The first stage with these keys."""
    return deploy("dev", variant_config)
