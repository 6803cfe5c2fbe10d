"""The commands themselves: help, completion and imports."""

import json
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import jsonschema_rs
import pytest

from signoff.__main__ import COMMANDS, main
from signoff.api import Review, ReviewSummary
from signoff.program import program
from tests.api.description import fields_of
from tests.local_stack import ROOT
from tests.signoff.conftest import Scripts
from tests.signoff.reviews import REVIEW_ID, summary
from tests.signoff.terminal import Terminal, with_pulumi

SCHEMAS = json.loads((ROOT / "signoff/schemas.json").read_text())["$defs"]
COMPLETE = {"_SIGNOFF_COMPLETE": "bash_complete"}
HEAVY = ("boto3", "botocore", "requests", "rich", "pulumi")


def test_help_imports_no_slow_modules() -> None:
    program = (
        "import sys; from signoff.__main__ import COMMANDS, signoff\n"
        "for command in ([], *([name] for name in COMMANDS)):\n"
        "    signoff.main([*command, '--help'], 'signoff', standalone_mode=False)\n"
        f"    assert not set({HEAVY!r}) & set(sys.modules), command"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Usage: signoff") == 1 + len(COMMANDS)


def test_pyproject_installs_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, name = project["scripts"]["signoff"].partition(":")
    assert getattr(import_module(module), name) is main


def test_make_setup_installs_the_command(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("signoff")
    assert command.exists(), "run make setup"
    done = subprocess.run([command, "--help"], cwd=tmp_path, capture_output=True, check=True)
    assert b"Usage: signoff" in done.stdout


@pytest.mark.parametrize(
    ("name", "shape"), [("ReviewSummary", ReviewSummary), ("ReviewWithAuditEntries", Review)]
)
def test_the_command_line_reads_fields_that_the_api_describes(name: str, shape: type) -> None:
    assert set(get_type_hints(shape)) <= fields_of(name)


def test_the_schemas_describe_every_command() -> None:
    assert set(COMMANDS) <= set(SCHEMAS)


def test_every_command_has_the_options_for_a_stage_and_json() -> None:
    for name in COMMANDS:
        command = import_module(COMMANDS[name]).command
        options = {option for it in command.params for option in it.opts}
        assert {"--stage", "--local", "--json"} <= options, name


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("signoff rem", {"remind"}),
        ("signoff list --status EX", {"expired"}),
        ("signoff list --local --stage p", {"prod"}),
        ("signoff show --local k3", {REVIEW_ID}),
        ("signoff list --stage ", {"dev", "uat", "prod"}),
    ],
)
def test_the_shell_completes(scripted: Scripts, typed: str, offered: set[str]) -> None:
    stage = scripted({"reviews": [summary(), summary(review_id="e" * 16)]})
    env = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    result = Terminal(folder=stage.terminal.folder, env={**env, **COMPLETE}).run()
    assert {line.partition(",")[2] for line in result.out.splitlines()} == offered
    assert result.err == ""


def test_completion_without_a_stage_offers_nothing(tmp_path: Path) -> None:
    env = {"COMP_WORDS": "signoff show --local 3", "COMP_CWORD": "3"}
    with Terminal(folder=tmp_path, env={**env, **COMPLETE}).piped() as process:
        out, err = process.communicate()
    assert (process.returncode, out.strip(), err) == (0, "", "")


def test_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    result = Terminal(folder=tmp_path).run("--version")
    assert (result.status, result.out) == (0, f"signoff {project['version']}\n")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["show", "xyz"], 2), (["list", "--limit", "0"], 2), (["list"], 4)],
)
def test_errors_are_json_for_programs_and_text_for_people(
    tmp_path: Path, arguments: list[str], status: int
) -> None:
    result = Terminal(folder=tmp_path).run(*arguments, "--local", "--json")
    assert result.status == status
    jsonschema_rs.validate(SCHEMAS["error"], result.json)
    assert result.json["error"] in result.err


@pytest.mark.parametrize("command", [["start"], ["ask", "--title", "Promote?"]])
def test_an_unconnected_stage_refuses_requests(tmp_path: Path, command: list[str]) -> None:
    outputs = {"slack_connection": "unconnected: create a Slack app"}
    terminal = Terminal(folder=tmp_path, env=with_pulumi(tmp_path, {"dev": outputs}))
    result = terminal.run(*command, "--stage", "dev", "--json")
    assert result.status == 1
    assert '"dev" is not connected to Slack' in result.json["error"]
    assert result.json["hint"] == "Create a Slack app"


@pytest.mark.parametrize("typed", ["signoff", ".venv/bin/signoff"])
def test_hints_name_the_command_as_it_was_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [typed])
    assert program() == typed


def test_hints_name_a_command_on_the_path_without_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = tmp_path / "signoff"
    command.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(command)])
    assert program() == "signoff"


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    result = Terminal(folder=tmp_path).run("fly")
    assert result.status == 2
    assert "No such command 'fly'" in result.err


@pytest.mark.parametrize("depth", [101, 950, 1_500, 50_000])
def test_a_too_deeply_nested_request_is_a_usage_error(
    scripted: Scripts, tmp_path: Path, depth: int
) -> None:
    request = tmp_path / "request.json"
    request.write_text(f'{{"title": "T", "context": {"[" * depth}{"]" * depth}}}')

    result = scripted().terminal.run("ask", str(request), "--local")

    assert (result.status, "nested at most 100 levels deep" in result.err) == (2, True)


def test_a_request_with_a_duplicate_name_is_a_usage_error(
    scripted: Scripts, tmp_path: Path
) -> None:
    request = tmp_path / "request.json"
    request.write_text('{"title": "T", "facts": {"Rows": 1, "Rows": 2}}')

    result = scripted().terminal.run("ask", str(request), "--local")

    assert (result.status, "must be unique, got 'Rows' twice" in result.err) == (2, True)
