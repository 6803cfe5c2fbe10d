"""Decisions in a browser, from the channel to the end of the execution."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.local_stack import DeployedStage, without_visits

pytestmark = pytest.mark.xdist_group("browser", first=True)


def message_about(review_id: str, channel: Page) -> Locator:
    """Newest public message about a review."""
    return channel.locator("article:not(.note)").filter(has_text=f"review {review_id}").last


def status_shown(page: Page) -> Locator:
    return page.get_by_role("strong")


def expect_outcome(
    window: Window, dev: DeployedStage, channel: Page, review_id: str, *texts: str
) -> None:
    """Check that the channel shows how a review ended; without JavaScript, after a reload."""
    dev.message_with(*texts, review_id)
    if channel.locator("noscript meta").count():
        channel.reload()
    ending = channel.locator("article:not(.note)").filter(has_text=f"review {review_id}")
    for text in texts:
        ending = ending.filter(has_text=text.strip("*"))
    expect(ending.last).to_be_visible()


def test_a_review_is_approved_from_the_channel(window: Window, dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    channel = window.open_channel(dev, review_id)

    page = window.follow(
        message_about(review_id, channel).get_by_role("link", name="Approve", exact=True)
    )
    window.hands.press(page.get_by_role("button", name="Approve", exact=True))

    expect(status_shown(page)).to_have_text("Approved")
    assert execution.end()["status"] == "SUCCEEDED"
    expect_outcome(window, dev, channel, review_id, "*Approved*")


def test_a_rejection_from_the_channel_requires_a_reason(window: Window, dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    channel = window.open_channel(dev, review_id)

    page = window.follow(
        message_about(review_id, channel).get_by_role("link", name="Reject", exact=True)
    )
    button = page.get_by_role("button", name="Reject", exact=True)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        window.hands.press(button)
    assert answered.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("Enter a reason to reject")
    expect(page.get_by_label("Reason")).to_be_focused()
    assert dev.row(review_id)["status"] == "PENDING"

    window.hands.write(page.get_by_label("Reason"), 'the wrong month: "10" & <11>')
    window.hands.press(button)

    expect(status_shown(page)).to_have_text("Rejected")
    expect(page.get_by_text('the wrong month: "10" & <11>')).to_be_visible()
    ended = execution.end()
    assert (ended["status"], ended["error"]) == ("FAILED", "ReviewRejected")
    assert ended["cause"] == 'the wrong month: "10" & <11>'
    expect_outcome(window, dev, channel, review_id, "*Rejected*", "the wrong month")


def test_an_open_page_shows_an_earlier_decision(
    open_window: OpenWindow, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    first, second = (
        open_window().open(f"{dev.outputs[f'{verb}_url']}?review={dev.linked_id(review_id)}")
        for verb in ("approve", "reject")
    )

    first.get_by_role("button", name="Approve").click()
    expect(status_shown(first)).to_have_text("Approved")
    second.get_by_label("Reason").fill("too late")
    second.get_by_role("button", name="Reject").click()

    expect(status_shown(second)).to_have_text("Approved")
    expect(second.get_by_role("alert")).to_contain_text("Your decision was not recorded")
    expect(second.get_by_role("button")).to_have_count(0)
    assert execution.end()["status"] == "SUCCEEDED"


def test_after_a_decision_reload_and_back_do_not_submit_again(
    window: Window, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    form = f"{dev.outputs['reject_url']}?review={dev.linked_id(review_id)}"
    page = window.open(form)
    window.hands.write(page.get_by_label("Reason"), "wrong month")
    window.hands.press(page.get_by_role("button", name="Reject"))
    expect(status_shown(page)).to_have_text("Rejected")

    assert page.url == form, "the address can be shared"
    for go in (page.reload, page.go_back, page.go_forward, page.reload):
        go()
        expect(status_shown(page)).to_have_text("Rejected")
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.get_by_role("button")).to_have_count(0)

    assert window.posts() == 1
    assert execution.end()["cause"] == "wrong month"


def test_another_website_cannot_send_the_form(open_window: OpenWindow, dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    window = open_window()
    page = window.context.new_page()
    page.route(
        "http://elsewhere.test/",
        lambda route: route.fulfill(
            content_type="text/html",
            headers={"Referrer-Policy": "no-referrer"},
            body=f"""<form method="post" action="{dev.outputs["approve_url"]}">
                <input name="review" value="{dev.linked_id(review_id)}">
                <button>Win a prize</button></form>""",
        ),
    )
    page.goto("http://elsewhere.test/")
    window.requests.clear()

    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button").click()

    assert answered.value.request.headers["origin"] == "null", "as sent by our own forms"
    assert answered.value.status == 403
    assert dev.row(review_id)["status"] == "PENDING"
    assert dev.post("approve", review_id).status_code == 200
    assert execution.end()["status"] == "SUCCEEDED"


def test_a_double_click_decides_once(open_window: OpenWindow, dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    page = open_window().open(f"{dev.outputs['approve_url']}?review={dev.linked_id(review_id)}")

    page.get_by_role("button", name="Approve").dblclick(no_wait_after=True)

    expect(status_shown(page)).to_contain_text("Approved")
    assert execution.end()["status"] == "SUCCEEDED"


def test_opening_prefetching_and_reloading_do_not_decide(
    open_window: OpenWindow, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    row = dev.row(review_id)
    window = open_window()
    looks = 0

    for verb in ("approve", "reject"):
        link = f"{dev.outputs[f'{verb}_url']}?review={dev.linked_id(review_id)}"
        with window.context.expect_event("requestfinished") as prefetched:
            window.context.new_page().set_content(f'<link rel="prefetch" href="{link}">')
        assert prefetched.value.headers["sec-purpose"] == "prefetch"
        page = window.open(link)
        for _ in range(5):
            page.reload()
        looks += 7

    assert window.posts() == 0
    now = dev.row(review_id)
    assert now["opened"] == str(looks)
    assert without_visits(now) == without_visits(row)
    assert execution.status() == "RUNNING"
    assert dev.post("approve", review_id).status_code == 200


def test_the_evidence_is_downloaded_as_submitted(
    window: Window, dev: DeployedStage, tmp_path: Path
) -> None:
    execution, review_id = dev.ask()
    page = window.open(f"{dev.outputs['approve_url']}?review={dev.linked_id(review_id)}")

    with page.expect_download() as download:
        window.hands.press(page.get_by_role("link", name="Download"))

    file = tmp_path / "evidence.csv"
    download.value.save_as(file)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    window.hands.press(page.locator("summary"))
    expect(page.get_by_text(sha256)).to_be_visible()
    assert dev.post("approve", review_id).status_code == 200
    assert execution.end()["output"]["dataset"]["sha256"] == sha256
