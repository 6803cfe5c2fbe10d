"""Headless Chromium, started once per group of tests."""

import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


ELSEWHERE = "evil.test"
"""Host name of another site that resolves to this machine."""
RUNNING = pytest.StashKey[Browser]()


@pytest.fixture
def browser(request: pytest.FixtureRequest, group: ExitStack) -> Browser:
    """The group's Chromium. While it runs, no other asyncio loop can run."""
    stash = request.config.stash
    if RUNNING not in stash:
        rules = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"
        stash[RUNNING] = group.enter_context(running_chromium(rules))
        group.callback(stash.__delitem__, RUNNING)
    return stash[RUNNING]


@contextmanager
def running_chromium(*wanted: str) -> Generator[Browser]:
    """Run the installed Chromium, or else Playwright's, until the block ends."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    arguments = [*QUIET, *wanted, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=installed, args=arguments) as browser,
    ):
        yield browser
