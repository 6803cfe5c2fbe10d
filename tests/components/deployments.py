"""Deployments of a program to mocks, each in its own process, once per test run."""

import json
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tests.components import engine
from tests.once_for_all_workers import once

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("dev", "uat", "prod")
WEBHOOK = "https://hooks.slack.com/services/T0000/B0000/secret-of-the-channel"
SIGNING_SECRET = "secret-of-the-signatures-0123456789"
BOT_TOKEN = "xoxb-0123456789-secret-of-the-bot"
ESCALATION_WEBHOOK = "https://hooks.slack.com/services/T0000/B1111/secret-of-the-second-channel"
CHECK_FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:check"
SECRETS = (WEBHOOK, SIGNING_SECRET, BOT_TOKEN, ESCALATION_WEBHOOK)
BUTTONS = {"slackSigningSecret": SIGNING_SECRET}
LINKS_TOO = {**BUTTONS, "requireVerifiedReviewer": "false"}
UNCONNECTED = {"slackWebhookUrl": ""}
BOT = {"slackBotToken": BOT_TOKEN, "slackChannelId": "C012ABCDEF"}
REMINDERS = {"remindBefore": '["10m", "1h"]'}
ESCALATION = {"escalateBefore": "30m", "escalationSlackWebhookUrl": ESCALATION_WEBHOOK}
EVERYTHING = {
    **BUTTONS,
    **BOT,
    **REMINDERS,
    **ESCALATION,
    "onTimeout": "reject",
    "reviewers": '["U012ABCDEF"]',
    "notifyEmails": '["a@example.com", "b@example.com"]',
    "notifySmsNumbers": '["+4915112345678"]',
    "alarmEmail": "oncall@example.com",
    "checkFunctionArn": CHECK_FUNCTION,
}
"""A bot, and every setting that adds resources."""
RULES = {
    **BUTTONS,
    "slackChannel": "#signoff-here",
    "slackChannelId": "C012ABCDEF",
    "slackTeamId": "T012ABCDEF",
    "reviewers": '["U012ABCDEF", "W034GHIJKL"]',
    "requiredApprovals": "2",
    "allowSelfApproval": "true",
    "requireVerifiedReviewer": "true",
    "reviewTimeout": "364d",
    "remindBefore": '["12h"]',
    "linkShortener": "none",
    "notifyEmails": '["b@example.com"]',
    "anomalyThreshold": "0.1",
    "flagColumn": "is anomalous",
}
"""A webhook, and every setting that only changes values."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A registered resource: `inputs` without secret marks, and the keys of marked `secrets`."""

    type: str
    name: str
    urn: str
    parent: str
    protect: bool
    delete_timeout: str
    delete_before_replace: bool
    custom: bool
    dependencies: Sequence[str]
    takes_tags: bool
    inputs: dict[str, Any]
    secrets: Sequence[str]

    def json(self, key: str) -> dict[str, Any]:
        """An input that is JSON text."""
        return json.loads(self.inputs[key])


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What one run of a program registered and exported."""

    resources: Sequence[Resource]
    outputs: dict[str, Any]
    secret_outputs: Sequence[str]
    warnings: Sequence[str]
    error: str | None

    def of_type(self, type_: str) -> list[Resource]:
        """All resources of a type, by its last part: `Bucket`, `RolePolicy`."""
        return [item for item in self.resources if item.type.rsplit(":", 1)[-1] == type_]

    def one(self, type_: str, name: str = "") -> Resource:
        """The only resource of a type with this suffix in its logical name."""
        found = [item for item in self.of_type(type_) if item.name.endswith(name)]
        assert len(found) == 1, f"{type_} {name}: {[item.name for item in found]}"
        return found[0]


def project_file() -> dict[str, Any]:
    """`Pulumi.yaml`."""
    return yaml.safe_load((ROOT / "Pulumi.yaml").read_text())


def stage_config(stage: str) -> dict[str, Any]:
    """The settings of `Pulumi.STAGE.yaml`, by full key."""
    return yaml.safe_load((ROOT / f"Pulumi.{stage}.yaml").read_text())["config"]


def engine_config(stage: str) -> dict[str, str]:
    """The configuration as the engine passes it: defaults and stage file, all as text."""
    declared: dict[str, Any] = {
        f"signoff:{key}": declaration["default"]
        for key, declaration in project_file()["config"].items()
        if "default" in declaration
    }
    values = {**declared, "signoff:slackWebhookUrl": WEBHOOK, **stage_config(stage)}
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }


def deploy(
    stage: str = "dev",
    config: Mapping[str, str] = MappingProxyType({}),
    *,
    program: str = "__main__.py",
    preview: bool = False,
    region: str = engine.REGION,
) -> Deployment:
    """Run the program for a stage, with some configuration keys overridden."""
    overrides = {f"signoff:{key}": value for key, value in config.items()}
    return _deploy(program, stage, preview, json.dumps(engine_config(stage) | overrides), region)


OF_THE_WORKFLOW = ("start_dataset", "generate_dataset", "check_dataset", "publish_dataset")
"""Folders of functions that do not handle reviews."""
_PURPOSES = {"-escalation": "_escalation", "-dataset-asks": "_dataset"}


def functions_of(deployment: Deployment) -> dict[str, Resource]:
    """Functions by folder name; several of one folder have the gate's suffixes."""
    found = [item for item in deployment.of_type("Function") if "handler" in item.inputs]
    return {
        item.inputs["handler"].split(".")[1]
        + next((purpose for part, purpose in _PURPOSES.items() if part in item.name), ""): item
        for item in found
    }


