"""Destruction of stages, and secrecy of Pulumi's state and output."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.stacks import ROOT, SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.engine.conftest import Stacks
    from tests.engine.provider import Account, Call, Provider
    from tests.engine.stacks import Stack

CANARIES = {
    "slackWebhookUrl": "https://hooks.slack.com/services/T0/B0/canary0webhook",
    "slackSigningSecret": "canary1of2the3signatures4",
    "slackBotToken": "xoxb-canary-of-the-bot",
    "escalationSlackWebhookUrl": "https://hooks.slack.com/services/T0/B1/canary0escalation",
}
EVERYTHING = {
    "slackChannelId": "C012ABCDEF",
    "remindBefore": '["1h", "10m"]',
    "escalateBefore": "30m",
    "reviewers": '["U012ABCDEF", "U034GHIJKL"]',
    "requiredApprovals": "2",
    "notifyEmails": '["team@example.com"]',
    "notifySmsNumbers": '["+4915112345678"]',
    "alarmEmail": "oncall@example.com",
}


@dataclass(frozen=True, kw_only=True)
class Life:
    """Observations of a stage with all settings, from its first update to its destruction."""

    output: Mapping[str, str]
    resources: Sequence[dict[str, Any]]
    deletions: Sequence[Call]
    left: Sequence[str]

    def position(self, urn: str) -> int:
        """Return a resource's position in the order of deletion."""
        return [call.urn for call in self.deletions].index(urn)

    def of_kind(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the resources of some kinds, such as `Function`."""
        return [it for it in self.resources if it["type"].rsplit(":", 1)[-1] in kinds]


@pytest.fixture(scope="module")
def life(stacks: Stacks, provider: Provider, account: Account) -> Life:
    stack = stacks("dev", webhook=CANARIES["slackWebhookUrl"])
    for key, value in CANARIES.items():
        stack.secret(key, value)
    for key, value in EVERYTHING.items():
        stack.set(key, value)
    up = stack.up("--debug", "--logtostderr", "--logflow", "-v=9", "--diff").output
    output = {
        "the update": up,
        "the state": stack.on("stack", "export").output,
        "the outputs": stack.on("stack", "output").output,
        "the configuration": stack.on("config").output,
        "the history": stack.on("stack", "history").output,
        **dict(_files(stack)),
    }
    resources = [it for it in stack.resources() if it["type"].startswith("aws:")]
    before = len(provider.calls)
    output["the end"] = stack.on("destroy", "--yes", "--skip-preview", "--debug").output
    deletions = [call for call in provider.calls[before:] if call.method == "Delete"]
    left = [it.urn for it in account.existing.values() if it.urn.startswith("urn:pulumi:dev::")]
    return Life(output=output, resources=resources, deletions=deletions, left=left)


def _files(stack: Stack) -> Iterator[tuple[str, str]]:
    """Return the files on disk: the backend with backups and history, and the stage's files."""
    for folder in (stack.home / "backend", stack.folder):
        for file in folder.rglob("*"):
            if file.is_file() and ".venv" not in file.parts:
                yield str(file.relative_to(stack.home)), file.read_bytes().decode(errors="replace")


@pytest.mark.parametrize("secret", CANARIES)
def test_no_secret_appears_in_plain_text(life: Life, secret: str) -> None:
    canary = CANARIES[secret].rsplit("/", 1)[-1]
    assert "the update" in life.output
    assert any(name.endswith(".json") for name in life.output)
    assert [name for name, text in life.output.items() if canary in text] == []


def test_the_whole_stage_is_deleted(life: Life) -> None:
    assert {call.urn for call in life.deletions} == {it["urn"] for it in life.resources}
    assert life.left == []


def test_a_resource_is_deleted_before_those_it_refers_to(life: Life) -> None:
    arns = {
        it["urn"]: it["outputs"]["arn"]
        for it in life.resources
        if "arn" in it["outputs"].keys() - it["inputs"].keys()
    }
    pairs = [
        (it["urn"], named)
        for it in life.resources
        for named, arn in arns.items()
        if named != it["urn"] and re.search(rf"{re.escape(arn)}\b(?!-)", json.dumps(it["inputs"]))
    ]
    assert len(pairs) > 50
    assert [(a, b) for a, b in pairs if life.position(a) > life.position(b)] == []


def test_callers_are_deleted_before_the_functions_they_call(life: Life) -> None:
    functions = life.of_kind("Function")
    calls = [
        (caller["urn"], function["urn"])
        for caller in life.of_kind("EventTarget", "Schedule", "StateMachine", "TopicSubscription")
        for function in functions
        if function["outputs"]["arn"] in json.dumps(caller["inputs"])
    ]
    assert len(calls) > 5
    assert [pair for pair in calls if life.position(pair[0]) > life.position(pair[1])] == []


def test_roles_and_log_groups_are_deleted_after_their_functions(life: Life) -> None:
    for function in life.of_kind("Function"):
        used = [
            it["urn"]
            for it in life.of_kind("Role", "LogGroup")
            if it["outputs"].get("arn") == function["inputs"]["role"]
            or it["outputs"].get("name") == function["inputs"]["loggingConfig"]["logGroup"]
        ]
        assert len(used) == 2
        assert all(life.position(function["urn"]) < life.position(urn) for urn in used)


def test_prod_is_destroyed_only_by_the_documented_steps(
    stacks: Stacks, provider: Provider, account: Account, tmp_path: Path
) -> None:
    stack = stacks("prod")
    stack.up()
    bucket = account.of_kind("Bucket", "prod")["signoff-evidence-bucket"]
    account.filled_buckets.add(str(bucket.inputs["bucket"]))
    before = len(provider.called("Delete"))

    complaints = stack.on("destroy", "--yes", refused=True).errors()

    refused = r'Preview failed: resource "urn:\S+::(\S+)" cannot be deleted'
    kept = {found[1] for complaint in complaints if (found := re.match(refused, complaint))}
    assert kept == {
        "signoff-evidence-bucket",
        "signoff-gate-reviews-audit-log",
        "signoff-gate-reviews-table",
    }
    assert provider.called("Delete")[before:] == []

    by_aws, by_pulumi = _tear_down()
    _run(by_aws, stack, tmp_path)
    asked = (tmp_path / "asked").read_text()
    for table in account.of_kind("Table", "prod").values():
        if f"--no-deletion-protection-enabled --table-name {table.inputs['name']}" in asked:
            table.inputs["deletionProtectionEnabled"] = False
    if f"delete-objects --bucket {bucket.inputs['bucket']}" in asked:
        account.filled_buckets.clear()
    _run(by_pulumi, stack, tmp_path)

    assert not account.of_kind("", "prod")


# Responds like the AWS CLI, and logs its arguments.
AWS = """#!/bin/sh
cd "$(dirname "$0")" && echo "$@" >> asked
case "$1 $2" in
"s3api list-object-versions") if [ -e emptied ]; then echo '[]'; else echo '[{"Key": "x"}]'; fi ;;
"s3api delete-objects") touch emptied ;;
esac
"""


def _tear_down() -> tuple[str, str]:
    """Return the documented commands for a protected stage: those of AWS, then those of Pulumi."""
    text = (ROOT / "docs" / "operations.md").read_text().split("## Tear down")[1]
    block = text.split("```console\n")[2].split("```")[0]
    script = re.sub(r"^\$ ", "", block, flags=re.MULTILINE)
    first = re.search(r"^pulumi", script, flags=re.MULTILINE)
    assert first
    return script[: first.start()], script[first.start() :]


def _run(script: str, stack: Stack, folder: Path) -> None:
    """Run commands as written, without Pulumi's prompts."""
    (folder / "aws").write_text(AWS)
    (folder / "aws").chmod(0o755)
    done = subprocess.run(
        ["bash", "-euc", re.sub(r"^(pulumi .*)$", r"\1 --yes", script, flags=re.MULTILINE)],
        cwd=stack.folder,
        env=stack.environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout
