"""`signoff outputs`: values for scripts, on AWS and on the local stack."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.signoff.conftest import KEY
from tests.signoff.reviews import REGION, STATES
from tests.signoff.terminal import Terminal, with_pulumi

if TYPE_CHECKING:
    from pathlib import Path

    from tests.signoff.conftest import Scripts


def test_one_output_is_printed_as_a_plain_value(scripted: Scripts) -> None:
    result = scripted({}).terminal.run("outputs", "state_machine_arn", "--local")
    assert (result.status, result.out) == (0, f"{STATES}:stateMachine:workflow\n")


def test_all_outputs_are_listed_in_full_at_any_width(scripted: Scripts) -> None:
    stage = scripted({}, columns=30)
    names = stage.terminal.run("outputs", "--local", "--json").json
    lines = stage.terminal.run("outputs", "--local").out.splitlines()
    assert [line.split() for line in lines] == [list(it) for it in sorted(names.items())]


def test_outputs_of_a_stage_on_aws_are_those_of_its_stack(tmp_path: Path) -> None:
    outputs = {"slack_channel": "#ops", "operations": {"schedule": "sweep"}}
    terminal = Terminal(folder=tmp_path, env=with_pulumi(tmp_path, {"dev": outputs}))
    assert terminal.run("outputs", "slack_channel", "--stage", "dev").out == "#ops\n"
    assert terminal.run("outputs", "operations", "--stage", "dev").out == '{"schedule": "sweep"}\n'
    assert terminal.run("outputs", "--stage", "dev", "--json").json == outputs


def test_an_unknown_output_is_a_usage_error_with_the_known_ones(scripted: Scripts) -> None:
    result = scripted({}).terminal.run("outputs", "slack_chanel", "--local", "--json")
    assert result.status == 2
    assert result.json["error"] == 'No output "slack_chanel".'
    assert "state_machine_arn" in result.json["hint"]


def test_the_environment_of_the_local_stack_can_be_evaluated_by_a_shell(scripted: Scripts) -> None:
    stage = scripted({})
    exports = stage.terminal.run("outputs", "--local", "--env").out
    show = "echo $AWS_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_ENDPOINT_URL"
    shell = subprocess.run(
        ["/bin/sh", "-c", f"{exports}{show} $AWS_SESSION_TOKEN"],
        env={"AWS_SESSION_TOKEN": "of another account"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout.split() == [REGION, KEY, "secret", stage.stub.url.rpartition("/")[0]]


def test_the_environment_of_a_stage_on_aws_has_its_region_and_no_credentials(
    tmp_path: Path,
) -> None:
    env = with_pulumi(tmp_path, {"dev": {"state_machine_arn": f"{STATES}:stateMachine:workflow"}})
    result = Terminal(folder=tmp_path, env=env).run("outputs", "--env", "--stage", "dev")
    assert result.out == f"export AWS_REGION={REGION}\nexport AWS_DEFAULT_REGION={REGION}\n"


@pytest.mark.parametrize("more", ["--json", "slack_channel"])
def test_the_environment_excludes_other_forms_of_output(scripted: Scripts, more: str) -> None:
    assert scripted({}).terminal.run("outputs", "--local", "--env", more).status == 2
