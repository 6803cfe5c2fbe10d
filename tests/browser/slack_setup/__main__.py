"""Draws the pictures of docs/slack.md: `python -m tests.browser.slack_setup`."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import running_chromium
from tests.browser.slack_setup.screens import PICTURES, drawn, names


def draw(browser: Browser, folder: Path) -> None:
    """Write a picture for each screen."""
    page = drawn(browser)
    for name in names(page):
        page.locator(f"#{name}").screenshot(path=folder / f"{name}.png")


def main() -> None:
    """Write the pictures to the folder that docs/slack.md shows."""
    PICTURES.mkdir(exist_ok=True)
    with running_chromium() as browser:
        draw(browser, PICTURES)


if __name__ == "__main__":
    main()
