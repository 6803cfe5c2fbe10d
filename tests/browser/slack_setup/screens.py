"""Drawings of Slack's screens for setting up an app: sections of `screens.html`.

They show where to click. The pasted text is the real manifest.
"""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page

from components.slack.manifest import SCOPES, app_manifest
from tests.local_stack import ROOT

PICTURES = ROOT / "docs" / "slack"
SCREENS = Path(__file__).with_suffix(".html")
WIDTH = 480
SOME_API = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"


def drawn(browser: Browser) -> Page:
    """Render all screens below each other, in the width of a large phone."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": 800}, device_scale_factor=2, color_scheme="light"
    )
    page.set_content(SCREENS.read_text("utf-8"))
    manifest = app_manifest("dev", SOME_API)
    page.evaluate(
        """([manifest, name, scopes]) => {
            document.querySelector("#manifest pre span").textContent = manifest;
            document.querySelector("#name").textContent = name;
            document.querySelector("#scopes").append(...scopes.map(scope => {
                const item = document.createElement("li");
                item.textContent = scope;
                return item;
            }));
        }""",
        [json.dumps(manifest, indent=1), manifest["display_information"]["name"], list(SCOPES)],
    )
    return page


def names(page: Page) -> list[str]:
    """Names of the screens, in order."""
    ids: list[str] = page.evaluate("[...document.querySelectorAll('section')].map(it => it.id)")
    return ids
