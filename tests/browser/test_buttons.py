"""Decisions with the buttons in the channel, by different people of the workspace."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.test_decisions import expect_outcome, message_about
from tests.browser.window import Window
from tests.local_stack import BOT, SIGNING_SECRET, DeployedStage
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("browser", first=True)

REQUESTER = "U012ABCDEF"


@pytest.fixture
def dev(stages: Stages) -> DeployedStage:
    return stages.dev(SIGNING_SECRET)


def press(window: Window, channel: Page, review_id: str, button: str, reason: str = "") -> None:
    message = message_about(review_id, channel)
    if reason:
        window.hands.write(message.get_by_label("Reason"), reason)
    window.hands.press(message.get_by_role("button", name=button, exact=True))


def private_note(review_id: str, channel: Page) -> Locator:
    """The note shown directly below the message about a review."""
    return message_about(review_id, channel).locator("xpath=following-sibling::article[1]")


def test_a_button_decides_with_the_reason_and_is_replaced_by_the_outcome(
    window: Window, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    channel = window.open_channel(dev, review_id)

    press(window, channel, review_id, "Approve", reason="expected this week")

    review = execution.end()["output"]["review"]
    assert (review["reason"], review["via"]) == ("expected this week", "slack")
    expect_outcome(window, dev, channel, review_id, "*Approved*", "expected this week")
    expect(message_about(review_id, channel).get_by_role("button")).to_have_count(0)


def test_a_rejection_without_a_reason_gets_a_private_reply(
    window: Window, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    channel = window.open_channel(dev, review_id)

    press(window, channel, review_id, "Reject")

    expect(private_note(review_id, channel)).to_contain_text(re.compile("reason", re.IGNORECASE))
    assert execution.status() == "RUNNING"

    press(window, channel, review_id, "Reject", reason="wrong month")

    assert execution.end()["cause"] == "wrong month"


def test_a_refused_requester_leaves_the_message_unchanged(
    window: Window, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask(requested_by=REQUESTER)
    dev.ask()
    channel = window.open_channel(dev, review_id, REQUESTER)

    press(window, channel, review_id, "Approve", reason="trust me")

    note = private_note(review_id, channel)
    expect(note).to_have_accessible_name("Private note")
    expect(note).to_contain_text("You requested this")
    expect(note).to_be_in_viewport()
    expect(channel.get_by_role("log")).to_have_attribute("aria-live", "polite")
    reason = message_about(review_id, channel).get_by_label("Reason")
    expect(reason).to_have_value("trust me")
    buttons = message_about(review_id, channel).get_by_role("button")
    expect(buttons.first).to_be_visible()
    assert execution.status() == "RUNNING"


def test_another_persons_change_keeps_the_text_being_typed(
    open_window: OpenWindow, stages: Stages
) -> None:
    dev = stages.dev(*BOT, SIGNING_SECRET, "requiredApprovals=2")
    _, review_id = dev.ask()
    channel = open_window().open_channel(dev, review_id)
    reason = message_about(review_id, channel).get_by_label("Reason")
    reason.fill("as expected")

    dev.click(dev.message_with(review_id), "approve", "U067SECOND")

    expect(message_about(review_id, channel)).to_contain_text("Lin Berg")
    expect(reason).to_have_value("as expected")


def test_a_click_reports_an_unreachable_endpoint(
    open_window: OpenWindow, dev: DeployedStage
) -> None:
    _, review_id = dev.ask()
    window = open_window()
    channel = window.open_channel(dev, review_id)
    message_about(review_id, channel).get_by_label("Reason").fill("fine")
    channel.route("**/click", lambda route: route.abort())

    message_about(review_id, channel).get_by_role("button", name="Approve", exact=True).click()

    notice = message_about(review_id, channel).get_by_role("alert")
    expect(notice).to_contain_text("cannot be reached")
    expect(message_about(review_id, channel).get_by_label("Reason")).to_have_value("fine")
    assert all("ERR_FAILED" in text for text in window.complaints)
    window.complaints.clear()
