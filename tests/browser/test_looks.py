"""Every page: on a phone, in light and dark, by keyboard, and without external resources."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.hands import OUTLINE, THINNEST_OUTLINE
from tests.browser.looks import LEAST_CONTRAST, visible_texts, width_of
from tests.browser.places import FORMS, Places, places_of
from tests.local_stack import DeployedStage
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("browser", first=True)


PHONE = {"is_mobile": True, "has_touch": True}
WINDOWS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 700}, **PHONE},
    "phone, dark": {"viewport": {"width": 390, "height": 700}, "color_scheme": "dark", **PHONE},
    "desk": {"viewport": {"width": 1280, "height": 700}},
}
FACTS = """() => ({
    background: getComputedStyle(document.body).backgroundColor,
    language: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll("h1").length,
    mains: document.querySelectorAll("main").length,
})"""


@dataclass(frozen=True)
class Tour:
    """All pages in one window, and all requests."""

    width: int
    dark: bool
    pages: dict[str, dict[str, Any]]
    loaded: list[tuple[str, str]]


@pytest.fixture(scope="module")
def places(stages: Stages) -> Places:
    return places_of(stages.dev())


@pytest.fixture(scope="module")
def tours() -> dict[str, Tour]:
    """Tours by window."""
    return {}


@pytest.fixture(params=WINDOWS)
def tour(
    open_window: OpenWindow, places: Places, tours: dict[str, Tour], request: pytest.FixtureRequest
) -> Tour:
    settings = WINDOWS[request.param]
    if request.param not in tours:
        window = open_window(**settings)
        page = window.context.new_page()
        pages: dict[str, dict[str, Any]] = {}
        for name, go in places.items():
            go(page)
            seen = {"width": width_of(page), "words": visible_texts(page)}
            pages[name] = {**page.evaluate(FACTS), **seen}
        loaded = [(each.url, each.resource_type) for each in window.requests]
        dark = settings.get("color_scheme") == "dark"
        tours[request.param] = Tour(settings["viewport"]["width"], dark, pages, loaded)
    return tours[request.param]


def test_no_page_scrolls_sideways(tour: Tour) -> None:
    widths = {name: seen["width"] for name, seen in tour.pages.items()}
    assert widths == dict.fromkeys(tour.pages, tour.width)


def test_all_text_has_enough_contrast(tour: Tour) -> None:
    for name, seen in tour.pages.items():
        tags = {each.tag for each in seen["words"]}
        assert tags >= ({"h1", "a", "button", "label", "textarea"} if name in FORMS else {"h1"})
        assert [each for each in seen["words"] if each.contrast < LEAST_CONTRAST] == [], name
        brightness = sum(map(int, seen["background"].strip("rgb()").split(",")))
        assert (brightness < 382) == tour.dark, name


def test_every_page_has_a_language_a_title_and_one_heading(tour: Tour) -> None:
    for name, seen in tour.pages.items():
        assert (seen["language"], seen["headings"], seen["mains"]) == ("en", 1, 1), name
        assert seen["title"], name
    assert {seen["title"].split(":")[0] for seen in tour.pages.values()} >= {
        "Awaiting decision",
        "Approved",
        "Rejected",
        "#signoff-dev",
    }


def test_a_review_page_loads_no_other_resources(tour: Tour, dev: DeployedStage) -> None:
    loaded = {kind for url, kind in tour.loaded if url.startswith(dev.cloud_url)}
    assert loaded == {"document"}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_seven_visible_tab_stops(
    open_window: OpenWindow, places: Places, form: str
) -> None:
    page = open_window().context.new_page()
    places[form](page)
    stops = [
        page.get_by_role("region", name="Preview"),
        page.get_by_role("link", name="Download"),
        # Of a group of radio buttons, the chosen one is the stop.
        page.get_by_role("radiogroup", name="Publish").get_by_role("radio", checked=True),
        page.get_by_role("textbox", name="Reason"),
        page.get_by_role("button", name="Approve", exact=True),
        page.get_by_role("button", name="Reject", exact=True),
        page.locator("summary"),
    ]
    if form == "reason missing":
        expect(stops[3]).to_be_focused()
        stops = stops[4:]

    for stop in stops:
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
        assert stop.evaluate(OUTLINE) >= THINNEST_OUTLINE


def test_a_review_page_blocks_injected_scripts_and_images(
    open_window: OpenWindow, places: Places
) -> None:
    window = open_window()
    page = window.context.new_page()
    for name in (*FORMS, "approved", "already decided", "ended", "not found", "nothing here"):
        places[name](page)
        _inject(page)

        assert not page.evaluate("window.smuggled"), name
        refused = [text for text in window.complaints if "Content Security Policy" in text]
        assert len(refused) == 2, name
        window.complaints.clear()
        window.requests.clear()


def _inject(page: Page) -> None:
    """Inject a script and an image, and wait until both are blocked."""
    page.evaluate(
        """() => new Promise(done => {
            let refused = 0;
            const count = () => ++refused === 2 && setTimeout(done);
            document.addEventListener("securitypolicyviolation", count);
            const script = document.createElement("script");
            script.textContent = "window.smuggled = true";
            document.body.append(script);
            const picture = document.createElement("img");
            picture.src = "https://elsewhere.invalid/pixel.png";
            document.body.append(picture);
            setTimeout(done, 3000);
        })"""
    )
