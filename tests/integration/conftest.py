"""Stages shared by several modules, each deployed once for its group."""

import pytest

from tests.local_stack import BOT, LINKS_TOO, SIGNING_SECRET, DeployedStage
from tests.stages import Stages

# Only reviews with a timeout of one hour have reminders, two seconds after the request.
WEBHOOK = (SIGNING_SECRET, LINKS_TOO, 'remindBefore=["3598s"]', "escalateBefore=3597s")
BOT_TOO = (*WEBHOOK, *BOT)
WEBHOOK_GROUP = pytest.mark.xdist_group("webhook", first=True)
BOT_GROUP = pytest.mark.xdist_group("bot", first=True)
WAYS = (
    pytest.param(WEBHOOK, id="webhook", marks=WEBHOOK_GROUP),
    pytest.param(BOT_TOO, id="bot token", marks=BOT_GROUP),
)


@pytest.fixture
def local_stack(stages: Stages) -> dict[str, DeployedStage]:
    """The three stages, configured by their files."""
    return stages.together("dev", "uat", "prod")


@pytest.fixture
def dev(local_stack: dict[str, DeployedStage]) -> DeployedStage:
    return local_stack["dev"]


@pytest.fixture(params=WAYS)
def either(stages: Stages, request: pytest.FixtureRequest) -> DeployedStage:
    """A stage with buttons and links that posts by webhook or by bot."""
    return stages.dev(*request.param)


@pytest.fixture
def by_webhook(stages: Stages) -> DeployedStage:
    """The stage of the group webhook."""
    return stages.dev(*WEBHOOK)


@pytest.fixture
def by_bot(stages: Stages) -> DeployedStage:
    """The stage of the group bot."""
    return stages.dev(*BOT_TOO)
