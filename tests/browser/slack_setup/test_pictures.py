"""The pictures of docs/slack.md cover every screen and are readable on a phone."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.looks import LEAST_CONTRAST, visible_texts, width_of
from tests.browser.slack_setup.screens import PICTURES, WIDTH, drawn, names

pytestmark = pytest.mark.xdist_group("browser", first=True)


def test_the_documentation_shows_a_picture_of_every_screen(browser: Browser) -> None:
    text = PICTURES.with_suffix(".md").read_text("utf-8")
    shown = re.findall(r'<img src="slack/(\w+)\.png" width="\d+" alt="[^"]+">', text)
    assert shown == names(drawn(browser))
    assert sorted(shown) == sorted(path.stem for path in PICTURES.iterdir())


def test_the_screens_fit_a_phone_with_enough_contrast(browser: Browser) -> None:
    page = drawn(browser)
    assert width_of(page) == WIDTH
    assert [it for it in visible_texts(page) if it.contrast < LEAST_CONTRAST] == []


def test_the_pasted_text_is_the_manifest(browser: Browser) -> None:
    shown = drawn(browser).locator("#manifest pre").inner_text()
    assert '"name": "Signoff dev"' in shown
    assert "/slack/commands" in shown
