"""Fixtures for backends, stacks and the provider, with cleanup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud.process import running_cloud
from local.slack.console import running_console
from local.slack.workspace.channels import Channel
from tests.engine.provider import Account, Provider, serving
from tests.engine.stacks import ENGINE, Stack, clone_into
from tests.local_stack import DeployedStage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Stacks = Callable[..., Stack]


@pytest.fixture(scope="module")
def account() -> Account:
    """The account of a module's stages."""
    return Account("111111111111")


@pytest.fixture(scope="module")
def provider(account: Account) -> Provider:
    """The provider that serves the engine."""
    return Provider(account)


@pytest.fixture(scope="module")
def stacks(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Generator[Stacks]:
    """Create stacks, one per stage, in one backend; each has a webhook unless disabled."""
    if not (ENGINE / "pulumi").exists():
        pytest.fail("the engine is not installed, run tests/engine/install")
    home = tmp_path_factory.mktemp("engine")
    with serving(provider) as port:

        def make(name: str, webhook: str = "https://hooks.slack.com/services/T0/B0/X") -> Stack:
            folder = home / "clone"
            if not folder.exists():
                clone_into(folder)
            stack = Stack(name=name, folder=folder, home=home, providers=f"aws:{port}")
            stack.pulumi("stack", "init", name)
            if webhook:
                stack.secret("slackWebhookUrl", webhook)
            return stack

        yield make


@pytest.fixture(scope="module")
def embedded_stage(tmp_path_factory: pytest.TempPathFactory) -> Generator[DeployedStage]:
    """A cloud and a channel for a stage that is not deployed yet."""
    log = tmp_path_factory.mktemp("logs") / "cloud.log"
    channel = Channel("dev", "#signoff-dev")
    with (
        running_cloud(log, "eu-central-1") as cloud,
        running_console([channel], log.with_name("slack.log"), "any") as console_url,
    ):
        cloud.wait()
        yield DeployedStage(
            name="dev",
            channel="dev",
            root=cloud.root("111111111111"),
            outputs={},
            cloud_url=cloud.url,
            console_url=console_url,
            region="eu-central-1",
            log=log,
        )