def environment(deployment: Deployment, function: str) -> dict[str, str]:
    """The variables of the function in this folder."""
    return functions_of(deployment)[function].inputs["environment"]["variables"]


def added(stage: str, config: dict[str, str]) -> set[str]:
    """Resources that exist with these keys, by type and name; without keys, all the rest."""
    without, with_it = (
        {item.urn.split("::", 2)[-1].split("$")[-1] for item in deploy(stage, keys).resources}
        for keys in ({}, config)
    )
    assert without <= with_it
    return with_it - without


def readers(deployment: Deployment, parameter: Resource) -> list[str]:
    """Roles with the parameter in their policies."""
    name = f"{parameter.name}-0a1b2c3"
    return [
        item.inputs["role"]
        for item in deployment.of_type("RolePolicy")
        if name in item.inputs["policy"]
    ]


def statements(deployment: Deployment, role: str) -> list[dict[str, Any]]:
    """The policy statements of the role with this suffix in its logical name."""
    name = f"{deployment.one('Role', role).name}-0a1b2c3"
    return [
        statement
        for item in deployment.of_type("RolePolicy")
        if item.inputs["role"] == name
        for statement in item.json("policy")["Statement"]
    ]


@cache
def _deploy(program: str, stage: str, preview: bool, config: str, region: str) -> Deployment:
    run = engine.Run(
        root=str(ROOT),
        program=program,
        stage=stage,
        config=json.loads(config),
        preview=preview,
        region=region,
    )
    answer = once(f"{_sources()} {run}", lambda: _executed(run))
    return Deployment(
        resources=[Resource(**resource) for resource in answer.pop("resources")], **answer
    )


def _executed(run: engine.Run) -> dict[str, Any]:
    return _engines().submit(engine.execute, run).result(timeout=120)


@cache
def _sources() -> str:
    """A hash of all files that a program may read."""
    folders = (
        "components",
        "lambdas",
        "policies",
        "examples",
        "local/deployment",
        "tests/components",
    )
    files = [ROOT / "__main__.py", *(file for it in folders for file in (ROOT / it).rglob("*.*"))]
    digest = sha256()
    for file in sorted(file for file in files if file.suffix in (".py", ".json")):
        digest.update(b"%s %s" % (bytes(file), file.read_bytes()))
    return digest.hexdigest()


@cache
def _engines() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.components.preloaded"])
    return ProcessPoolExecutor(max_workers=1, mp_context=context, max_tasks_per_child=1)
