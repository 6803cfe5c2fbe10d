"""The deployments that many tests look at."""

import pytest

from tests.components.deployments import (
    BUTTONS,
    EVERYTHING,
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
    "everybody is told": {
        "notifyEmails": '["a@example.com", "b@example.com"]',
        "notifySmsNumbers": '["+4915112345678"]',
        "alarmEmail": "oncall@example.com",
    },
    "long links": {"linkShortener": "none"},
    "buttons": BUTTONS,
    "two of three": {
        **BUTTONS,
        "reviewers": '["U012ABCDEF", "U034GHIJKL", "W056MNOPQR"]',
        "requiredApprovals": "2",
        "requireVerifiedReviewer": "true",
    },
    "everything": EVERYTHING,
}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    """Each stage in turn."""
    return request.param


@pytest.fixture
def deployment(stage: str) -> Deployment:
    """The stage as its file has it."""
    return deploy(stage)


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
