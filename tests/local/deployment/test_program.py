"""The program runs as under Pulumi's engine, and unsupported features are refused."""

from __future__ import annotations

import json
import multiprocessing
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from local.deployment.program import Program
from local.deployment.resources import Created

if TYPE_CHECKING:
    from pathlib import Path

TOPIC = "aws:sns/topic:Topic"
HEADER = "import pulumi\nimport pulumi_aws as aws\nconfig = pulumi.Config()\n"


@dataclass(frozen=True, kw_only=True)
class Result:
    """Result of a program: resources, as (type, name, inputs), and exports."""

    made: list[tuple[str, str, Mapping[str, object]]]
    outputs: dict[str, object]
    error: str


Run = Callable[[str], Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in a separate process, since each process can run only one."""

    def run_source(source: str) -> Result:
        (tmp_path / "__main__.py").write_text(HEADER + source)
        # Not forked: a child of a process with threads can inherit a lock that is never released.
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload(["tests.components.preloaded"])
        with processes.Pool(1) as pool:
            return pool.apply(_run_in, (tmp_path,))

    return run_source


def _run_in(folder: Path) -> Result:
    made: list[tuple[str, str, Mapping[str, object]]] = []

    def make(token: str, name: str, values: Mapping[str, object]) -> Created:
        made.append((token, name, values))
        return Created(f"{name}-id", {"arn": f"arn:{name}"})

    program = Program(
        root=folder,
        project="toy",
        stack="dev",
        config={"toy:name": "news", "toy:webhook": "https://example.com/x"},
        secret_keys=frozenset({"toy:webhook"}),
    )
    try:
        return Result(made=made, outputs=program.run(make), error="")
    except Exception as error:  # noqa: BLE001 - not every exception can travel
        return Result(made=made, outputs={}, error=f"{type(error).__name__}: {error}")


def test_resources_are_made_with_plain_inputs_and_components_as_children(run: Run) -> None:
    result = run(
        "c = pulumi.ComponentResource('toy:index:Gate', 'c')\n"
        "a = aws.sns.Topic('a', display_name=config.require('name'), signature_version=2,\n"
        "    opts=pulumi.ResourceOptions(parent=c))\n"
        "aws.sns.TopicSubscription('b', topic=a.arn, protocol='sms', endpoint=a.id)\n"
        "aws.ssm.Parameter('p', type='SecureString', value=config.require_secret('webhook'))"
    )
    made = {name: inputs for _, name, inputs in result.made}
    assert len(result.made) == len(made)
    assert (TOPIC, "a", {"displayName": "news", "signatureVersion": 2}) in result.made
    assert made["b"] == {"topic": "arn:a", "protocol": "sms", "endpoint": "a-id"}
    assert made["p"] == {"type": "SecureString", "value": "https://example.com/x"}
    assert set(made) == {"a", "b", "p"}


def test_a_programs_exports_are_its_outputs(run: Run, tmp_path: Path) -> None:
    source = (
        "import os; pulumi.export('folder', os.getcwd())\n"
        "pulumi.export('arn', aws.sns.Topic('a').arn)"
    )
    assert run(source).outputs == {"arn": "arn:a", "folder": str(tmp_path)}


def test_a_whole_number_is_exported_as_one(run: Run) -> None:
    result = run("pulumi.export('limits', {'people': 1, 'share': 0.5})")
    assert json.dumps(result.outputs, sort_keys=True) == '{"limits": {"people": 1, "share": 0.5}}'


@pytest.mark.parametrize("wrapped", ["{}", "{{'urls': [{}]}}"])
def test_a_nested_secret_cannot_be_exported(run: Run, wrapped: str) -> None:
    secret = wrapped.format("config.require_secret('webhook')")
    error = run(f"pulumi.export('hook', {secret})").error
    assert error == "ResourceError: the stack output hook is a secret"


def test_a_programs_own_errors_are_reported(run: Run) -> None:
    result = run("config.require('nothing')")
    assert "Missing required configuration variable 'toy:nothing'" in result.error


def test_two_resources_of_one_name_are_refused(run: Run) -> None:
    result = run("aws.sns.Topic('a')\naws.sns.Topic('a')")
    assert result.error.startswith("ResourceError: two resources have the same name: ")


@pytest.mark.parametrize(
    "source",
    [
        "aws.sns.Topic('a', opts=pulumi.ResourceOptions(import_='arn'))",
        "aws.sns.Topic.get('a', 'arn')",
        "pulumi.export('me', aws.get_caller_identity_output().account_id)",
        "pulumi.ComponentResource('other:index:Remote', 'a', {}, None, True)",
    ],
)
def test_unsupported_features_are_refused(run: Run, source: str) -> None:
    assert re.match(
        "ResourceError: .*(the local stack (cannot|does not support)|not supported locally)",
        run(source).error,
    )
