"""Where a stage is: in Pulumi's outputs, or on the local stack of this folder."""

from pathlib import Path
from typing import Any

import pytest

from tests.signoff.conftest import Scripts
from tests.signoff.local_stacks import NOBODY
from tests.signoff.reviews import STATES, summary
from tests.signoff.terminal import Result, Terminal, pulumi, with_pulumi

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}
MACHINE = f"{STATES}:stateMachine:workflow"


def listed(folder: Path, env: dict[str, str], *arguments: str) -> Result:
    return Terminal(folder=folder, env=env).run("list", *arguments)


def test_a_stage_on_aws_is_what_pulumi_says(scripted: Scripts, tmp_path: Path) -> None:
    stage = scripted({"reviews": [summary(title="Promote?")]})
    url = stage.stub.url.rpartition("/")[0]
    outputs = {"operator_api_url": f"{url}/operator", "state_machine_arn": MACHINE}
    env = {**with_pulumi(tmp_path, {"acme/signoff/prod": outputs}), **KEYS, "NO_PROXY": "127.0.0.1"}
    result = listed(tmp_path, env, "--stage", "acme/signoff/prod")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(" prod   1 pending")
    [headers] = stage.stub.headers
    assert "Credential=AKIA/" in headers["Authorization"]
    assert "/eu-central-1/execute-api/aws4_request" in headers["Authorization"]


@pytest.mark.parametrize(
    ("outputs", "status", "said"),
    [
        ({}, 1, "Deploy it: pulumi up -s dev"),
        ({"state_machine_arn": MACHINE}, 1, "has no output operator_api_url"),
    ],
)
def test_a_stage_that_is_not_deployed_says_so(
    tmp_path: Path, outputs: dict[str, Any], status: int, said: str
) -> None:
    env = {**with_pulumi(tmp_path, {"dev": outputs}), **KEYS}
    result = listed(tmp_path, env, "--stage", "dev")
    assert (result.status, result.out) == (status, "")
    assert said in result.err


@pytest.mark.parametrize("command", ["list", "start"])
@pytest.mark.parametrize(
    ("profile", "said"), [({}, "AWS_PROFILE"), ({"AWS_PROFILE": "mine"}, "mine")]
)
def test_without_credentials_nobody_is_asked(
    tmp_path: Path, command: str, profile: dict[str, str], said: str
) -> None:
    outputs = {"operator_api_url": "http://127.0.0.1:9", "state_machine_arn": MACHINE}
    env = {**with_pulumi(tmp_path, {"dev": outputs}), **NOBODY, **profile}
    result = Terminal(folder=tmp_path, env=env).run(command, "--stage", "dev")
    assert (result.status, result.out) == (4, "")
    assert "No AWS credentials found" in result.err
    assert said in result.err


def test_a_wrong_stage_is_wrong_usage(tmp_path: Path) -> None:
    result = listed(tmp_path, with_pulumi(tmp_path, {}), "--stage", "--help")
    assert result.status == 2
    assert 'No stage "--help"' in result.err
    assert "dev, prod, uat" in result.err


def test_some_stage_has_to_be_named(tmp_path: Path) -> None:
    result = listed(tmp_path, {})
    assert result.status == 2
    assert "--stage NAME (or set SIGNOFF_STAGE), or --local" in result.err


def test_without_pulumi_it_says_where_it_is(tmp_path: Path) -> None:
    result = listed(tmp_path, {"PATH": str(tmp_path)}, "--stage", "dev")
    assert result.status == 4
    assert "https://www.pulumi.com/docs/install/" in result.err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("PULUMI_ACCESS_TOKEN must be set for login during non-interactive", "pulumi login"),
        (
            "unable to open \x1b[31mstate",
            "outputs: unable to open [31mstate\nRun it to see the error",
        ),
    ],
)
def test_what_stops_pulumi_is_said(tmp_path: Path, error: str, said: str) -> None:
    env = pulumi(tmp_path, f"echo 'error: {error}' >&2\nexit 255\n")
    result = listed(tmp_path, env, "--stage", "dev")
    assert result.status == 4
    assert said in result.err


def test_no_local_stack_runs_here(tmp_path: Path) -> None:
    result = listed(tmp_path, {}, "--local")
    assert result.status == 4
    assert "make demo" in result.err


def test_the_local_stack_has_no_such_stage(scripted: Scripts) -> None:
    result = scripted({}).terminal.run("list", "--local", "--stage", "test")
    assert result.status == 2
    assert result.err == 'The local stack has no stage "test".\nAvailable stages: dev, prod.\n'


def test_the_environment_may_name_the_stage(scripted: Scripts) -> None:
    env = {"SIGNOFF_STAGE": "prod", "SIGNOFF_LOCAL": "1"}
    result = scripted({"reviews": []}, env=env).terminal.run("list")
    assert result.out.startswith(" prod  (local stack)")
