"""The compromised notifier searches for data that it does not need.

It may read the attributes of a review that it shows (`tests/policies/test_permissions.py`), and
write no row.
"""

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.client import BaseClient

from lambdas.domain.lifecycle.end import end
from lambdas.domain.review.events import Event
from lambdas.domain.review.review import Review, Status
from tests.http_stub import http_stub
from tests.lambdas.conftest import World, make_review
from tests.lambdas.slack.channels import (
    bot_channel,
    escalation_channel,
    notify_of,
    posted_as,
    webhook_channel,
)
from tests.policies.documents import ACCOUNT, RECORD, REGION, TABLE, document
from tests.policies.evaluation import allowed_in_table

if TYPE_CHECKING:
    from collections.abc import Callable

SECRETS = {
    "task_token": "canary-of-the-token",
    "callback_id": "canary-of-the-callback",
    "context": {"card": "canary-of-the-context"},
    "claim_id": "canary-of-the-claim",
    "requester_identity": "arn:aws:iam::1:user/canary-of-the-requester",
}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All AWS responses while the test runs, including errors."""
    responses: list[str] = []
    original = cast("Callable[..., Any]", getattr(BaseClient, "_make_api_call"))  # noqa: B009

    def record_responses(self: BaseClient, operation: str, parameters: Any) -> Any:
        try:
            answer = original(self, operation, parameters)
        except Exception as refused:
            responses.append(str(getattr(refused, "response", refused)))
            raise
        responses.append(str(answer))
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", record_responses)
    return responses


@pytest.mark.parametrize("channel", [bot_channel, webhook_channel, escalation_channel])
def test_the_notifier_receives_only_what_it_shows(
    world: World, answers: list[str], channel: Any
) -> None:
    review: Review = make_review(**SECRETS)
    world.add(review)
    answers.clear()

    with http_stub(posted_as()) as slack:
        for _ in range(2):  # the second time, each message is already posted
            notify_of(channel(world, slack), Event.REQUESTED, review)
            notify_of(channel(world, slack), Event.REMINDER, review)
            notify_of(channel(world, slack), Event.ESCALATED, review)
        received = [*answers]
        end(world.gate, review, Status.CANCELLED, "why")
        answers.clear()
        notify_of(channel(world, slack), Event.CANCELLED, review)

    assert len(received) > 5
    assert "canary" not in "".join([*received, *answers])


def test_the_notifier_may_only_read_rows() -> None:
    """Any write may return a whole row: `ReturnValuesOnConditionCheckFailure`."""
    notes = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/notes"
    role = [document("notify_slack")]

    assert allowed_in_table(role, TABLE) == {"dynamodb:GetItem"}
    assert allowed_in_table(role, RECORD) == {"dynamodb:PartiQLInsert"}
    assert allowed_in_table(role, notes) == {
        "dynamodb:GetItem",
        "dynamodb:UpdateItem",
        "dynamodb:PartiQLUpdate",
        "dynamodb:DeleteItem",
    }
