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


def test_a_member_may_decide_and_nobody_else() -> None:
    asked: list[str] = []
    known = rules(asked, BOB, STEWARDS)
    assert refusal(known, by(ANN)) == ""
    assert refusal(known, by(EVE)) == "You are not a reviewer of this stage."
    assert asked == [STEWARDS, STEWARDS]


def test_a_member_whom_aws_knows_may_decide_by_the_operator_api() -> None:
    asked: list[str] = []
    known = rules(asked, STEWARDS)
    assert refusal(known, by(ANN, f"{ROLE}/ann", via=Way.CLI)) == ""
    assert "not a reviewer" in refusal(known, by(f"{ROLE}/eve", via=Way.CLI))
    assert asked == [STEWARDS], "who is nobody in Slack is in no group there"


@pytest.mark.parametrize(
    ("reviewers", "actor"),
    [
        ((ANN, STEWARDS), by(ANN)),
        ((f"{ROLE}/*", STEWARDS), by(ANN, f"{ROLE}/ann")),
        ((), by(EVE)),
        ((STEWARDS,), by("unverified", via=Way.LINK)),
    ],
)
def test_whoever_may_decide_in_another_way_needs_no_group(
    reviewers: tuple[str, ...], actor: Actor
) -> None:
    asked: list[str] = []
    assert refusal(rules(asked, *reviewers), actor) == ""
    assert asked == []


def test_a_slack_that_does_not_say_is_no_yes_and_no_no() -> None:
    with pytest.raises(CannotCheck, match="could not be checked"):
        refusal(rules([], GONE), by(EVE))
    with pytest.raises(CannotCheck, match=GONE):
        refusal(rules([], GONE, STEWARDS), by(EVE))


def test_who_is_in_one_group_may_decide_whatever_is_not_known_of_another() -> None:
    assert refusal(rules([], GONE, STEWARDS), by(ANN)) == ""


def test_rules_that_know_no_slack_know_no_member() -> None:
    with pytest.raises(CannotCheck):
        refusal(Rules(reviewers=frozenset({STEWARDS})), by(ANN))
