"""The commands themselves: help, completion, what they import, and what the README says of them."""

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

from signoff.__main__ import COMMANDS, main, signoff
from tests.laptop import ROOT
from tests.signoff.conftest import Scripts
from tests.signoff.reviews import REVIEW_ID, summary
from tests.signoff.terminal import Terminal, words

README = (ROOT / "README.md").read_text()
HEAVY = ("boto3", "botocore", "requests", "rich", "pulumi")


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_that_takes_long(arguments: list[str]) -> None:
    program = (
        "import sys; from signoff.__main__ import signoff\n"
        f"signoff.main({arguments!r}, standalone_mode=False)\n"
        f"print(*(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == ""
    assert "Usage: " in done.stdout


def test_pyproject_installs_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, name = project["scripts"]["signoff"].partition(":")
    assert getattr(import_module(module), name) is main


def test_every_command_takes_a_stage_and_writes_json() -> None:
    for name in COMMANDS:
        command = import_module(COMMANDS[name]).command
        options = {option for it in command.params for option in it.opts}
        assert {"--stage", "--local", "--json"} <= options, name


@pytest.mark.parametrize(
    "line", sorted(set(re.findall(r"^\$ ((?:\.venv/bin/)?signoff [^|&\n]*)", README, re.MULTILINE)))
)
def test_each_command_line_of_the_readme_is_understood(line: str) -> None:
    name, *arguments = words(re.sub(r"\$\(.*?\)", "x", line).replace("3f2a9c1b", REVIEW_ID))
    command = signoff.get_command(click.Context(signoff), name)
    assert command
    command.make_context(name, [it for it in arguments if not it.endswith(".json")])


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("signoff rem", {"remind"}),
        ("signoff list --status EX", {"expired"}),
        ("signoff list --local --stage p", {"prod"}),
        ("signoff show --local 3f", {REVIEW_ID[:8]}),
        ("signoff list --stage ", {"dev", "uat", "prod"}),
    ],
)
def test_the_shell_completes(scripted: Scripts, typed: str, offered: set[str]) -> None:
    stage = scripted({"reviews": [summary(), summary(review_id="4" * 32)]})
    env = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    terminal = Terminal(
        folder=stage.terminal.folder, env={**env, "_SIGNOFF_COMPLETE": "bash_complete"}
    )
    result = terminal.run()
    assert {line.partition(",")[2] for line in result.out.splitlines()} == offered
    assert result.err == ""


def test_completion_without_a_stage_offers_nothing(tmp_path: Path) -> None:
    env = {"COMP_WORDS": "signoff show --local 3", "COMP_CWORD": "3"}
    result = Terminal(folder=tmp_path, env={**env, "_SIGNOFF_COMPLETE": "bash_complete"}).run()
    assert (result.status, result.out.strip(), result.err) == (0, "", "")


def test_a_command_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    result = Terminal(folder=tmp_path).run("fly")
    assert result.status == 2
    assert "No such command 'fly'" in result.err
