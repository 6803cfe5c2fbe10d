"""Links, Slack's buttons and the operator API apply the same rules on who may decide."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.schema import API
from tests.integration.conftest import WEBHOOK_GROUP
from tests.local_stack import SIGNING_SECRET, DeployedStage, Execution
from tests.stages import ACCOUNT, Stages

if TYPE_CHECKING:
    from tests.signing import Caller

group = pytest.mark.xdist_group("doors", first=True)

Answer = tuple[int, str]
ANN, BOB, EVE = "U045ANN", "U067BOB", "U089EVE"
NAMES = {ANN: "ann", BOB: "bob", EVE: "eve"}
ROLE_SESSION = "a session of a role, which has Bob's name"
ROLE = "operators"
KNOWN_TWICE = {
    ANN: f"arn:aws:iam::{ACCOUNT}:user/ann",
    BOB: [f"arn:aws:iam::{ACCOUNT}:user/bob", f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/bob"],
}
TWO_APPROVALS = (
    SIGNING_SECRET,
    "requiredApprovals=2",
    f"reviewers={json.dumps([ANN, BOB])}",
    f"identities={json.dumps(KNOWN_TWICE)}",
)
LINKS_ONLY_SHOW = (403, "Links cannot decide in this stage")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Earlier approvals, the person, and each endpoint's response: a status and a text."""

    before: dict[str, str] = field(default_factory=lambda: {BOB: "slack"})
    by: str = ANN
    requested_by: str = "U012ABCDEF"
    link: Answer = LINKS_ONLY_SHOW
    slack: Answer
    api: Answer


APPROVED_ALREADY = Refusal(
    slack=(200, "You already approved this"),
    api=(403, "You already approved this with another of your identities"),
)
REFUSALS = {
    "not on the list": Refusal(
        by=EVE,
        slack=(200, "You are not a reviewer of this stage."),
        api=(403, "You are not a reviewer of this stage."),
    ),
    "requester": Refusal(
        requested_by=ANN,
        slack=(200, "You requested this; someone else must approve"),
        api=(403, "You requested this; someone else must approve"),
    ),
    "second approval after one in Slack": replace(APPROVED_ALREADY, before={ANN: "slack"}),
    "second approval after one by the API": replace(APPROVED_ALREADY, before={ANN: "api"}),
    "after the end": Refusal(
        before={BOB: "slack", ANN: "api"},
        link=(409, f"already approved by {BOB}, ann (IAM user)"),
        slack=(200, f"already approved by <@{BOB}>, <@{ANN}>"),
        api=(409, f"already approved by {BOB}, ann (IAM user)"),
    ),
}


@dataclass(frozen=True)
class Endpoints:
    """A stage and its people, who can use each endpoint."""

    stage: DeployedStage
    people: dict[str, Caller]

    @classmethod
    def of(cls, stage: DeployedStage) -> Endpoints:
        people, operators = stage.people, stage.outputs["operator_policy_arn"]
        known = {id_: people.user(name=name, managed=operators) for id_, name in NAMES.items()}
        role = people.role(managed=operators, name=ROLE)
        return cls(stage, {**known, ROLE_SESSION: people.session(role, "bob")})

    def approve(self, endpoint: str, person: str, review_id: str) -> Answer:
        """Approve through an endpoint, and validate a JSON response."""
        if endpoint == "slack":
            message = self.stage.message_with(review_id, '"type": "actions"')
            pressed = self.stage.click(message, "approve", person)
            return pressed["status"], str(pressed["body"])
        if endpoint == "link":
            route = "POST /approve"
            answer = self.stage.post("approve", review_id, accept="application/json")
        else:
            route = "POST /operator/reviews/{review_id}/approve"
            url = f"{self.stage.outputs['operator_api_url']}/reviews/{review_id}/approve"
            answer = self.people[person].ask("POST", url, {})
        API.find_operation_by_label(route).validate_response(answer)
        return answer.status_code, answer.text


@pytest.fixture(scope="module")
def known(stages: Stages) -> Endpoints:
    """A stage with identities in Slack and AWS that requires two approvals."""
    return Endpoints.of(stages.dev(*TWO_APPROVALS))


