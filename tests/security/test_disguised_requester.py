"""Somebody requests a review under a spelling of their own Slack id, and approves it themselves."""

from typing import Any

import pytest

from lambdas.generate_dataset.workflow_input import WorkflowInput
from lambdas.shared.review.errors import NotAllowed
from lambdas.shared.review.events import Actor
from lambdas.shared.review.people import is_slack_user
from lambdas.shared.review.review import Outcome, Status, Way
from tests.lambdas.conftest import World

KIM = "U012ABCDEF"
SPELLINGS = [
    "U012ABCDEF",
    "<@U012ABCDEF>",
    "<@U012ABCDEF|kim>",
    "<@U012ABCDEF|>",
    "<@ U012ABCDEF >",
    "Kim <@U012ABCDEF|kim>",
    "@U012ABCDEF",
    "u012abcdef",
    "@u012AbCdEf",
    "<@u012abcdef|Kim Reyes>",
    "  U012ABCDEF  ",
    "U012\u200bABCDEF",
    "\u202eU012ABCDEF\u202c",
    "\ufeff<@U012\u2060ABCDEF>\u00ad",
    "U012\u3164ABCDEF",
]


def requested_by(text: Any) -> str:
    return WorkflowInput.parse({"requested_by": text}).requested_by


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_one_id_that_slack_signs(spelling: str) -> None:
    assert requested_by(spelling) == KIM


def test_they_do_not_decide(world: World) -> None:
    review = world.waiting_review(requested_by=requested_by("<@u012abcdef|Kim Reyes>"))

    with pytest.raises(NotAllowed, match="You requested this yourself"):
        world.deciding()(review.review_id, Outcome.APPROVED, "", Actor(person=KIM, via=Way.SLACK))

    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.form.is_waiting(review)


@pytest.mark.parametrize(
    "name",
    ["", "Kim Reyes", "kim@example.com", "ursula", "user1", "@walter", "<@nobody at all>", "U1"],
)
def test_a_name_stays_a_name(name: str) -> None:
    assert requested_by(name) == name
    assert not is_slack_user(name)
