"""A stage's configuration: read once, typed, and validated before anything is created."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from components.settings import rules
from components.settings.dataset_rules import DatasetRules
from components.settings.gate_rules import GateRules
from components.settings.keys import SettingsError, from_values, key, keys_of
from components.settings.rules import ImpossibleRulesError


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All configuration keys, in the value objects that components take."""

    gate: GateRules
    datasets: DatasetRules = field(default_factory=DatasetRules)
    log_retention_days: int = key(
        "logRetentionDays",
        rules.retention_days,
        default=30,
        about="Days to keep logs; must be a period that CloudWatch Logs accepts.",
    )
    alarm_email: str | None = key(
        "alarmEmail",
        rules.optional(rules.email),
        default="",
        about="E-mail address to notify of alarms. If unset, alarms are visible in CloudWatch"
        " only.",
    )
    alarm_topic_arn: str | None = key(
        "alarmTopicArn",
        rules.optional(rules.topic_arn),
        default="",
        about="ARN of an existing SNS topic to notify of alarms, instead of `alarmEmail`. Its"
        " policy must allow CloudWatch to publish.",
    )

    def __post_init__(self) -> None:
        if self.alarm_email is not None and self.alarm_topic_arn is not None:
            raise ImpossibleRulesError(
                "alarmTopicArn must be empty with alarmEmail (subscribe the address to the topic),"
                f" got {rules.show(self.alarm_topic_arn)}"
            )

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> Self:
        """Settings from values by key, without namespace: strings, or typed as in YAML.

        Raises `SettingsError` for an unknown key, a missing one, a value that breaks its rule, and
        values that contradict each other.
        """
        known = {declared.name: declared for declared in keys_of(cls)}
        if unknown := [name for name in values if name not in known]:
            raise SettingsError(
                f"{rules.show(unknown[0])} is not a configuration key, known keys:"
                f" {', '.join(known)}"
            )
        for name, declared in known.items():
            if declared.default is None and values.get(name, "") == "":
                raise SettingsError(f"{name} is missing, {declared.how_to_set}")
        return cls.of(values)

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """Settings from complete values without unknown keys; secrets may be outputs."""
        try:
            return from_values(values, cls)
        except ImpossibleRulesError as impossible:
            raise SettingsError(str(impossible)) from None

    @classmethod
    def load(cls, config: pulumi.Config) -> Self:
        """The stack's settings; secrets stay secret.

        Raises `SettingsError` as `parse` does, and for a secret that is not encrypted.
        """
        prefix = f"{config.name}:"
        names = {*get_config_env(), *CONFIG.get()}
        keys = [name.removeprefix(prefix) for name in sorted(names) if name.startswith(prefix)]
        values: dict[str, object] = {name: config.get(name) for name in keys}
        for declared in keys_of(cls):
            if declared.secret and values.get(declared.name):
                # An output would be checked only after resources are registered.
                declared.parsed(values[declared.name])
                if not is_config_secret(f"{prefix}{declared.name}"):
                    raise SettingsError(f"{declared.name} must be encrypted, {declared.how_to_set}")
                values[declared.name] = config.require_secret(declared.name)
        return cls.parse(values)
