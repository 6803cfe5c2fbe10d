"""The stages as the project's own files describe them, ready to be deployed on the laptop."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import yaml

from local.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Each stage has an account of its own in the embedded cloud; the number is also the access key.
ACCOUNTS = {"dev": "111111111111", "uat": "222222222222", "prod": "333333333333"}
WEBHOOK = "slackWebhookUrl"
SIGNING_SECRET = "slackSigningSecret"  # noqa: S105 (the name of the key)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stack of the project: `settings` by key without namespace, `provider` with theirs."""

    name: str
    project: str
    secret_keys: frozenset[str]
    settings: Mapping[str, object]
    provider: Mapping[str, object]

    @property
    def account(self) -> str:
        """The stage's account number."""
        return ACCOUNTS[self.name]

    @property
    def region(self) -> str:
        """The region that the stage file names."""
        return str(self.provider["aws:region"])

    def posting_to(self, console_url: str) -> Stage:
        """Point the stage at its channel in the Slack stand-in, unless it has a webhook already."""
        delivery = self.settings.get("slackDelivery")
        kind = "workflows" if delivery == "workflow-webhook" else "services"
        return replace(
            self, settings={WEBHOOK: f"{console_url}/{kind}/{self.name}", **self.settings}
        )

    def with_buttons(self) -> Stage:
        """Give the stage a signing secret, so that its messages carry buttons.

        Where it has one it keeps it; a workflow's messages carry links only.
        """
        links_only = self.settings.get("slackDelivery") == "workflow-webhook"
        if links_only or self.signing_secret:
            return self
        return replace(self, settings={**self.settings, SIGNING_SECRET: secrets.token_hex(16)})

    @property
    def signing_secret(self) -> str | None:
        """The secret that the channel signs clicks with, if the stage has one."""
        return str(self.settings.get(SIGNING_SECRET) or "") or None

    def pulumi_config(self) -> dict[str, str]:
        """Give the configuration as Pulumi's engine hands it to the program: all of it strings."""
        own = {f"{self.project}:{key}": value for key, value in self.settings.items()}
        return {key: _as_pulumi_does(value) for key, value in {**own, **self.provider}.items()}


def read_stage(root: Path, name: str, overrides: Mapping[str, str]) -> Stage:
    """Read `Pulumi.yaml` and the stage's file, the latter winning, `overrides` over both.

    Raises `UsageError` for an unknown stage, or a file that says too little for the laptop.
    """
    if name not in ACCOUNTS:
        raise UsageError(f'stage must be one of {", ".join(ACCOUNTS)}, got "{name}"')
    project = _load(root / "Pulumi.yaml")
    own = f"{project['name']}:"
    declared = {
        key if ":" in key else own + key: entry for key, entry in _config_of(project).items()
    }
    defaults = {key: _default(entry) for key, entry in declared.items()}
    config = {
        **{key: value for key, value in defaults.items() if value is not None},
        **_config_of(_load(root / f"Pulumi.{name}.yaml")),
        **{own + key: value for key, value in overrides.items()},
    }
    readable = {key: value for key, value in config.items() if not _skipped(key, value, own, name)}
    if config.get(own + SIGNING_SECRET) and own + SIGNING_SECRET not in readable:
        readable[own + SIGNING_SECRET] = secrets.token_hex(16)
    if "aws:region" not in readable:
        raise UsageError(f"Pulumi.{name}.yaml must name a region: aws:region")
    declared_secrets = {key for key, entry in declared.items() if _is_secret(entry)}
    return Stage(
        name=name,
        project=str(project["name"]),
        secret_keys=frozenset({own + WEBHOOK, own + SIGNING_SECRET, *declared_secrets}),
        settings={k.removeprefix(own): v for k, v in readable.items() if k.startswith(own)},
        provider={k: v for k, v in readable.items() if not k.startswith(own)},
    )


def _load(path: Path) -> dict[str, object]:
    try:
        return cast("dict[str, object]", yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"cannot read {path.name}: {error}") from error


def _config_of(document: dict[str, object]) -> dict[str, object]:
    return cast("dict[str, object]", document.get("config") or {})


def _default(declared: object) -> object:
    """Give the default of a project key, declared with a type or simply given as a value."""
    if not isinstance(declared, dict):
        return declared
    entry = cast("dict[str, object]", declared)
    return entry.get("default", entry.get("value"))


def _is_secret(declared: object) -> bool:
    return isinstance(declared, dict) and cast("dict[str, object]", declared).get("secret") is True


def _skipped(key: str, value: object, own: str, stage: str) -> bool:
    """Tell whether a value is encrypted, which only Pulumi can read."""
    if not isinstance(value, dict) or "secure" not in value:
        return False
    short = key.removeprefix(own)
    if short not in (WEBHOOK, SIGNING_SECRET):  # the laptop has its own
        raise UsageError(f"{short} is encrypted in Pulumi.{stage}.yaml, give --config {short}=…")
    return True


def _as_pulumi_does(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
