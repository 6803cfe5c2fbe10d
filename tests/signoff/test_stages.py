"""Resolving a stage: from Pulumi's outputs, or from the local stack of this folder."""

from pathlib import Path
from typing import Any

import pytest

from tests.signoff.conftest import Scripts
from tests.signoff.local_stacks import NO_CREDENTIALS
from tests.signoff.reviews import STATES, summary
from tests.signoff.terminal import Result, Terminal, with_pulumi, with_pulumi_script

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}
MACHINE = f"{STATES}:stateMachine:workflow"


def listed(folder: Path, env: dict[str, str], *arguments: str) -> Result:
    return Terminal(folder=folder, env=env).run("list", *arguments)


def test_a_stage_on_aws_is_read_from_pulumi(scripted: Scripts, tmp_path: Path) -> None:
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
    ("outputs", "status", "error"),
    [
        ({}, 1, "Deploy it: pulumi up -s dev"),
        ({"state_machine_arn": MACHINE}, 1, "has no output operator_api_url"),
    ],
)
def test_a_stage_without_outputs_is_refused(
    tmp_path: Path, outputs: dict[str, Any], status: int, error: str
) -> None:
    env = {**with_pulumi(tmp_path, {"dev": outputs}), **KEYS}
    result = listed(tmp_path, env, "--stage", "dev")
    assert (result.status, result.out) == (status, "")
    assert error in result.err


@pytest.mark.parametrize("command", ["list", "start"])
@pytest.mark.parametrize(
    ("profile", "error"), [({}, "AWS_PROFILE"), ({"AWS_PROFILE": "mine"}, "mine")]
)
def test_without_credentials_no_request_is_sent(
    tmp_path: Path, command: str, profile: dict[str, str], error: str
) -> None:
    outputs = {"operator_api_url": "http://127.0.0.1:9", "state_machine_arn": MACHINE}
    env = {**with_pulumi(tmp_path, {"dev": outputs}), **NO_CREDENTIALS, **profile}
    result = Terminal(folder=tmp_path, env=env).run(command, "--stage", "dev")
    assert (result.status, result.out) == (4, "")
    assert "No AWS credentials found" in result.err
    assert error in result.err


def test_an_unknown_stage_is_a_usage_error(tmp_path: Path) -> None:
    result = listed(tmp_path, with_pulumi(tmp_path, {}), "--stage", "--help")
    assert result.status == 2
    assert 'No stage "--help"' in result.err
    assert "dev, prod, uat" in result.err


def test_a_stage_is_required(tmp_path: Path) -> None:
    result = listed(tmp_path, {})
    assert result.status == 2
    assert "--stage NAME (or set SIGNOFF_STAGE), or --local" in result.err


def test_a_missing_pulumi_is_reported_with_its_installation(tmp_path: Path) -> None:
    result = listed(tmp_path, {"PATH": str(tmp_path)}, "--stage", "dev")
    assert result.status == 4
    assert "https://www.pulumi.com/docs/install/" in result.err


@pytest.mark.parametrize(
    ("stderr", "error"),
    [
        ("PULUMI_ACCESS_TOKEN must be set for login during non-interactive", "pulumi login"),
        (
            "unable to open \x1b[31mstate",
            "outputs: unable to open [31mstate\nRun it to see the error",
        ),
    ],
)
def test_an_error_of_pulumi_is_reported(tmp_path: Path, stderr: str, error: str) -> None:
    env = with_pulumi_script(tmp_path, f"echo 'error: {stderr}' >&2\nexit 255\n")
    result = listed(tmp_path, env, "--stage", "dev")
    assert result.status == 4
    assert error in result.err


def test_without_a_local_stack_the_command_to_start_it_is_shown(tmp_path: Path) -> None:
    result = listed(tmp_path, {}, "--local")
    assert result.status == 4
    assert "make demo" in result.err


def test_an_unknown_stage_of_the_local_stack_is_a_usage_error(scripted: Scripts) -> None:
    result = scripted({}).terminal.run("list", "--local", "--stage", "test")
    assert result.status == 2
    assert result.err == 'The local stack has no stage "test".\nAvailable stages: dev, prod.\n'


def test_the_environment_can_select_the_stage(scripted: Scripts) -> None:
    env = {"SIGNOFF_STAGE": "prod", "SIGNOFF_LOCAL": "1"}
    result = scripted({"reviews": []}, env=env).terminal.run("list")
    assert result.out.startswith(" prod  (local stack)")
