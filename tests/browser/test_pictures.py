"""The programs that renew the documentation's pictures write the files that docs/ shows."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import screenshots
from tests.browser.slack_setup import __main__ as slack_setup
from tests.docs.pages import PAGES, links
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("browser", first=True)

SHOWN = {link for page in PAGES for link in links(page) if link.endswith(".png")}


def test_screenshots_are_taken(
    browser: Browser, stages: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshots, "PICTURES", tmp_path)
    screenshots.take(stages.dev(), browser)
    made = {it.name for it in tmp_path.iterdir()}
    assert made == {re.sub("^docs/", "", it) for it in SHOWN if not it.startswith("slack/")}


def test_slacks_screens_are_drawn(browser: Browser, tmp_path: Path) -> None:
    slack_setup.draw(browser, tmp_path)
    assert {f"slack/{it.name}" for it in tmp_path.iterdir()} <= SHOWN
