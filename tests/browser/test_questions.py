"""Answers are submitted with the decision, and no key submits a decision by itself."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Page, expect

from lambdas.domain.review.request import Preview
from lambdas.domain.review.review import Review, Status
from tests.browser.conftest import OpenWindow
from tests.browser.hands import Hands
from tests.browser.window import Window
from tests.lambdas.conftest import World
from tests.lambdas.web.conftest import FAR, Handle
from tests.lambdas.web.parts import promotion
from tests.lambdas.web.served import served

pytestmark = pytest.mark.xdist_group("browser", first=True)

ANSWERS = {"percent": 12.5, "region": "Milan", "day": "W", "undo": False, "ticket": "CHG-1 & <2>"}


@pytest.fixture
def api(load_api: Callable[..., Handle]) -> Generator[str]:
    with served(load_api()) as url:
        yield url


@pytest.fixture
def allowed_origins(api: str) -> tuple[str, ...]:
    return (f"{api}/", "http://127.0.0.1")


@pytest.fixture
def review(world: World) -> Review:
    asked = promotion()
    names = ("stage", "title", "summary", "facts", "gauge", "preview", "questions", "evidence")
    return world.waiting_review(deadline=FAR, **{name: getattr(asked, name) for name in names})


def fill_in(page: Page, hands: Hands) -> None:
    """Answer every question in order."""
    hands.write(page.get_by_label("Percent of the traffic"), "12.5")
    hands.choose(page.get_by_role("radiogroup", name="Region"), "Milan")
    hands.choose(page.get_by_label("Day"), "W")
    hands.choose(page.get_by_role("radiogroup", name="Undo by itself?"), "No")
    hands.write(page.get_by_label("Change ticket"), "CHG-1 & <2>")


def test_answers_are_kept_while_a_rejection_lacks_its_reason(
    window: Window, api: str, world: World, review: Review
) -> None:
    page = window.open(f"{api}/approve?review={review.linked_id}")
    fill_in(page, window.hands)
    reject = page.get_by_role("button", name="Reject", exact=True)

    window.hands.press(reject)

    expect(page.get_by_role("alert")).to_contain_text("Enter a reason to reject")
    reason = page.get_by_label("Reason")
    expect(reason).to_be_focused()
    expect(reason).to_have_attribute("aria-invalid", "true")
    assert world.store.get(review.review_id).status is Status.PENDING

    window.hands.write(reason, "too much at once")
    window.hands.press(reject)

    expect(page.get_by_role("strong")).to_have_text("Rejected")
    for label, answer in (("Percent of the traffic", "12.5"), ("Change ticket", "CHG-1 & <2>")):
        row = page.locator("dl > div").filter(has_text=label)
        expect(row.get_by_role("definition")).to_have_text(answer)
    decided = world.store.get(review.review_id)
    assert (decided.status, decided.reason) == (Status.REJECTED, "too much at once")
    assert decided.answers == ANSWERS, "answers are kept while the reason is missing"


def test_a_required_question_blocks_both_buttons(
    window: Window, api: str, world: World, review: Review
) -> None:
    page = window.open(f"{api}/reject?review={review.linked_id}")

    for button in ("Approve", "Reject"):
        window.hands.press(page.get_by_role("button", name=button, exact=True))
        expect(page.get_by_label("Percent of the traffic")).to_be_focused()

    assert window.posts() == 0
    fill_in(page, window.hands)
    window.hands.press(page.get_by_role("button", name="Approve", exact=True))
    expect(page.get_by_role("strong")).to_have_text("Approved")
    assert world.store.get(review.review_id).answers == ANSWERS


def test_the_enter_key_in_a_field_does_not_decide(
    window: Window, api: str, world: World, review: Review
) -> None:
    page = window.open(f"{api}/approve?review={review.linked_id}")
    fill_in(page, window.hands)

    for field in (
        page.get_by_label("Percent of the traffic"),
        page.get_by_role("radio", name="Milan"),
        page.get_by_label("Day"),
        page.get_by_role("radio", name="No", exact=True),
    ):
        field.press("Enter")
        page.keyboard.press("Escape")  # close a list that Enter has opened
        expect(page.get_by_label("Change ticket")).to_have_value("CHG-1 & <2>")

    page.reload()  # any submission would have come before this
    assert [it.method for it in window.requests] == ["GET", "GET"]
    assert world.store.get(review.review_id).status is Status.PENDING


def test_a_form_submitted_without_a_button_does_not_decide(
    open_window: OpenWindow, api: str, world: World, review: Review
) -> None:
    window = open_window()
    page = window.open(f"{api}/reject?review={review.linked_id}")

    with page.expect_navigation():
        page.locator("form").evaluate("form => form.submit()")

    assert window.posts() == 0
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize(
    ("zone", "locale", "shown"),
    [
        ("Europe/Berlin", "en-GB", "19 November 2036 at 15:05 CET"),
        ("America/New_York", "en-US", "November 19, 2036 at 09:05 AM EST"),
        ("Asia/Kolkata", "de-DE", "19. November 2036 um 19:35 GMT+5:30"),
    ],
)
def test_times_are_local_with_javascript_and_utc_without(
    open_window: OpenWindow, api: str, review: Review, zone: str, locale: str, shown: str
) -> None:
    for javascript, words in ((True, shown), (False, "19 November 2036, 14:05 UTC")):
        window = open_window(timezone_id=zone, locale=locale, java_script_enabled=javascript)
        page = window.open(f"{api}/approve?review={review.linked_id}")

        deadline = page.locator("time").first
        expect(deadline).to_have_text(words)
        expect(deadline).to_have_attribute("datetime", "2036-11-19T14:05:09Z")


def test_on_a_phone_a_preview_scrolls_inside_its_box(
    open_window: OpenWindow, api: str, review: Review
) -> None:
    window = open_window(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    page = window.open(f"{api}/approve?review={review.linked_id}")
    box = page.get_by_role("region", name="Preview")
    widen = "it => it.querySelectorAll('td').forEach(cell => cell.textContent += '9'.repeat(30))"
    box.evaluate(widen)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert box.evaluate("it => it.scrollWidth > it.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    expect(box).not_to_have_js_property("scrollLeft", 0)


def test_on_a_phone_the_rows_of_a_wide_preview_are_stacked(
    open_window: OpenWindow, api: str, world: World
) -> None:
    columns = ("record", "customer", "amount", "why")
    rows = (("4711", "C-0815", "1,234.50", "amount out of range " * 5),)
    preview = Preview(columns=columns, rows=rows)
    review = world.waiting_review(deadline=FAR, preview=preview)
    window = open_window(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    page = window.open(f"{api}/approve?review={review.linked_id}")
    box = page.get_by_role("region", name="Preview")

    assert box.evaluate("it => it.scrollWidth <= it.clientWidth")
    for cell, label in zip(box.locator("td").all(), columns, strict=True):
        shown = cell.evaluate("it => getComputedStyle(it, '::before').content")
        assert shown == f'"{label}"'
        place, outside = cell.bounding_box(), box.bounding_box()
        assert place
        assert outside
        assert place["x"] + place["width"] <= outside["x"] + outside["width"]
