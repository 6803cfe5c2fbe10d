"""User groups as reviewers: looked up only when needed, never guessed."""

from collections.abc import Callable

import pytest

from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import CannotCheck
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Way

ANN, BOB, EVE = "U1ANN", "U2BOB", "U666EVE"
STEWARDS, GONE = "S012STEWARDS", "S000GONE"
ROLE = "arn:aws:sts::123456789012:assumed-role/ops"


def asking(asked: list[str]) -> Callable[[str, str], frozenset[str]]:
    def members_of(group: str, _team: str) -> frozenset[str]:
        asked.append(group)
        if group == GONE:
            raise CannotCheck(group)
        return frozenset({ANN})

    return members_of


def rules(asked: list[str], *reviewers: str) -> Rules:
    return Rules(reviewers=frozenset(reviewers), members_of=asking(asked))


def by(person: str, *ids: str, via: Way = Way.SLACK) -> Actor:
    return Actor(person=person, via=via, ids=frozenset(ids))


def refusal(known: Rules, by: Actor) -> str:
    return known.verdict(by, Outcome.APPROVED).refusal


def test_only_members_of_the_group_may_decide() -> None:
    asked: list[str] = []
    known = rules(asked, BOB, STEWARDS)
    assert refusal(known, by(ANN)) == ""
    assert refusal(known, by(EVE)) == "You are not a reviewer of this stage."
    assert asked == [STEWARDS, STEWARDS]


def test_a_member_with_an_aws_identity_may_decide_by_the_operator_api() -> None:
    asked: list[str] = []
    known = rules(asked, STEWARDS)
    assert refusal(known, by(ANN, f"{ROLE}/ann", via=Way.CLI)) == ""
    assert "not a reviewer" in refusal(known, by(f"{ROLE}/eve", via=Way.CLI))
    assert asked == [STEWARDS], "a person without a Slack user is in no group"


@pytest.mark.parametrize(
    ("reviewers", "actor"),
    [
        ((ANN, STEWARDS), by(ANN)),
        ((f"{ROLE}/*", STEWARDS), by(ANN, f"{ROLE}/ann")),
        ((), by(EVE)),
        ((STEWARDS,), by("unverified", via=Way.LINK)),
    ],
)
def test_groups_are_not_looked_up_for_a_listed_reviewer(
    reviewers: tuple[str, ...], actor: Actor
) -> None:
    asked: list[str] = []
    assert refusal(rules(asked, *reviewers), actor) == ""
    assert asked == []


def test_membership_cannot_be_checked_if_slack_does_not_return_it() -> None:
    with pytest.raises(CannotCheck, match="could not be checked"):
        refusal(rules([], GONE), by(EVE))
    with pytest.raises(CannotCheck, match=GONE):
        refusal(rules([], GONE, STEWARDS), by(EVE))


def test_a_member_of_one_group_may_decide_if_another_cannot_be_checked() -> None:
    assert refusal(rules([], GONE, STEWARDS), by(ANN)) == ""


def test_membership_cannot_be_checked_without_a_directory() -> None:
    with pytest.raises(CannotCheck):
        refusal(Rules(reviewers=frozenset({STEWARDS})), by(ANN))
