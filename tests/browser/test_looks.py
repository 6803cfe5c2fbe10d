"""Every page: on a phone, in light and dark, by keyboard, and with nothing from elsewhere."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.hands import OUTLINE, THINNEST_OUTLINE
from tests.browser.looks import LEAST_CONTRAST, Words, width_of, words_of
from tests.browser.places import FORMS, Places, places_of
from tests.laptop import DeployedStage

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def places(dev: DeployedStage) -> Places:
    return places_of(dev)


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_scrolls_sideways_on_a_phone(
    open_window: OpenWindow, places: Places, width: int
) -> None:
    phone = {"width": width, "height": 700}
    page = open_window(viewport=phone, is_mobile=True, has_touch=True).context.new_page()
    widths: dict[str, int] = {}
    for name, go in places.items():
        go(page)
        widths[name] = width_of(page)

    assert widths == dict.fromkeys(places, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out(
    open_window: OpenWindow, places: Places, scheme: Literal["light", "dark"]
) -> None:
    page = open_window(color_scheme=scheme).context.new_page()
    backgrounds: set[str] = set()
    faint: dict[str, list[Words]] = {}
    for name, go in places.items():
        go(page)
        words = words_of(page)

        assert "h1" in {each.tag for each in words}
        if name in FORMS:
            assert {"a", "button", "label", "textarea"} <= {each.tag for each in words}
        faint[name] = [each for each in words if each.contrast < LEAST_CONTRAST]
        backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert faint == {name: [] for name in places}
    brightness = [sum(map(int, text.strip("rgb()").split(","))) for text in backgrounds]
    assert all((each > 382) == (scheme == "light") for each in brightness)


def test_every_page_has_a_language_a_title_and_one_heading(
    open_window: OpenWindow, places: Places
) -> None:
    page = open_window().context.new_page()
    titles: set[str] = set()
    for go in places.values():
        go(page)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("main")).to_have_count(1)
        titles.add(page.title())

    assert "" not in titles
    assert {title.split(":")[0] for title in titles} >= {
        "Awaiting decision",
        "Approved",
        "Rejected",
        "#signoff-dev",
    }


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


def test_a_page_behind_a_link_loads_nothing_but_itself(
    open_window: OpenWindow, places: Places, dev: DeployedStage
) -> None:
    window = open_window()
    page = window.context.new_page()
    for go in places.values():
        go(page)

    loaded = [each for each in window.requests if each.url.startswith(dev.cloud_url)]
    assert {each.resource_type for each in loaded} == {"document"}


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
