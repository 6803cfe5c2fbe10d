"""Pulumi's real CLI runs each documented command, in the order of a stage's lifecycle."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.components.settings.documents import KEYS
from tests.docs.pages import OF_PULUMI, Command
from tests.engine.package import clone_into, pretend_to_have_aws
from tests.engine.stacks import PACK, SECONDS, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.engine.conftest import Stacks

ORDER = ("stack init", "preview", "up", "stack output", "destroy")
WITH_YES = ("up", "destroy")
SECRETS = {
    "slackBotToken": "xoxb-1-2",
    "slackSigningSecret": "0123456789abcdef0123456789abcdef",
    "slackWebhookUrl": "https://hooks.slack.com/services/T0/B0/X",
}
CONFIGURING = [it for it in OF_PULUMI if it.text.startswith("pulumi config ")]
ADDING = [it for it in OF_PULUMI if it.text.startswith("pulumi package add ")]
OF_PROTECTED_STAGES = ("pulumi state unprotect --all -s prod", "pulumi destroy -s prod")
"""`test_endings.py` runs these from the documentation, together with AWS's commands."""
REPLACING = [it for it in OF_PULUMI if " --replace " in it.text]
LIVING = [
    it
    for it in OF_PULUMI
    if it not in (*CONFIGURING, *ADDING, *REPLACING) and it.text not in OF_PROTECTED_STAGES
]


def run(stack: Stack, words: Sequence[str], given: str = "") -> str:
    """Run a Pulumi command as written, without its prompts."""
    yes = ("--yes",) if words[1] in WITH_YES else ()
    done = subprocess.run(
        [*words, "--non-interactive", *yes],
        cwd=stack.folder,
        env=stack.environment(),
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def arguments_of(command: Command) -> list[str]:
    return shlex.split(command.text, comments=True)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_can_be_managed_with_the_documented_commands(stacks: Stacks, stage: str) -> None:
    stack = stacks(stage)
    stack.pulumi("stack", "rm", stage, "--yes", "--preserve-config")
    pack = stack.folder / "policies" / "pack"
    if not pack.exists():
        pack.symlink_to(PACK)
    commands = [words for it in LIVING if (words := arguments_of(it))[-1] == stage]
    initialized = ["pulumi", "stack", "init", stage]
    commands += [it for it in (initialized, ["pulumi", "up", "-s", stage]) if it not in commands]

    for words in sorted(commands, key=_step):
        if words == initialized:
            run(stack, words)
            stack.secret("slackWebhookUrl", SECRETS["slackWebhookUrl"])
        else:
            run(stack, words)
            assert words[1] != "destroy" or stack.resources() == []


def _step(words: Sequence[str]) -> int:
    line = " ".join(words[1:])
    [place] = [number for number, step in enumerate(ORDER) if line.startswith(step)]
    return place


def test_every_lifecycle_command_names_a_tested_stage() -> None:
    assert {arguments_of(it)[-1] for it in LIVING} == {"dev", "prod"}


def test_the_documented_keys_are_set(stacks: Stacks) -> None:
    stack = stacks("configured", webhook="")
    known = {it.name for it in KEYS}
    for command in CONFIGURING:
        words = [*arguments_of(command)[:-1], stack.name]
        [key] = [it.removeprefix("signoff:") for it in words if it.startswith("signoff:")]
        name = key.partition("[")[0]
        run(stack, words, SECRETS[name] if "--secret" in words else "")
        assert name in known
        assert f"signoff:{name}" in stack.json("config")


def test_a_subscription_is_replaced(stacks: Stacks) -> None:
    [command] = REPLACING
    stack = stacks("uat")
    stack.set("slackDelivery", "sns-https")
    stack.up()

    output = run(stack, [stack.name if it == "dev" else it for it in arguments_of(command)])

    assert "replaced" in output


def test_the_package_is_added(tmp_path: Path) -> None:
    [command] = ADDING
    clone_into(tmp_path / "signoff")
    pretend_to_have_aws(tmp_path)
    program = tmp_path / "program"
    program.mkdir()
    file = program / "Pulumi.yaml"
    file.write_text("name: program\nruntime: nodejs\n")
    (program / "package.json").write_text('{"name": "program", "private": true}')

    run(Stack(name="any", folder=program, home=tmp_path, providers=""), arguments_of(command))

    assert "../signoff/package" in file.read_text()
    assert "@pulumi/signoff" in (program / "package.json").read_text()
