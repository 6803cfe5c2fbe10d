"""Each documented command runs: here on a deployed stage, or in a named test."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from local.options import parse_options
from local.stack import read_stages
from tests.docs.pages import OF_PULUMI, Command, commands
from tests.local_stack import ROOT, SIGNING_SECRET, DeployedStage, eventually
from tests.signing import Caller
from tests.signoff.terminal import Screen

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("docs")

EXAMPLE_ID = "k3f2a7cqxb5mnw4d"
TITLE = "Promote the model?"
EVERYTHING = {"Action": "*", "Resource": "*"}
COMMANDS = commands()
CI = re.sub(r"^#.*\n", "", (ROOT / ".ci/run").read_text(), flags=re.MULTILINE)
WITHIN_CI = re.findall(r"\bmake ([a-z-]+)", CI)
MAKEFILE = (ROOT / "Makefile").read_text()

OF_MAKE = [it for it in COMMANDS if it.text.startswith("make ")]
OF_THE_LOCAL_STACK = [it for it in COMMANDS if " -m local " in it.text]
OF_PYTEST = [it for it in COMMANDS if it.text.startswith(".venv/bin/pytest ")]
OF_PRE_COMMIT = [it for it in COMMANDS if it.text.startswith(".venv/bin/pre-commit ")]
OF_PICTURES = [it for it in COMMANDS if " -m tests.browser." in it.text]
OF_THE_PACK = [it for it in COMMANDS if it.text.startswith("(cd policies/pack ")]
ELSEWHERE = (
    OF_PULUMI,
    OF_MAKE,
    OF_THE_LOCAL_STACK,
    OF_PYTEST,
    OF_PRE_COMMIT,
    OF_PICTURES,
    OF_THE_PACK,
)
HERE = [it for it in COMMANDS if not any(it in group for group in ELSEWHERE)]
"""Run below, as written."""

# Stubs of Pulumi's read-only commands; the engine's tests run those that change stages.
PULUMI = """#!{python}
import json, pathlib, sys

words = sys.argv[1:]
if words[:2] != ["stack", "output"]:
    sys.exit(99)
words = [it for it in words[2:] if it not in ("--json", "--non-interactive")]
stage = next((it.partition("=")[2] for it in words if it.startswith("--stack=")), "")
if "-s" in words:
    stage = words.pop(words.index("-s") + 1)
    words.remove("-s")
outputs = json.loads(pathlib.Path({folder!r}, stage + ".json").read_text())
names = [it for it in words if not it.startswith("-")]
print(outputs[names[0]] if names else json.dumps(outputs))
"""
FILES = {"orders.csv": "id,flagged\n1,no\n2,no\n", "report.pdf": "%PDF-1.7\n"}
"""The reader's own files that commands upload."""
TERRAFORM = '#!/bin/sh\necho terraform "$@" >> {folder}/terraform.log\n'


