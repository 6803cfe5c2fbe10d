"""A requester approves their own review under another of their names."""

from typing import Any

import pytest

from lambdas.datasets.workflow_input import WorkflowInput
from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import NotAllowed
from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.review import Outcome, Status
from tests.lambdas.conftest import World

KIM, USER = "U012ABCDEF", "arn:aws:iam::123456789012:user/kim"
STS = "arn:aws:sts::123456789012"
ROLE = f"{STS}:assumed-role/data-ops"
SSO = f"{STS}:assumed-role/AWSReservedSSO_A_01/kim@example.com"
IDENTITIES = Identities(
    persons=Persons(identities={KIM: [USER, f"{ROLE}/kim", SSO]}),
    name_in_slack=lambda user_id: {KIM: "Kim Reyes"}.get(user_id, ""),
)
IN_SLACK = IDENTITIES.clicker(KIM, handle="kimr", team="T012ABCDEF")
ATTACKS = [
    *((spelling, IN_SLACK) for spelling in ("U012ABCDEF", "<@U012ABCDEF>", "<@U012ABCDEF|kim>")),
    *((spelling, IN_SLACK) for spelling in ("Kim <@U012ABCDEF|kim>", "@u012AbCdEf", "u012abcdef")),
    *((spelling, IN_SLACK) for spelling in ("U012\u200bABCDEF", "\u202eU012ABCDEF\u202c")),
    *((spelling, IN_SLACK) for spelling in ("KIM", "kim", "@kimr", "Kim Reyes", "KIM  REYES")),
    *((spelling, IN_SLACK) for spelling in ("data-ops/kim", "user/kim", USER, f"{ROLE}/kim")),
    *((spelling, IN_SLACK) for spelling in ("mailto:kim@example.com", "<Kim@Example.com>")),
    ("Kim Reyes <kim@example.com>", IDENTITIES.caller(SSO, "")),
    ("kim@example.com", IDENTITIES.caller(USER, "")),
    ("Kim", IDENTITIES.caller(f"{ROLE}/kim", "")),
    ("data-ops/kim", IDENTITIES.caller(f"{ROLE}/kim2", "")),
    ("data-ops/kim", Identities().caller(f"{ROLE}/kim2", "")),
    ("uploader01", Identities().caller(f"{ROLE}/uploader01", "")),
    ("user/kim", Identities().caller(USER, "")),
    ("@kim", Identities().caller(USER, "")),
    (KIM, IDENTITIES.caller(f"{ROLE}/kim", "")),
]


def requested_by(text: Any) -> str:
    return WorkflowInput.parse({"requested_by": text}).requested_by


@pytest.mark.parametrize(("spelling", "by"), ATTACKS)
@pytest.mark.parametrize("needed", [1, 2])
def test_a_disguised_requester_cannot_approve_but_can_reject(
    world: World, spelling: str, by: Actor, needed: int
) -> None:
    review = world.waiting_review(requested_by=requested_by(spelling))
    desk = world.deciding(Rules(required_approvals=needed))

    with pytest.raises(
        NotAllowed, match=r"You requested this; someone else must approve|identify one person"
    ):
        desk(review.review_id, Outcome.APPROVED, "", by)
    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.store.get(review.review_id).approvals == {}

    assert desk(review.review_id, Outcome.REJECTED, "no", by).status is Status.REJECTED


def test_a_person_named_as_the_requester_can_still_reject(world: World) -> None:
    review = world.waiting_review(requested_by=requested_by("on behalf of <@U2BOB>"))
    bob = Identities().clicker("U2BOB", team="T012ABCDEF")

    rejected = world.deciding()(review.review_id, Outcome.REJECTED, "wrong month", bob)

    assert rejected.status is Status.REJECTED
