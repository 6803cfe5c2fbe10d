"""Fixtures for a stage and browser windows that open its pages."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import browser
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.window import Window
from tests.lambdas.conftest import aws_account, embedded, load_handler, world
from tests.lambdas.web.conftest import load_api
from tests.local_stack import DeployedStage
from tests.stages import Stages

__all__ = ["aws_account", "browser", "embedded", "load_api", "load_handler", "world"]

OpenWindow = Callable[..., Window]


@pytest.fixture
def dev(stages: Stages) -> DeployedStage:
    return stages.dev()


@pytest.fixture
def allowed_origins(dev: DeployedStage) -> tuple[str, ...]:
    """Origins that windows may request."""
    return (f"{dev.console_url}/", f"{dev.cloud_url}/")


@pytest.fixture
def open_window(browser: Browser, allowed_origins: tuple[str, ...]) -> Generator[OpenWindow]:
    """Open windows. None may log an error or request another origin."""
    windows: list[Window] = []
    with ExitStack() as open_until_the_end:

        def open_one(hands: Hands | None = None, **settings: Any) -> Window:
            context = open_until_the_end.enter_context(browser.new_context(**settings))
            window = Window(context, hands or Mouse())
            windows.append(window)
            return window

        yield open_one
    for window in windows:
        assert window.complaints == []
        foreign = [each.url for each in window.requests if not each.url.startswith(allowed_origins)]
        assert foreign == []


@pytest.fixture(params=["mouse", "keyboard", "without_javascript"])
def window(open_window: OpenWindow, request: pytest.FixtureRequest) -> Window:
    """A window for each input method."""
    return open_window(
        Keyboard() if request.param == "keyboard" else Mouse(),
        java_script_enabled=request.param != "without_javascript",
    )
