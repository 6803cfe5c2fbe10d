"""Reminders requested by an operator are posted, although none is planned."""

import json
from datetime import timedelta

from lambdas.domain.lifecycle.announcements import read_announcement
from lambdas.domain.lifecycle.remind import remind_now
from lambdas.domain.review.events import Actor
from tests.http_stub import Answer, http_stub
from tests.lambdas.conftest import World, make_review
from tests.lambdas.slack.channels import asked, webhook_channel

KIM = Actor(person="arn:aws:iam::111111111111:user/kim", via="cli")


def test_a_requested_reminder_reaches_the_channel(world: World) -> None:
    review = make_review(deadline=world.clock.moment + timedelta(hours=24))
    world.add(review)
    remind_now(world.gate, review.review_id, KIM)
    [announced] = world.announced()

    with http_stub(Answer()) as slack:
        webhook_channel(world, slack).notify(read_announcement(json.dumps(announced)), lambda: 10)

    [(_, message)] = asked(slack)
    assert "Reminder" in message["text"]