@dataclass(frozen=True)
class Desk:
    """A folder like a clone with a running local stack, and colleagues in each stage."""

    stages: Mapping[str, DeployedStage]
    folder: Path

    def stage_of(self, command: Command) -> DeployedStage:
        """The stage that a command names, or the default."""
        named = re.search(r"(?:--stage|-s) (\w+)|channels/(\w+)/", command.text)
        return self.stages[(named[1] or named[2]) if named else "dev"]

    @cached_property
    def colleagues(self) -> Mapping[str, Caller]:
        """Another user in each stage, who requests and decides reviews."""
        return {
            name: stage.people.user(EVERYTHING, name=f"lin-{uuid4().hex[:8]}")
            for name, stage in self.stages.items()
        }

    def call(self, stage: DeployedStage, method: str, path: str, body: Any = None) -> Any:
        """Call the stage's API as the colleague."""
        url = f"{stage.outputs['decision_api_url']}/{path}"
        answer = self.colleagues[stage.name].ask(method, url, body)
        answer.raise_for_status()
        return answer.json()

    def pending(self, stage: DeployedStage) -> Sequence[Mapping[str, str]]:
        return self.call(stage, "GET", "operator/reviews?status=PENDING")["reviews"]

    def clear(self, stage: DeployedStage) -> None:
        """Cancel reviews left by other commands."""
        for review in self.pending(stage):
            self.call(stage, "POST", f"operator/reviews/{review['review_id']}/cancel", {})

    def ask(self, stage: DeployedStage, command: Command) -> str:
        """Request a review for the command: by the colleague, or by the reader to follow it."""
        answers = re.findall(r"--answer (\w+)=\d", command.text)
        asked = [{"name": it, "label": it, "kind": "number", "required": True} for it in answers]
        request = {"title": TITLE, "questions": asked}
        if not _is_for_askers(command):
            return self.call(stage, "POST", "asker/reviews", request)["review_id"]
        own = self.environment(stage)
        asker = Caller(own["AWS_ACCESS_KEY_ID"], stage.region, own["AWS_SECRET_ACCESS_KEY"])
        url = f"{stage.outputs['decision_api_url']}/asker/reviews"
        return asker.ask("POST", url, request).json()["review_id"]

    def approve(self, stage: DeployedStage, title: str, ended: Event) -> None:
        """Have the colleague approve the command's review, unless the command ends first."""

        def found() -> str | bool:
            waiting = {it["title"]: it["review_id"] for it in self.pending(stage)}
            return waiting.get(title) or ended.is_set()

        review_id = eventually(found, f"a review that asks {title}")
        if isinstance(review_id, str):
            self.call(stage, "POST", f"operator/reviews/{review_id}/approve", {})

    def environment(self, stage: DeployedStage) -> dict[str, str]:
        """Environment of a user's shell for this stage."""
        state = json.loads((self.folder / ".local/state.json").read_text())
        user = state["stages"][stage.name]["user"]
        programs = (self.folder / "bin", ROOT / ".venv/bin", os.environ["PATH"])
        return {
            "PATH": os.pathsep.join(map(str, programs)),
            "HOME": str(self.folder),
            "TERM": "xterm-256color",
            "BROWSER": "true",
            "AWS_ENDPOINT_URL": stage.cloud_url,
            "AWS_REGION": stage.region,
            "AWS_DEFAULT_REGION": stage.region,
            "AWS_ACCESS_KEY_ID": user["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": user["secret_access_key"],
            "AWS_SESSION_TOKEN": "",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1",
            "SECONDS_BETWEEN_LOOKS": "1",
        }

    @contextmanager
    def at_a_terminal(self, script: str, stage: DeployedStage) -> Generator[Screen]:
        """Run a pasted script in bash."""
        process, terminal = pty.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(self.folder)
            words = ["bash", "-euo", "pipefail", "-c", script]
            os.execvpe("bash", words, self.environment(stage))
        screen = Screen(process, terminal)
        try:
            yield screen
        finally:
            screen.close()


@pytest.fixture
def desk(stages: Stages) -> Desk:
    """A desk for the group's dev and prod."""
    deployed = stages.together("dev", "prod", settings=(SIGNING_SECRET,))
    folder = deployed["dev"].log.parents[1]
    programs = folder / "bin"
    if not programs.exists():
        programs.mkdir()
        for name in (".venv", "examples", "policies", "signoff", "lambdas", "Pulumi.yaml"):
            (folder / name).symlink_to(ROOT / name)
        for name, content in FILES.items():
            (folder / name).write_text(content)
        for name, stage in deployed.items():
            (programs / f"{name}.json").write_text(json.dumps(dict(stage.outputs)))
        for name, script in (("pulumi", PULUMI), ("terraform", TERRAFORM)):
            program = programs / name
            program.write_text(script.format(python=sys.executable, folder=str(programs)))
            program.chmod(0o755)
    (programs / "terraform.log").unlink(missing_ok=True)
    return Desk(deployed, folder)


def test_every_command_is_covered_by_a_test() -> None:
    assert len(HERE) > 30
    assert {it.text for it in HERE}.isdisjoint(it.text for group in ELSEWHERE for it in group)
    unknown = [
        str(it)
        for it in HERE
        if not re.match(r"(\w+=|export |for |while |eval |sed |aws |curl )", it.text)
        and not re.match(r"(\.venv/bin/)?signoff |examples/ask\.sh ", it.text)
    ]
    assert unknown == []


def _needs(command: Command) -> str:
    """Return a required program that this machine lacks, or an empty text."""
    script = "\n".join((*command.before, command.text))
    return next(
        (it for it in ("aws", "jq") if re.search(rf"\b{it} ", script) and not shutil.which(it)), ""
    )


@pytest.mark.parametrize("command", HERE, ids=str)
def test_a_command_runs_as_written(desk: Desk, command: Command) -> None:
    if missing := _needs(command):
        pytest.skip(f"{missing} is not on the PATH")
    stage = desk.stage_of(command)
    desk.clear(stage)
    script = _script(command, desk, stage)
    if "put-role-policy" in script:
        stage.people.role(name="ci-deploy")
    waits = re.search(" --wait|signoff wait |ask[.]sh", script)
    if not waits:
        with desk.at_a_terminal(script, stage) as screen:
            if "--watch" in script:
                screen.wait_for(stage.name)
                screen.type("\x03")
            elif re.search(r"signoff (approve|reject|cancel)", script):
                screen.type(*["y"] * 4)
            status = screen.end()
        assert status in _expected(script), screen.text
        assert '"error"' not in screen.text
        return
    ended = Event()
    with ThreadPoolExecutor(1) as others, desk.at_a_terminal(script, stage) as screen:
        approved = others.submit(desk.approve, stage, _title(command), ended)
        status = screen.end()
        ended.set()
        approved.result()
    assert status == 0, screen.text
    log = desk.folder / "bin/terraform.log"
    assert log.exists() is ("terraform destroy" in script)


def _script(command: Command, desk: Desk, stage: DeployedStage) -> str:
    """Return the command with its variables set and placeholders filled in."""
    sets = [it for it in command.before if re.match(r"(\w+=|export |sed )", it)]
    script = "\n".join((*sets, command.text))
    script = script.replace("/channels/prod/", f"/channels/{stage.channel}/")
    return script.replace(EXAMPLE_ID, desk.ask(stage, command)) if EXAMPLE_ID in script else script


def _is_for_askers(command: Command) -> bool:
    return bool(re.search("signoff (wait|withdraw) ", command.text))


def _title(command: Command) -> str:
    if EXAMPLE_ID in command.text:
        return TITLE
    if found := re.search(r'--title "([^"]+)"', command.text):
        return found[1]
    return json.loads((ROOT / "examples/request.json").read_text())["title"]


def _expected(script: str) -> Sequence[int]:
    if "signoff doctor" in script:
        return (0, 1)  # either result of the diagnosis is fine as long as all checks run
    return (0, 130) if "--watch" in script else (0,)


@pytest.mark.parametrize("command", OF_MAKE, ids=str)
def test_every_make_target_is_run_by_ci_or_a_test(command: Command) -> None:
    [target] = re.findall(r"^make ([a-z-]+)\b(?: +#.*)?$", command.text)
    assert _made_by(target), f"neither .ci/run nor a test makes {target}"


def _made_by(target: str) -> bool:
    rule = re.search(rf"^{target}:(.*)\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)
    assert rule, f"the Makefile has no target {target}"
    needed = {name for it in WITHIN_CI for name in _prerequisites(it)}
    if target in needed:
        return True
    if not rule[2]:  # a target without a recipe
        return all(map(_made_by, rule[1].split()))
    return rule[2] in RECIPES_OF_TESTS


def _prerequisites(target: str) -> set[str]:
    rule = re.search(rf"^{target}:(.*)$", MAKEFILE, re.MULTILINE)
    return {target, *(rule[1].split() if rule else ())}


RECIPES_OF_TESTS = {
    "\t@$(BIN)/python -m local demo\n": "tests/local/test_stack.py",
    "\t@$(BIN)/python -m tests.bench\n": "tests/docs/test_benchmark.py",
}
"""Recipes that tests run as a separate process, with the test's module."""


@pytest.mark.parametrize(("recipe", "test"), RECIPES_OF_TESTS.items())
def test_each_recipe_has_a_test(recipe: str, test: str) -> None:
    module, *arguments = recipe.split("-m ")[1].split()
    text = (ROOT / test).read_text()
    assert recipe in MAKEFILE
    assert all(f'"{it}"' in text for it in arguments or [module])


@pytest.mark.parametrize("command", OF_THE_LOCAL_STACK, ids=str)
def test_the_local_stack_accepts_the_settings(command: Command) -> None:
    """Parse the arguments; `tests/local/test_stack.py` runs both commands."""
    options = parse_options(command.text.split(" -m local ")[1].split("#")[0].split())
    assert {it.name for it in read_stages(options)} == set(options.stages)


@pytest.mark.parametrize("command", OF_PYTEST, ids=str)
def test_pytest_finds_the_tests(command: Command) -> None:
    script = f"{command.text.split(' --numprocesses')[0]} --collect-only --quiet"
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", OF_PRE_COMMIT, ids=str)
def test_the_git_hook_is_installed(command: Command, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    for name in (".venv", ".pre-commit-config.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    subprocess.run(["bash", "-c", command.text], cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / ".git/hooks/pre-commit").exists()


def test_the_pictures_are_renewed_by_the_browser_tests() -> None:
    text = (ROOT / "tests/browser/test_pictures.py").read_text()
    modules = {re.findall(r" -m tests\.browser\.(\w+)", it.text)[0] for it in OF_PICTURES}
    assert modules == {"screenshots", "slack_setup"}
    assert all(f"{it}." in text for it in modules)


def test_the_policy_pack_is_installed_by_the_engine_tests() -> None:
    [command] = OF_THE_PACK
    assert "--require-hashes" in command.text
    assert "tests/engine/install" in MAKEFILE
    assert "--require-hashes" in (ROOT / "tests/engine/install").read_text()


def test_the_pulumi_commands_are_run_by_the_engine_tests() -> None:
    assert len(OF_PULUMI) > 10
    assert "OF_PULUMI" in (ROOT / "tests/engine/test_documentation.py").read_text()
