"""IAM identities: permissions, credentials, and the recorded identity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.local_stack import eventually
from tests.signing import People

if TYPE_CHECKING:
    from pathlib import Path

    from local.cloud import Cloud
    from tests.signing import Caller
    from tests.signoff.local_stacks import Desk

pytestmark = pytest.mark.xdist_group("command-line")


@pytest.fixture
def operator(desk: Desk) -> Caller:
    """A role session with only the operator policy."""
    policy = desk.stage.outputs["operator_policy_arn"]
    return desk.stage.people.session(desk.stage.people.role(managed=policy), "kim")


def test_an_operator_who_asks_is_the_requester(
    desk: Desk, operator: Caller, tmp_path: Path
) -> None:
    terminal = desk.on_aws(tmp_path, operator)
    asked = terminal.run("ask", "--title", "Promote?", "--stage", "dev", "--json")
    assert asked.status == 0, asked.err
    review_id = asked.json["review_id"]
    assert (
        desk.run("show", review_id, "--json").json["requested_by"]
        == f"{operator.arn.split('/')[1]}/kim"
    )
    refused = terminal.run("approve", review_id, "--yes", "--stage", "dev")
    assert refused.status == 1
    assert "You requested this; someone else must approve" in refused.err
    assert desk.as_colleague.approve(review_id).status == 0


@pytest.mark.parametrize("command", [("ask",), ("start", "--anomaly-rate", "0.08")])
def test_someone_else_must_approve_on_the_local_stack_too(
    desk: Desk, command: tuple[str, ...]
) -> None:
    title = f"By myself, by {command[0]}?"
    assert desk.run(*command, "--title", title).status == 0
    review_id = desk.wait_for_review(title)
    refused = desk.approve(review_id)
    assert (refused.status, refused.out) == (1, "")
    assert "You requested this; someone else must approve" in refused.err
    approved = desk.as_colleague.approve(review_id)
    assert approved.status == 0, approved.err


def test_a_decision_has_the_operators_name_and_identity(
    desk: Desk, operator: Caller, tmp_path: Path
) -> None:
    review_id = desk.ask("Promote?")
    approve = ("approve", review_id, "--yes", "--stage", "dev", "--json")
    done = desk.on_aws(tmp_path, operator).run(*approve)
    assert done.status == 0, done.err
    assert done.json["reviewer"] == f"kim (role {operator.arn.split('/')[1]})"
    assert done.json["reviewer_identity"] == operator.arn


def test_an_operator_starts_the_workflow(desk: Desk, operator: Caller, tmp_path: Path) -> None:
    started = desk.on_aws(tmp_path, operator).run("start", "--stage", "dev", "--json")
    assert started.status == 0, started.err
    arn = started.json["execution_arn"]
    execution = desk.stage.client("stepfunctions").describe_execution(executionArn=arn)
    assert json.loads(execution["input"]) == {"requested_by": f"{operator.arn.split('/')[1]}/kim"}


@pytest.mark.parametrize("command", [["list"], ["start"], ["ask", "--title", "Promote?"]])
def test_a_missing_permission_is_reported_with_the_policy_to_attach(
    desk: Desk, tmp_path: Path, command: list[str]
) -> None:
    user = desk.stage.people.user()
    result = desk.on_aws(tmp_path, user).run(*command, "--stage", "dev")
    assert (result.status, result.out) == (1, "")
    assert "Permission denied" in result.err
    assert desk.stage.outputs["operator_policy_arn"] in result.err
    assert "customer managed policy signoff-dev-operators, path /" in " ".join(result.err.split())


def test_expired_credentials_are_reported(desk: Desk, tmp_path: Path) -> None:
    policy = desk.stage.outputs["operator_policy_arn"]
    session = desk.stage.people.session(desk.stage.people.role(managed=policy), "kim", seconds=1)
    terminal = desk.on_aws(tmp_path, session)

    def has_expired() -> bool:
        return terminal.run("list", "--stage", "dev").status == 4

    eventually(has_expired, "the session's expiry")
    for command in ("list", "start"):
        result = terminal.run(command, "--stage", "dev")
        assert result.status == 4
        assert "expired" in result.err
        assert "aws sso login" in result.err


def test_credentials_of_another_account_are_reported(
    desk: Desk, cloud: Cloud, tmp_path: Path
) -> None:
    other = People(desk.stage.cloud_url, cloud.root("222222222222"), desk.stage.region)
    stranger = other.root()
    result = desk.on_aws(tmp_path, stranger).run("list", "--stage", "dev")
    assert (result.status, result.out) == (1, "")
    assert f"a different account than the stage ({desk.stage.account})" in result.err


def test_an_asker_need_not_be_an_operator(desk: Desk, tmp_path: Path) -> None:
    caller = desk.stage.people.user(managed=desk.stage.outputs["asker_policy_arn"])
    command = ("ask", "--title", "Anyone?", "--timeout", "1m", "--wait", "--stage", "dev")
    with desk.deciding("Anyone?", "approve"):
        result = desk.on_aws(tmp_path, caller).run(*command)
    assert result.status == 0, result.err
    assert result.out == f"Approved by root (AWS account {desk.stage.account})\n"
