"""`signoff --stage` reads a stage's outputs from Pulumi's real CLI."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.stacks import ENGINE
from tests.signoff.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = {"display_information": {"name": "Signoff dev"}}
OUTPUTS = {
    "state_machine_arn": "arn:aws:states:eu-central-1:111111111111:stateMachine:workflow",
    "slack_app_manifest": json.dumps(MANIFEST),
}


@pytest.fixture
def backend(tmp_path: Path) -> Terminal:
    """A terminal with Pulumi logged in to a separate backend."""
    (tmp_path / "backend").mkdir()
    env = {
        "PATH": f"{ENGINE}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PULUMI_BACKEND_URL": f"file://{tmp_path}/backend",
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    return Terminal(folder=tmp_path, env=env)


def pulumi(backend: Terminal, *words: str, given: str = "") -> None:
    """Run Pulumi in a project of the same name, to leave the repository's files unchanged."""
    (backend.folder / "Pulumi.yaml").write_text("{name: signoff, runtime: yaml}")
    subprocess.run(
        [ENGINE / "pulumi", "--non-interactive", *words],
        cwd=backend.folder,
        env=dict(backend.env),
        input=given,
        text=True,
        capture_output=True,
        check=True,
    )


def deployed(outputs: dict[str, Any]) -> str:
    """Import the state of a stack `dev` with these outputs."""
    urn = "urn:pulumi:dev::signoff::pulumi:pulumi:Stack::signoff-dev"
    stack = {"urn": urn, "type": "pulumi:pulumi:Stack", "custom": False, "outputs": outputs}
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [stack]}})


def test_the_outputs_of_a_stage_are_read(backend: Terminal) -> None:
    pulumi(backend, "stack", "init", "dev")
    pulumi(backend, "stack", "import", given=deployed(OUTPUTS))
    result = backend.run("manifest", "--stage", "dev")
    assert (result.status, result.err) == (0, "")
    assert result.json == MANIFEST


def test_a_stage_that_is_not_deployed_is_an_error(backend: Terminal) -> None:
    pulumi(backend, "stack", "init", "dev")
    result = backend.run("manifest", "--stage", "dev")
    assert result.status == 1
    assert "pulumi up -s dev" in result.err


@pytest.mark.parametrize("stage", ["nowhere", "no name"])
def test_an_unknown_stage_is_a_usage_error(backend: Terminal, stage: str) -> None:
    result = backend.run("manifest", "--stage", stage)
    assert result.status == 2
    assert f'"{stage}"' in result.err


def test_a_missing_login_is_reported(backend: Terminal) -> None:
    env = {name: text for name, text in backend.env.items() if name != "PULUMI_BACKEND_URL"}
    result = Terminal(folder=backend.folder, env=env).run("manifest", "--stage", "dev")
    assert result.status == 4
    assert "pulumi login" in result.err
