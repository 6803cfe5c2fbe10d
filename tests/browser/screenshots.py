"""Takes the README's pictures: `python -m tests.browser.screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import running_chromium
from tests.laptop import ROOT, DeployedStage, running_laptop

DOCS = ROOT / "docs"
TITLE = "Northwind: orders of November"
BATCH = {
    "title": TITLE,
    "rows": 1050,
    "anomaly_rate": 0.08,
    "requested_by": "U012ABCDEF",
}
MESSAGE_WIDTH = 800
PHONE_WIDTH = 390


def take(stage: DeployedStage, browser: Browser) -> None:
    """Take both pictures of one review."""
    stage.start(**BATCH)
    stage.message_with(TITLE, "approve?review=")
    channel = _open(browser, f"{stage.console_url}/channels/{stage.name}", MESSAGE_WIDTH)
    link = channel.get_by_role("link", name="Approve").get_attribute("href")
    assert link
    _shoot(channel, "message.png")
    _shoot(_open(browser, link, PHONE_WIDTH), "page.png")


def _open(browser: Browser, url: str, width: int) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 100},
        device_scale_factor=2,
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    page.goto(url)
    return page


def _shoot(page: Page, name: str) -> None:
    """Take the whole page, in a window that is as high as the page is."""
    size = page.viewport_size
    assert size
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    page.screenshot(path=DOCS / name)


def main() -> None:
    """Deploy dev, take the pictures and stop."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_laptop(Path(folder), "--stage", "dev") as stages,
        running_chromium() as browser,
    ):
        take(stages["dev"], browser)


if __name__ == "__main__":
    main()
