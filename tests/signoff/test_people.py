"""People with AWS identities: the permission, whose credentials, and what becomes known of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.laptop import DeployedStage, eventually, running_laptop
from tests.signing import Caller, People
from tests.signoff.laptops import Desk

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("command-line-people")


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, DeployedStage]]:
    folder = tmp_path_factory.mktemp("laptop")
    with running_laptop(folder, "--stage", "dev", "prod") as stages:
        yield stages


@pytest.fixture(params=["dev"])
def desk(stages: dict[str, DeployedStage], request: pytest.FixtureRequest) -> Desk:
    return Desk.beside(stages[request.param])


@pytest.fixture
def operator(desk: Desk) -> Caller:
    """Somebody with the stage's policy and nothing else."""
    policy = desk.stage.outputs["operator_policy_arn"]
    return desk.people.session(desk.people.role(managed=policy), "kim")


def test_an_operator_asks_and_is_known_as_whoever_asked(
    desk: Desk, operator: Caller, tmp_path: Path
) -> None:
    terminal = desk.on_aws(tmp_path, operator)
    asked = terminal.run("ask", "--title", "Promote?", "--stage", "dev", "--json")
    assert asked.status == 0, asked.err
    review_id = asked.json["review_id"]
    assert desk.run("show", review_id, "--json").json["requested_by"] == "kim"
    refused = terminal.run("approve", review_id, "--stage", "dev")
    assert refused.status == 1
    assert "You requested this yourself" in refused.err
    assert desk.run("approve", review_id).status == 0


def test_an_operator_decides_by_name(desk: Desk, operator: Caller, tmp_path: Path) -> None:
    review_id = desk.ask("Promote?")
    done = desk.on_aws(tmp_path, operator).run("approve", review_id, "--stage", "dev", "--json")
    assert done.status == 0, done.err
    assert done.json["reviewer_name"] == "kim"
    assert done.json["reviewer_identity"] == operator.arn


def test_an_operator_starts_the_workflow(desk: Desk, operator: Caller, tmp_path: Path) -> None:
    started = desk.on_aws(tmp_path, operator).run("start", "--stage", "dev", "--json")
    assert started.status == 0, started.err
    arn = started.json["execution_arn"]
    seen = desk.stage.client("stepfunctions").describe_execution(executionArn=arn)
    assert json.loads(seen["input"]) == {"requested_by": "kim"}


@pytest.mark.parametrize("command", [["list"], ["start"], ["ask", "--title", "Promote?"]])
def test_whoever_lacks_the_permission_is_refused_and_hears_which_policy_to_attach(
    desk: Desk, tmp_path: Path, command: list[str]
) -> None:
    nobody = desk.people.user()
    result = desk.on_aws(tmp_path, nobody).run(*command, "--stage", "dev")
    assert (result.status, result.out) == (1, "")
    assert "lack" in result.err
    assert desk.stage.outputs["operator_policy_arn"] in result.err


@pytest.mark.parametrize("command", [["list"], ["start"]])
def test_expired_credentials_are_known_as_such(
    desk: Desk, tmp_path: Path, command: list[str]
) -> None:
    policy = desk.stage.outputs["operator_policy_arn"]
    session = desk.people.session(desk.people.role(managed=policy), "kim", seconds=1)
    terminal = desk.on_aws(tmp_path, session)

    def has_expired() -> bool:
        result = terminal.run(*command, "--stage", "dev")
        return result.status == 4 and "expired" in result.err and "aws sso login" in result.err

    eventually(has_expired, "the end of a session of a second")


@pytest.mark.parametrize("command", [["list"], ["start"]])
def test_without_credentials_nobody_is_asked(
    desk: Desk, tmp_path: Path, command: list[str]
) -> None:
    result = desk.on_aws(tmp_path, None).run(*command, "--stage", "dev")
    assert (result.status, result.out) == (4, "")
    assert "There are no credentials" in result.err
    assert "AWS_PROFILE" in result.err


def test_credentials_that_are_not_there_are_named(desk: Desk, tmp_path: Path) -> None:
    terminal = desk.on_aws(tmp_path, None)
    terminal = type(terminal)(folder=tmp_path, env={**terminal.env, "AWS_PROFILE": "mine"})
    result = terminal.run("list", "--stage", "dev")
    assert (result.status, result.out) == (4, "")
    assert "mine" in result.err


def test_credentials_of_another_account_are_known_as_such(
    stages: dict[str, DeployedStage], desk: Desk, tmp_path: Path
) -> None:
    prod = stages["prod"]
    stranger = People(prod.cloud_url, prod.account, prod.region).root()
    result = desk.on_aws(tmp_path, stranger).run("list", "--stage", "dev")
    assert (result.status, result.out) == (1, "")
    assert f"the stage is in the account {desk.stage.account}" in result.err


def test_who_may_ask_need_not_be_an_operator(desk: Desk, tmp_path: Path) -> None:
    may = {"Action": ["states:StartExecution", "states:DescribeExecution"], "Resource": "*"}
    caller = desk.people.user(may)
    terminal = desk.on_aws(tmp_path, caller)
    with terminal.running("ask", "--title", "Anybody?", "--wait", "--stage", "dev") as process:
        assert desk.run("approve", desk.waiting("Anybody?")).status == 0
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out == f"Approved by root (AWS account {desk.stage.account})\n"
