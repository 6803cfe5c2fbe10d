"""Draws the pictures of docs/slack.md: `python -m tests.browser.slack_setup`."""

from tests.browser.chromium import running_chromium
from tests.browser.slack_setup.screens import PICTURES, drawn, names


def main() -> None:
    """Write a picture for each screen."""
    PICTURES.mkdir(exist_ok=True)
    with running_chromium() as browser:
        page = drawn(browser)
        for name in names(page):
            page.locator(f"#{name}").screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