@group
@pytest.mark.parametrize("endpoint", ["slack", "api"])
def test_a_quorum_is_reached_through_slack_and_the_operator_api(
    known: Endpoints, endpoint: str
) -> None:
    stage = known.stage
    execution, review_id = stage.ask()
    assert stage.get("approve", review_id).status_code == 200
    assert known.approve("link", ANN, review_id)[0] == 403
    asked = stage.message_with(review_id, "0 of 2 approvals")

    known.approve("slack", BOB, review_id)

    assert json.dumps(asked) not in map(json.dumps, stage.messages())
    stage.message_with(review_id, f"*1 of 2 approvals*: <@{BOB}>")
    assert execution.status() == "RUNNING"
    status, words = known.approve(endpoint, ANN, review_id)
    assert (status, "APPROVED" in words) == (200, True), words
    name, way = {"slack": (ANN, "slack"), "api": ("ann (IAM user)", "cli")}[endpoint]
    assert decision(execution) == ("approved", name, way)
    assert execution.end()["output"]["review"]["approved_by"] == sorted([BOB, name])
    stage.message_with(review_id, "*Approved* by <@", f"<@{BOB}>", f"<@{ANN}>")


@group
@pytest.mark.parametrize("name", REFUSALS)
def test_every_endpoint_applies_the_same_rules(known: Endpoints, name: str) -> None:
    case: Refusal = REFUSALS[name]
    execution, review_id = known.stage.ask(requested_by=case.requested_by)
    for person, endpoint in case.before.items():
        status, words = known.approve(endpoint, person, review_id)
        assert (status, "error" in words) == (200, False), words
    stood = decision_fields(known, review_id)

    for endpoint in ("link", "slack", "api"):
        status, words = known.approve(endpoint, case.by, review_id)

        expected: Answer = getattr(case, endpoint)
        assert status == expected[0], words
        assert expected[1] in words
        assert decision_fields(known, review_id) == stood
    if name == "after the end":
        assert execution.end()["status"] == "SUCCEEDED"
    else:
        assert execution.status() == "RUNNING"


@group
def test_a_session_name_does_not_identify_a_reviewer(known: Endpoints) -> None:
    _, review_id = known.stage.ask(requested_by="U012ABCDEF")
    known.approve("slack", ANN, review_id)
    stood = decision_fields(known, review_id)

    status, words = known.approve("api", ROLE_SESSION, review_id)

    assert (status, "You are not a reviewer of this stage." in words) == (403, True)
    assert decision_fields(known, review_id) == stood


@WEBHOOK_GROUP
def test_an_unmapped_identity_approves_with_a_note_in_the_channel(
    by_webhook: DeployedStage,
) -> None:
    people = by_webhook.people
    role = people.role(managed=by_webhook.outputs["operator_policy_arn"])
    endpoints = Endpoints(by_webhook, {ROLE_SESSION: people.session(role, "zed")})
    execution, review_id = by_webhook.ask(requested_by="")
    by_webhook.message_with(
        review_id, "not stated, verified: workflow dataset (self-approval cannot be checked)"
    )

    status, words = endpoints.approve("api", ROLE_SESSION, review_id)

    assert status == 200, words
    assert decision(execution) == ("approved", f"zed (role {role})", "cli")
    by_webhook.message_with(review_id, "self-approval could not be checked")


@WEBHOOK_GROUP
def test_a_link_decides_without_an_identity(by_webhook: DeployedStage) -> None:
    """A link has no identity. Its decision is final for all endpoints."""
    endpoints = Endpoints.of(by_webhook)
    for requester, endpoint, status, answer in (
        ("bob", "api", 403, "You requested this; someone else must approve"),
        (BOB, "slack", 200, "You requested this; someone else must approve"),
        (BOB, "link", 200, "approved"),
    ):
        execution, review_id = by_webhook.ask(requested_by=requester)
        answered, words = endpoints.approve(endpoint, BOB, review_id)
        assert answered == status, words
        assert answer in words

        endpoints.approve("link", EVE, review_id)
        assert decision(execution) == ("approved", "unverified", "link")
        assert "already approved" in endpoints.approve(endpoint, ANN, review_id)[1]


def decision_fields(endpoints: Endpoints, review_id: str) -> dict[str, str]:
    """Return the fields of a review's row about its decision."""
    row = endpoints.stage.row(review_id)
    names = ("status", "approvals", "decision", "reviewer", "reason", "via", "decided_at")
    return {name: row.get(name, "") for name in names}


def decision(execution: Execution) -> tuple[Any, Any, Any]:
    """Return the decision in an execution's output: outcome, reviewer and endpoint."""
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED", ended
    review = ended["output"]["review"]
    return review["decision"], review["reviewer"], review["via"]
