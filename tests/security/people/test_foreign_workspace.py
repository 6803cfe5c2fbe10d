"""A member of another Slack workspace clicks buttons, with clicks genuinely signed by Slack."""

import json
from typing import Any

import pytest

from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import NotAllowed
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status, Way
from tests.http_stub import Stub
from tests.lambdas.conftest import World
from tests.lambdas.slack.clicks import ANN, TEAM, Load, answered, click

BOB, EVE = "U2BOB", "U666EVE"
ELSEWHERE = "T666ELSEWHERE"
ORG = "E012ABCDEF"
QUORUM = Rules(required_approvals=2, links_decide=False)


NOT_FROM_HERE: list[dict[str, Any]] = [
    {"team": {"id": ELSEWHERE}},
    {"user_team": ELSEWHERE},
    {"team": {"id": [TEAM]}},
    {"user_team": None},
    {"user_team": f"{TEAM}+{TEAM}"},
    {"team": None, "user_team": None},
    {"team": {}, "user_team": None},
    {"enterprise": {"id": ""}, "user_team": ""},
]
"""Members of a shared channel who belong to another workspace, or to none."""


def press(
    world: World, review: Review, person: str, team: str, outcome: Outcome = Outcome.APPROVED
) -> Review:
    by = Actor(person=person, via=Way.SLACK, slack_team=team)
    return world.deciding(QUORUM)(review.review_id, outcome, "because", by)


@pytest.mark.parametrize(
    "changes",
    [
        {"team": {"id": ELSEWHERE}, "user_team": ELSEWHERE},
        {"team": None, "user_team": ELSEWHERE},
        {"enterprise": {"id": "E012ABCDEF"}, "user_team": ELSEWHERE},
        *NOT_FROM_HERE,
    ],
)
def test_only_the_stages_own_workspace_decides(
    world: World, endpoint: Load, review: Review, slack: Stub, changes: dict[str, Any]
) -> None:
    answer = endpoint(SLACK_TEAM_ID=TEAM)(click(review, slack, user_id=EVE, **changes), None)

    why = "Only members of this stage's Slack workspace may decide."
    assert json.loads(answer["body"])["error"] == f"{why}\nNo decision was made."
    [message] = answered(slack)
    assert message["response_type"] == "ephemeral"
    assert message["text"] == f"{why}\nNo decision was made."
    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.story(review)[-1] == ("review.refused", "slack", "ann", why)


@pytest.mark.parametrize("action_id", ["approve", "reject"])
@pytest.mark.parametrize("changes", NOT_FROM_HERE)
def test_a_stage_without_a_workspace_rejects_members_of_other_workspaces(
    world: World,
    endpoint: Load,
    review: Review,
    slack: Stub,
    changes: dict[str, Any],
    action_id: str,
) -> None:
    answer = endpoint()(click(review, slack, user_id=EVE, action_id=action_id, **changes), None)

    assert "Only members of this stage's Slack workspace" in json.loads(answer["body"])["error"]
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize(
    ("slack_team", "changes", "key"),
    [
        (TEAM, {}, f"{TEAM}/{ANN}"),
        ("", {}, f"{TEAM}/{ANN}"),
        (TEAM, {"team": None}, f"{TEAM}/{ANN}"),
        ("", {"team": {}}, f"{TEAM}/{ANN}"),
        ("", {"team": None, "user_team": ELSEWHERE}, f"{ELSEWHERE}/{ANN}"),
        (ORG, {"enterprise": {"id": ORG}}, f"{ORG}/{ANN}"),
        (TEAM, {"enterprise": {"id": ORG}}, f"{ORG}/{ANN}"),
        ("", {"enterprise": {"id": ORG}, "team": None}, f"{ORG}/{ANN}"),
        (ORG, {"team": {"id": TEAM, "enterprise_id": ORG}}, f"{ORG}/{ANN}"),
        ("", {"enterprise": {"id": ORG}, "user_team": ORG}, f"{ORG}/{ANN}"),
    ],
)
def test_members_of_the_stages_workspace_decide(
    world: World,
    endpoint: Load,
    review: Review,
    slack: Stub,
    slack_team: str,
    changes: dict[str, Any],
    key: str,
) -> None:
    endpoint(SLACK_TEAM_ID=slack_team)(click(review, slack, **changes), None)

    row = world.store.get(review.review_id)
    assert (row.status, row.reviewer_key) == (Status.APPROVED, key)


def test_a_user_of_an_enterprise_is_one_person_in_all_its_workspaces(
    world: World, endpoint: Load, review: Review, slack: Stub
) -> None:
    handle = endpoint(REQUIRED_APPROVALS="2")
    elsewhere: dict[str, Any] = {"team": {"id": ELSEWHERE}, "user_team": ELSEWHERE}
    elsewhere["enterprise"] = {"id": ORG}

    handle(click(review, slack, enterprise={"id": ORG}), None)
    again = handle(click(review, slack, **elsewhere), None)
    assert "You already approved this" in json.loads(again["body"])["error"]
    assert world.store.get(review.review_id).status is Status.PENDING

    handle(click(review, slack, user_id=BOB, **elsewhere), None)
    assert world.store.get(review.review_id).status is Status.APPROVED


@pytest.mark.parametrize(
    "user_id",
    ["", "U1", "u1ann", "U1ANN\n", "U1ANN<!channel>", "B012BOT", 7, None, True, [ANN], {"id": ANN}],
)
def test_an_invalid_slack_user_id_decides_nothing(
    world: World, endpoint: Load, review: Review, slack: Stub, user_id: Any
) -> None:
    answer = endpoint()(click(review, slack, user_id=user_id), None)

    assert answer["statusCode"] == 400
    assert slack.asked == []
    assert world.store.get(review.review_id).status is Status.PENDING


@pytest.mark.parametrize("needed", [2, 3])
def test_the_approvals_of_two_workspaces_are_no_quorum(
    world: World, review: Review, needed: int
) -> None:
    desk = world.deciding(Rules(required_approvals=needed, links_decide=False))
    desk(review.review_id, Outcome.APPROVED, "", Actor(person=ANN, via="slack", slack_team=TEAM))

    with pytest.raises(NotAllowed, match="the same Slack workspace"):
        desk(
            review.review_id,
            Outcome.APPROVED,
            "",
            Actor(person=EVE, via="slack", slack_team=ELSEWHERE),
        )

    row = world.store.get(review.review_id)
    assert (row.status, {*row.approvals}) == (Status.PENDING, {ANN})


def test_a_quorum_of_one_workspace_decides_despite_attempts_of_another(
    world: World, review: Review
) -> None:
    press(world, review, ANN, TEAM)
    with pytest.raises(NotAllowed):
        press(world, review, EVE, ELSEWHERE)

    assert press(world, review, BOB, TEAM).status is Status.APPROVED
