"""People decide by the buttons in the channel, as one person of the workspace or another."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_decisions import expect_the_ending, message_about
from tests.browser.window import Window
from tests.local_stack import SIGNING_SECRET, DeployedStage
from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("browser", first=True)

REQUESTER = "U012ABCDEF"


@pytest.fixture
def dev(stages: Stages) -> DeployedStage:
    return stages.dev(SIGNING_SECRET)


def press(window: Window, channel: Page, review_id: str, button: str, reason: str = "") -> None:
    message = message_about(review_id, channel)
    if reason:
        window.hands.write(message.get_by_role("textbox"), reason)
    window.hands.press(message.get_by_role("button", name=button, exact=True))


def test_a_button_decides_with_the_reason_and_becomes_the_outcome(
    window: Window, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    channel = window.open_channel(dev, review_id)

    press(window, channel, review_id, "Approve", reason="expected this week")

    review = execution.end()["output"]["review"]
    assert (review["reason"], review["via"]) == ("expected this week", "slack")
    expect_the_ending(window, dev, channel, review_id, "*Approved*", "expected this week")
    expect(message_about(review_id, channel).get_by_role("button")).to_have_count(0)


def test_a_rejection_without_a_reason_is_answered_in_private(
    window: Window, dev: DeployedStage
) -> None:
    execution, review_id = dev.ask()
    channel = window.open_channel(dev, review_id)

    press(window, channel, review_id, "Reject")

    expect(channel.get_by_text("a rejection needs a reason").last).to_be_visible()
    assert execution.status() == "RUNNING"

    press(window, channel, review_id, "Reject", reason="wrong month")

    assert execution.end()["cause"] == "wrong month"


def test_the_requester_is_refused_and_the_message_stays(window: Window, dev: DeployedStage) -> None:
    execution, review_id = dev.ask(requested_by=REQUESTER)
    channel = window.open_channel(dev, review_id, REQUESTER)

    press(window, channel, review_id, "Approve")

    expect(channel.get_by_text("You requested this yourself").last).to_be_visible()
    buttons = message_about(review_id, channel).get_by_role("button")
    expect(buttons.first).to_be_visible()
    assert execution.status() == "RUNNING"
