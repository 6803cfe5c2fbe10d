"""Finds a Chromium and starts it, silent and without a screen."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def running_chromium(*wanted: str) -> Generator[Browser]:
    """Run the machine's Chromium, or else Playwright's own, until the block ends."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    arguments = [*QUIET, *wanted, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=installed, args=arguments) as browser,
    ):
        yield browser
