"""Stages of the local stack, read from the project's stack files."""

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

# Each stage has its own account in the embedded cloud.
ACCOUNTS = {"dev": "111111111111", "uat": "222222222222", "prod": "333333333333"}
WEBHOOK = "slackWebhookUrl"
ESCALATION_WEBHOOK = "escalationSlackWebhookUrl"
SIGNING_SECRET = "slackSigningSecret"  # noqa: S105 (the name of the key)
BOT_TOKEN = "slackBotToken"  # noqa: S105 (the name of the key)
CHANNEL_ID = "slackChannelId"
API_URL = "slackApiUrl"
# Encrypted in a stage's file; the local stack uses its own values.
SECRETS = (WEBHOOK, ESCALATION_WEBHOOK, SIGNING_SECRET, BOT_TOKEN)

_LOCAL: Mapping[str, object] = {"sampleData": True}
"""Settings of every stage that differ from those for AWS."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stack: `settings` have keys without namespace, `provider` keys have theirs."""

    name: str
    account: str
    project: str
    secret_keys: frozenset[str]
    settings: Mapping[str, object]
    provider: Mapping[str, object]
    connected: bool = True

    @property
    def region(self) -> str:
        """The region in the stage's file."""
        return str(self.provider["aws:region"])

    def posting_to(self, console_url: str) -> Stage:
        """Point the stage at the Slack simulator, unless it has URLs already.

        With a bot there is no webhook. An unconnected stage has no Slack settings.
        """
        if not self.connected:
            return self
        kind = "workflows" if self._links_only else "services"
        webhook = {} if self.bot_token else {WEBHOOK: f"{console_url}/{kind}/{self.name}"}
        own = {API_URL: f"{console_url}/api", **webhook}
        louder = {ESCALATION_WEBHOOK: f"{console_url}/services/{self.name}-escalation"}
        return self._having({**own, **louder} if self.escalates else own)

    def unconnected(self) -> Stage:
        """Remove all Slack secrets, as before the first deployment to AWS."""
        left = {key: value for key, value in self.settings.items() if key not in SECRETS}
        return replace(self, settings=left, connected=False)

    def with_buttons(self) -> Stage:
        """Add a signing secret unless there is one, so that messages have buttons.

        Messages of a Slack workflow have links only, and an external Slack has its own secret.
        """
        if self._links_only or self._is_elsewhere:
            return self
        return self._having({SIGNING_SECRET: _new_signing_secret()})

    def with_bot(self) -> Stage:
        """Add a bot, which can reply in threads and update messages.

        Existing bot settings are kept. Slack workflows and external Slack APIs get no bot.
        """
        if self._links_only or self._is_elsewhere:
            return self
        return self._having({BOT_TOKEN: _new_bot_token(), CHANNEL_ID: _new_channel_id()})

    @property
    def signing_secret(self) -> str | None:
        """The signing secret, if set."""
        return self._text(SIGNING_SECRET)

    @property
    def bot_token(self) -> str | None:
        """The bot's token, if set."""
        return self._text(BOT_TOKEN)

    @property
    def channel_id(self) -> str | None:
        """The channel's id, if set."""
        return self._text(CHANNEL_ID)

    @property
    def escalates(self) -> bool:
        """Whether the stage has an escalation channel."""
        return self._text("escalateBefore") is not None

    def pulumi_config(self) -> dict[str, str]:
        """Return the configuration as Pulumi's engine passes it: all values are strings."""
        own = {f"{self.project}:{key}": value for key, value in self.settings.items()}
        return {key: _as_pulumi_does(value) for key, value in {**own, **self.provider}.items()}

    @property
    def _links_only(self) -> bool:
        return self.settings.get("slackDelivery") in ("workflow-webhook", "sns-https")

    @property
    def _is_elsewhere(self) -> bool:
        """Whether the stage posts to a Slack of its own, not to the simulator."""
        return bool(self._text(WEBHOOK) or self._text(API_URL))

    def _text(self, key: str) -> str | None:
        """Return a setting; None if empty."""
        return str(self.settings.get(key) or "") or None

    def _having(self, settings: Mapping[str, str]) -> Stage:
        """Add missing settings."""
        missing = {key: value for key, value in settings.items() if not self._text(key)}
        return replace(self, settings={**self.settings, **missing})


def read_stage(root: Path, name: str, overrides: Mapping[str, str]) -> Stage:
    """Read a stage: `overrides` take precedence over its file, which overrides `Pulumi.yaml`.

    Every stage has the sample, whatever its file says.

    Raises `UsageError` for an unknown stage or an incomplete file.
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
        **{own + key: value for key, value in _LOCAL.items()},
        **{own + key: value for key, value in overrides.items()},
    }
    readable = {key: value for key, value in config.items() if not _skipped(key, value, own, name)}
    if API_URL not in overrides:  # the value in the files is for AWS
        readable.pop(own + API_URL, None)
    for key, made in ((SIGNING_SECRET, _new_signing_secret()), (BOT_TOKEN, _new_bot_token())):
        if config.get(own + key):
            readable.setdefault(own + key, made)
    if "aws:region" not in readable:
        raise UsageError(f"Pulumi.{name}.yaml must set aws:region")
    declared_secrets = {key for key, entry in declared.items() if _is_secret(entry)}
    return Stage(
        name=name,
        account=ACCOUNTS[name],
        project=str(project["name"]),
        secret_keys=frozenset({*(own + key for key in SECRETS), *declared_secrets}),
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
    """Return the default of a project key, which is declared or a plain value."""
    if not isinstance(declared, dict):
        return declared
    entry = cast("dict[str, object]", declared)
    return entry.get("default", entry.get("value"))


def _is_secret(declared: object) -> bool:
    return isinstance(declared, dict) and cast("dict[str, object]", declared).get("secret") is True


def _skipped(key: str, value: object, own: str, stage: str) -> bool:
    """Whether to skip a value because it is encrypted, which only Pulumi can decrypt."""
    if not isinstance(value, dict) or "secure" not in value:
        return False
    short = key.removeprefix(own)
    if short not in SECRETS:  # the local stack has its own values
        raise UsageError(f"{short} is encrypted in Pulumi.{stage}.yaml; set --config {short}=…")
    return True


def _new_signing_secret() -> str:
    return secrets.token_hex(16)


def _new_bot_token() -> str:
    return f"xoxb-{secrets.token_hex(16)}"


def _new_channel_id() -> str:
    return f"C{secrets.token_hex(5).upper()}"


def _as_pulumi_does(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
