"""Who may decide is the same by every door: a link, a button in Slack, the operator API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.description import API
from tests.laptop import LINKS_TOO, SIGNING_SECRET, DeployedStage, Execution
from tests.signing import Caller, People

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.xdist_group("doors")

Answer = tuple[int, str]
ANN, BOB, EVE = "U045ANN", "U067BOB", "U089EVE"
NAMES = {ANN: "ann", BOB: "bob", EVE: "eve"}
ROLE = "operators"
KNOWN_TWICE = {
    ANN: f"arn:aws:sts::111111111111:assumed-role/{ROLE}/ann",
    BOB: f"arn:aws:sts::111111111111:assumed-role/{ROLE}/bob",
}
TWO_APPROVALS = (
    SIGNING_SECRET,
    "requiredApprovals=2",
    f"reviewers={json.dumps([ANN, BOB])}",
    f"identities={json.dumps(KNOWN_TWICE)}",
)
OTHER_DOOR = {"link": "slack", "slack": "api", "api": "slack"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What has happened before, who comes, and what each door answers: a status and words."""

    before: dict[str, str] = field(default_factory=lambda: {BOB: "slack"})
    by: str = ANN
    requested_by: str = "U012AB"
    link: Answer = (403, "Decisions are made with the buttons in Slack only")
    slack: Answer
    api: Answer


MATRIX = {
    "allowed": Case(slack=(200, "APPROVED"), api=(200, "APPROVED")),
    "not on the list": Case(
        by=EVE,
        slack=(200, "You are not among this stage's reviewers."),
        api=(403, "You are not among this stage's reviewers."),
    ),
    "requester": Case(
        requested_by=ANN,
        slack=(200, "You requested this yourself"),
        api=(403, "You requested this yourself"),
    ),
    "second approval by the same person under another identity": Case(
        before={ANN: "the other"},
        slack=(200, "You have approved this already"),
        api=(403, "You have approved this already, under one of your identities"),
    ),
    "after the end": Case(
        before={BOB: "slack", ANN: "api"},
        link=(409, f"already approved by {ANN}"),
        slack=(200, f"already approved by <@{ANN}>"),
        api=(409, f"already approved by {ANN}"),
    ),
}


@dataclass(frozen=True)
class Doors:
    """A stage and its people, each of whom comes by each door."""

    stage: DeployedStage
    people: dict[str, Caller]

    @classmethod
    def of(cls, stage: DeployedStage) -> Doors:
        people = People(stage.cloud_url, stage.account, stage.region)
        people.role(name=ROLE, managed=stage.outputs["operator_policy_arn"])
        return cls(stage, {id_: people.session(ROLE, name) for id_, name in NAMES.items()})

    def approve(self, door: str, person: str, review_id: str) -> Answer:
        """Approve by a door, whose answer is as described where it is no page."""
        if door == "slack":
            message = self.stage.message_with(review_id, '"type": "actions"')
            pressed = self.stage.click(message, "approve", person)
            return pressed["status"], str(pressed["body"])
        if door == "link":
            route = "POST /approve"
            answer = self.stage.post("approve", review_id, accept="application/json")
        else:
            route = "POST /operator/reviews/{review_id}/approve"
            url = f"{self.stage.outputs['operator_api_url']}/reviews/{review_id}/approve"
            answer = self.people[person].ask("POST", url, {})
        API.find_operation_by_label(route).validate_response(answer)
        return answer.status_code, answer.text


@pytest.fixture(scope="module")
def known(dev_with: Callable[..., DeployedStage]) -> Doors:
    """A stage that knows its people by Slack and by AWS, and takes two approvals."""
    return Doors.of(dev_with(*TWO_APPROVALS))


@pytest.fixture(scope="module")
def anybody(dev_with: Callable[..., DeployedStage]) -> Doors:
    """A stage where a link decides, too: nobody has to be known."""
    return Doors.of(dev_with(SIGNING_SECRET, LINKS_TOO))


@pytest.mark.parametrize("door", OTHER_DOOR)
@pytest.mark.parametrize("name", MATRIX)
def test_every_door_has_the_same_rules(known: Doors, name: str, door: str) -> None:
    case: Case = MATRIX[name]
    execution, review_id = known.stage.ask(requested_by=case.requested_by)
    for person, other in case.before.items():
        earlier = OTHER_DOOR[door] if other == "the other" else other
        status, words = known.approve(earlier, person, review_id)
        assert (status, "error" in words) == (200, False), words
    stood = standing(known, review_id)

    status, words = known.approve(door, case.by, review_id)

    expected: Answer = getattr(case, door)
    assert status == expected[0], words
    assert expected[1] in words
    if expected[1] == "APPROVED":
        assert decision(execution) == ("approved", ANN, {"api": "cli"}.get(door, door))
    else:
        assert standing(known, review_id) == stood
        assert (execution.status() == "RUNNING") == (name != "after the end")


@pytest.mark.parametrize(
    ("door", "requester", "answer"),
    [
        ("link", BOB, (200, "approved")),
        ("slack", BOB, (200, "You requested this yourself")),
        ("api", "bob", (403, "You requested this yourself")),
    ],
)
def test_where_a_link_decides_it_does_so_for_everybody(
    anybody: Doors, door: str, requester: str, answer: Answer
) -> None:
    """Nobody knows who follows it. What is over is over by every door."""
    execution, review_id = anybody.stage.ask(requested_by=requester)

    status, words = anybody.approve(door, BOB, review_id)

    assert status == answer[0], words
    assert answer[1] in words
    anybody.approve("link", EVE, review_id)
    assert decision(execution) == ("approved", "unverified", "link")
    assert "already approved" in anybody.approve(door, ANN, review_id)[1]


def standing(doors: Doors, review_id: str) -> dict[str, str]:
    """What a review's row says of its decision."""
    row = doors.stage.row(review_id)
    names = ("status", "approvals", "decision", "reviewer", "reason", "via", "decided_at")
    return {name: row.get(name, "") for name in names}


def decision(execution: Execution) -> tuple[Any, Any, Any]:
    """What an execution that went on was told: what, by whom, and how that came."""
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED", ended
    review = ended["output"]["review"]
    return review["decision"], review["reviewer"], review["via"]
