"""A stage's configuration: read in one place, typed, and refused before anything is created.

`Pulumi.yaml` explains each key; the stage files hold only what differs.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Self, get_args

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components import rules
from components.rules import BrokenRuleError

WEBHOOK = "slackWebhookUrl"


class SettingsError(pulumi.RunError):
    """A missing, unknown or wrong key. The message names the key, the rule and the value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One field for each configuration key, with the rule that its values follow.

    The key is the field's name in camelCase.
    """

    slack_webhook_url: Annotated[pulumi.Input[str], rules.webhook_url] = dataclasses.field(
        repr=False
    )
    slack_channel: Annotated[str, rules.channel_name]
    slack_delivery: Annotated[str, rules.one_of("incoming-webhook", "workflow-webhook")] = (
        "incoming-webhook"
    )
    review_timeout: Annotated[timedelta, rules.duration] = timedelta(hours=24)
    on_timeout: Annotated[str, rules.one_of("fail", "reject", "approve")] = "fail"
    anomaly_threshold: Annotated[float, rules.share] = 0.06
    link_shortener: Annotated[str, rules.one_of("builtin", "tinyurl", "none")] = "builtin"
    notify_emails: Annotated[tuple[str, ...], rules.list_of(rules.email)] = ()
    notify_sms_numbers: Annotated[tuple[str, ...], rules.list_of(rules.phone_number)] = ()
    log_retention_days: Annotated[int, rules.retention_days] = 30
    alarm_email: Annotated[str | None, rules.optional_email] = None

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> Self:
        """Settings from values by key, without namespace: strings, or typed as YAML has them.

        Raises `SettingsError` for an unknown key, a missing one or a value that breaks its rule.
        """
        known = {_key(field.name): field for field in dataclasses.fields(cls)}
        if unknown := [key for key in values if key not in known]:
            raise SettingsError(
                f"{rules.show(unknown[0])} is not a configuration key, known: {', '.join(known)}"
            )
        parsed: dict[str, object] = {}
        for key, field in known.items():
            if key in values:
                _, rule = get_args(field.type)
                try:
                    parsed[field.name] = rule(values[key])
                except BrokenRuleError as broken:
                    raise SettingsError(f"{key} {broken}") from None
            elif field.default is dataclasses.MISSING:
                secret = "--secret " if key == WEBHOOK else ""
                raise SettingsError(
                    f"{key} is missing, set it: pulumi config set {secret}signoff:{key} …"
                )
        return cls(**parsed)  # pyright: ignore[reportArgumentType]

    @classmethod
    def load(cls, config: pulumi.Config) -> Self:
        """The stack's settings, all validated; the webhook stays a secret.

        Raises `SettingsError` as `parse` does.
        """
        prefix = f"{config.name}:"
        names = {*get_config_env(), *CONFIG.get()}
        keys = [name.removeprefix(prefix) for name in sorted(names) if name.startswith(prefix)]
        settings = cls.parse({key: config.get(key) for key in keys})
        return dataclasses.replace(settings, slack_webhook_url=config.require_secret(WEBHOOK))


def _key(field_name: str) -> str:
    first, *rest = field_name.split("_")
    return first + "".join(word.capitalize() for word in rest)
