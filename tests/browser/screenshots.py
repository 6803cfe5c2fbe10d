"""Takes the screenshots of the README and of docs/: `python -m tests.browser.screenshots`."""

import json
import re
import tempfile
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from lambdas.datasets.publishing import GOOD_ROWS
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.request_rules import parse_request
from lambdas.domain.web.pages import Pages
from tests.browser.chromium import running_chromium
from tests.lambdas.conftest import make_review
from tests.local_stack import ROOT, DeployedStage, running_local_stack

DOCS = ROOT / "docs"
PICTURES = DOCS
TITLE = "Northwind: orders of November"
BATCH = {
    "title": TITLE,
    "rows": 1050,
    "anomaly_rate": 0.08,
    "requested_by": "U012ABCDEF",
}
FILE = ROOT / "examples" / "orders.csv"
FILE_TITLE = "Publish Northwind's orders?"
MESSAGE_WIDTH = 800
PHONE_WIDTH = 390
DESKTOP_WIDTH = 1280


def take(stage: DeployedStage, browser: Browser) -> None:
    """Take the screenshots of two reviews, and of a page with questions."""
    stage.start(**BATCH)
    stage.message_with(TITLE, "approve?review=")
    channel, link = _open_channel(stage, browser)
    _shoot(channel, "message.png")
    page = _window(browser, PHONE_WIDTH)
    page.goto(link)
    _shoot(page, "page.png")
    take_file(stage, browser)
    promotion = _window(browser, DESKTOP_WIDTH)
    promotion.set_content(_page_of_the_longest_request())
    _shoot(promotion, "questions.png")


def take_file(stage: DeployedStage, browser: Browser) -> None:
    """Take the screenshots of the review of a file."""
    stage.client("s3").put_object(
        Bucket=stage.outputs["evidence_bucket_name"],
        Key=f"incoming/{FILE.name}",
        Body=FILE.read_bytes(),
        ChecksumAlgorithm="SHA256",  # as `signoff start` does
        Metadata={"title": FILE_TITLE, "requested-by": "U012ABCDEF"},
    )
    stage.message_with(FILE_TITLE, "approve?review=")
    channel, link = _open_channel(stage, browser)
    _grow(channel)
    channel.get_by_role("article").last.screenshot(path=PICTURES / "file-message.png")
    page = _window(browser, PHONE_WIDTH)
    page.goto(link)
    page.get_by_label(GOOD_ROWS).check()
    _shoot(page, "file-page.png")


def _open_channel(stage: DeployedStage, browser: Browser) -> tuple[Page, str]:
    """Open the channel, and return the last message's link to approve, too."""
    channel = _window(browser, MESSAGE_WIDTH)
    channel.goto(f"{stage.console_url}/channels/{stage.channel}")
    link = channel.get_by_role("link", name="Approve", exact=True).last.get_attribute("href")
    assert link
    return channel, link


def _page_of_the_longest_request() -> str:
    """Page of the complete request in docs/requests.md, as prod shows it."""
    examples = re.findall("```json\n(.*?)```", (DOCS / "requests.md").read_text(), re.DOTALL)
    given = json.loads(max(examples, key=len))
    asked = parse_request(given, ("models/",), timedelta(days=1))
    review = make_review(
        stage="prod", **{field.name: getattr(asked, field.name) for field in fields(asked)}
    )
    pages = Pages(rules=Rules(), slack_channel="#signoff-prod")
    return pages.of(review, review.deadline - timedelta(hours=1, minutes=58))


def _window(browser: Browser, width: int) -> Page:
    return browser.new_page(
        viewport={"width": width, "height": 100},
        device_scale_factor=2,
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )


def _shoot(page: Page, name: str) -> None:
    """Capture the whole page."""
    _grow(page)
    page.screenshot(path=PICTURES / name)


def _grow(page: Page) -> None:
    """Make the window as high as the page."""
    size = page.viewport_size
    assert size
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})


def main() -> None:
    """Deploy dev, take the screenshots and stop."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_local_stack(Path(folder), "--stage", "dev") as stages,
        running_chromium() as browser,
    ):
        take(stages["dev"], browser)


if __name__ == "__main__":
    main()
