"""One person uses several identities where two people must approve."""

import pytest

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import NotAllowed
from lambdas.domain.review.events import Actor
from lambdas.domain.review.persons import Persons
from lambdas.domain.review.review import Outcome, Status
from tests.lambdas.conftest import World

IAM, STS = "arn:aws:iam::123456789012", "arn:aws:sts::123456789012"
SSO = f"{STS}:assumed-role/AWSReservedSSO"
KIM, MALLORY = "U012ABCDEF", "U666MALLORY"
PEOPLE = Identities(
    persons=Persons(
        identities={
            KIM: [f"{STS}:assumed-role/data-ops/kim", f"{IAM}:user/kim"],
            "Lin Berg": [f"{IAM}:user/lin", f"{SSO}_*/lin@example.com"],
        }
    )
)
TWO = Rules(required_approvals=2, links_decide=False)


def aws(resource: str) -> Actor:
    return PEOPLE.caller(resource, "203.0.113.7")


def slack(user_id: str, team: str = "T1", enterprise: str = "") -> Actor:
    return PEOPLE.clicker(user_id, team=team, enterprise=enterprise)


@pytest.mark.parametrize(
    "identities",
    [
        (aws(f"{STS}:federated-user/mallory"), aws(f"{STS}:federated-user/trent")),
        (aws(f"{IAM}:user/mallory"), aws(f"{STS}:federated-user/trent")),
        (aws(f"{SSO}_Admins_01/m@example.com"), aws(f"{SSO}_Ops_02/m@example.com")),
        (aws(f"{SSO}_Admins_01/m@example.com"), aws(f"{SSO}_Ops_02/M@Example.com")),
        (aws(f"{IAM}:user/mallory"), aws(f"{STS}:assumed-role/data-ops/mallory")),
        (aws(f"{IAM}:user/mallory"), aws(f"{STS}:assumed-role/data-ops/kim")),
        (slack(MALLORY), aws(f"{STS}:assumed-role/data-ops/kim")),
        (aws(f"{STS}:assumed-role/data-ops/kim"), aws(f"{STS}:assumed-role/data-ops/ada")),
        (aws(f"{IAM}:user/mallory"), aws(f"{IAM}:root")),
        (slack(KIM), aws(f"{IAM}:user/kim")),
        (aws(f"{IAM}:user/lin"), aws(f"{SSO}_Ops_02/lin@example.com")),
        (aws(f"{SSO}_Ops_02/lin@example.com"), aws(f"{SSO}_Admins_01/Lin@example.com")),
        (slack(MALLORY, "T1", "E1"), slack(MALLORY, "T2", "E1")),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_two_identities_of_one_person_are_no_quorum(
    world: World, identities: tuple[Actor, Actor], order: int
) -> None:
    review = world.waiting_review(requested_by="U045REVIEW")
    desk = world.deciding(TWO)

    refused = 0
    for by in identities[::order]:
        try:
            desk(review.review_id, Outcome.APPROVED, "", by)
        except NotAllowed:
            refused += 1

    row = world.store.get(review.review_id)
    assert (row.status, refused >= 1, len(row.approvals) <= 1) == (Status.PENDING, True, True)


def test_two_people_are_a_quorum_at_any_endpoint_and_are_both_named(world: World) -> None:
    review = world.waiting_review(requested_by="U045REVIEW")
    desk = world.deciding(TWO)

    desk(review.review_id, Outcome.APPROVED, "", aws(f"{SSO}_Ops_02/lin@example.com"))
    decided = desk(review.review_id, Outcome.APPROVED, "", aws(f"{IAM}:user/kim"))

    assert {**decided.approvals} == {"Lin Berg": "Lin Berg", KIM: "kim (IAM user)"}
    output = world.execution_output(review)["output"]
    assert output["approved_by"] == ["Lin Berg", "kim (IAM user)"]
    [message] = world.announced()
    assert "Approved by Lin Berg, kim (IAM user)" in message["summary"]
    assert world.story(review)[-1][-1].endswith("(approvals: Lin Berg, kim (IAM user))")


@pytest.mark.parametrize(
    "arn",
    [
        f"{STS}:assumed-role/data-ops/ada",
        f"{STS}:federated-user/mallory",
        f"{IAM}:root",
    ],
)
def test_an_unidentified_session_can_reject_and_its_approval_is_unchecked(
    world: World, arn: str
) -> None:
    one, two = (world.waiting_review(review_id=it * 32, requested_by="") for it in "ab")
    assert world.deciding(TWO)(two.review_id, Outcome.REJECTED, "no", aws(arn)).status.is_decided

    approved = world.deciding()(one.review_id, Outcome.APPROVED, "", aws(arn))

    assert approved.self_approval_unchecked
    assert "self-approval could not be checked" in world.story(one)[-1][-1]
    assert "self-approval could not be checked" in world.announced()[-1]["summary"]
