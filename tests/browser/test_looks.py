"""Every page: on a phone, in light and dark, by keyboard, and with nothing from elsewhere."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.hands import OUTLINE, THINNEST_OUTLINE
from tests.browser.looks import LEAST_CONTRAST, Words, width_of, words_of
from tests.browser.places import FORMS, Places, places_of
from tests.laptop import DeployedStage
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("browser", first=True)


LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 320, "height": 700}, "is_mobile": True, "has_touch": True},
    "large phone in the dark": {
        "viewport": {"width": 390, "height": 700},
        "is_mobile": True,
        "has_touch": True,
        "color_scheme": "dark",
    },
    "desk": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "light"},
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is to see of a page."""

    width: int
    words: list[Words]
    background: str
    language: str | None
    title: str
    headings: int
    mains: int

    @classmethod
    def of(cls, page: Page) -> "Seen":
        return cls(
            width=width_of(page),
            words=words_of(page),
            background=page.evaluate("getComputedStyle(document.body).backgroundColor"),
            language=page.locator("html").get_attribute("lang"),
            title=page.title(),
            headings=page.get_by_role("heading", level=1).count(),
            mains=page.get_by_role("main").count(),
        )


@dataclass(frozen=True)
class Tour:
    """A look at every page in one window, and what that has loaded."""

    settings: dict[str, Any]
    pages: dict[str, Seen]
    loaded: list[tuple[str, str]]


@pytest.fixture(scope="module")
def places(stages: Stages) -> Places:
    return places_of(stages.dev())


@pytest.fixture(scope="module")
def tours() -> dict[str, Tour]:
    """The tours so far: each is made once."""
    return {}


@pytest.fixture(params=LOOKS)
def tour(
    open_window: OpenWindow, places: Places, tours: dict[str, Tour], request: pytest.FixtureRequest
) -> Tour:
    if request.param not in tours:
        settings = LOOKS[request.param]
        window = open_window(**settings)
        page = window.context.new_page()
        pages: dict[str, Seen] = {}
        for name, go in places.items():
            go(page)
            pages[name] = Seen.of(page)
        loaded = [(each.url, each.resource_type) for each in window.requests]
        tours[request.param] = Tour(settings, pages, loaded)
    return tours[request.param]


def test_no_page_scrolls_sideways(tour: Tour) -> None:
    width = tour.settings["viewport"]["width"]
    assert {name: seen.width for name, seen in tour.pages.items()} == dict.fromkeys(
        tour.pages, width
    )


def test_all_words_stand_out(tour: Tour) -> None:
    faint: dict[str, list[Words]] = {}
    for name, seen in tour.pages.items():
        assert "h1" in {each.tag for each in seen.words}
        if name in FORMS:
            assert {"a", "button", "label", "textarea"} <= {each.tag for each in seen.words}
        faint[name] = [each for each in seen.words if each.contrast < LEAST_CONTRAST]

    assert faint == {name: [] for name in tour.pages}
    backgrounds = {seen.background for seen in tour.pages.values()}
    brightness = [sum(map(int, text.strip("rgb()").split(","))) for text in backgrounds]
    dark = tour.settings.get("color_scheme") == "dark"
    assert all((each > 382) != dark for each in brightness)


def test_every_page_has_a_language_a_title_and_one_heading(tour: Tour) -> None:
    for name, seen in tour.pages.items():
        assert (seen.language, seen.headings, seen.mains) == ("en", 1, 1), name
    titles = {seen.title for seen in tour.pages.values()}
    assert "" not in titles
    assert {title.split(":")[0] for title in titles} >= {
        "Awaiting decision",
        "Approved",
        "Rejected",
        "#signoff-dev",
    }


def test_a_page_behind_a_link_loads_nothing_but_itself(tour: Tour, dev: DeployedStage) -> None:
    loaded = {kind for url, kind in tour.loaded if url.startswith(dev.cloud_url)}
    assert loaded == {"document"}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_six_visible_stops_of_the_tab_key(
    open_window: OpenWindow, places: Places, form: str
) -> None:
    page = open_window().context.new_page()
    places[form](page)
    stops = [
        page.get_by_role("region", name="Preview"),
        page.get_by_role("link", name="Download"),
        page.get_by_role("textbox", name="Reason"),
        page.get_by_role("button", name="Approve", exact=True),
        page.get_by_role("button", name="Reject", exact=True),
        page.locator("summary"),
    ]
    if form == "reason missing":
        expect(stops[2]).to_be_focused()
        stops = stops[3:]

    for stop in stops:
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
        assert stop.evaluate(OUTLINE) >= THINNEST_OUTLINE


def test_a_page_behind_a_link_runs_no_other_script_and_loads_no_picture(
    open_window: OpenWindow, places: Places
) -> None:
    window = open_window()
    page = window.context.new_page()
    for name in (*FORMS, "approved", "already decided", "ended", "not found", "nothing here"):
        places[name](page)
        _smuggle(page)

        assert not page.evaluate("window.smuggled"), name
        refused = [text for text in window.complaints if "Content Security Policy" in text]
        assert len(refused) == 2, name
        window.complaints.clear()
        window.requests.clear()


def _smuggle(page: Page) -> None:
    """Put in what an attacker would like to have there, and wait until it is refused."""
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
