"""A stage's configuration: read in one place, typed, and refused before anything is created.

`Pulumi.yaml` explains each key; the stage files hold only what differs.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Self, get_args

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from components import rules, slack_rules
from components.decision_rules import MOST_APPROVALS, DecisionRules, ImpossibleRulesError
from components.rules import BrokenRuleError

WEBHOOK = "slackWebhookUrl"
SIGNING_SECRET = "slackSigningSecret"  # noqa: S105 (the key's name)


class SettingsError(pulumi.RunError):
    """A missing, unknown or wrong key, or keys that contradict each other.

    The message names the key, the rule and the value.
    """


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One field for each configuration key, with the rule that its values follow.

    The key is the field's name in camelCase.
    """

    slack_webhook_url: Annotated[pulumi.Input[str], slack_rules.webhook_url] = dataclasses.field(
        repr=False
    )
    slack_channel: Annotated[str, slack_rules.channel_name]
    slack_delivery: Annotated[str, rules.one_of("incoming-webhook", "workflow-webhook")] = (
        "incoming-webhook"
    )
    slack_signing_secret: Annotated[
        pulumi.Input[str] | None, slack_rules.optional_signing_secret
    ] = dataclasses.field(default=None, repr=False)
    review_timeout: Annotated[timedelta, rules.duration] = timedelta(hours=24)
    on_timeout: Annotated[str, rules.one_of("fail", "reject", "approve")] = "fail"
    anomaly_threshold: Annotated[float, rules.share] = 0.06
    reviewers: Annotated[tuple[str, ...], rules.list_of(slack_rules.user_id)] = ()
    required_approvals: Annotated[int, rules.whole(1, MOST_APPROVALS)] = 1
    allow_self_approval: Annotated[bool, rules.truth] = False
    require_verified_reviewer: Annotated[bool, rules.truth] = False
    link_shortener: Annotated[str, rules.one_of("builtin", "tinyurl", "none")] = "builtin"
    notify_emails: Annotated[tuple[str, ...], rules.list_of(rules.email)] = ()
    notify_sms_numbers: Annotated[tuple[str, ...], rules.list_of(rules.phone_number)] = ()
    log_retention_days: Annotated[int, rules.retention_days] = 30
    alarm_email: Annotated[str | None, rules.optional_email] = None

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> Self:
        """Settings from values by key, without namespace: strings, or typed as YAML has them.

        Raises `SettingsError` for an unknown key, a missing one, a value that breaks its rule and
        values that contradict each other.
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
                raise SettingsError(f"{key} is missing, {_set_it(key)}")
        settings = cls(**parsed)  # pyright: ignore[reportArgumentType]
        try:
            settings.decision_rules.check(
                signing_secret=settings.slack_signing_secret is not None,
                slack_delivery=settings.slack_delivery,
                on_timeout=settings.on_timeout,
            )
        except ImpossibleRulesError as impossible:
            raise SettingsError(str(impossible)) from None
        return settings

    @classmethod
    def load(cls, config: pulumi.Config) -> Self:
        """The stack's settings, all validated; what is secret stays a secret.

        Raises `SettingsError` as `parse` does, and for a signing secret that is not encrypted.
        """
        prefix = f"{config.name}:"
        names = {*get_config_env(), *CONFIG.get()}
        keys = [name.removeprefix(prefix) for name in sorted(names) if name.startswith(prefix)]
        settings = cls.parse({key: config.get(key) for key in keys})
        signed = settings.slack_signing_secret is not None
        # The engine sees to this for the webhook, but cannot for a key with a default.
        if signed and not is_config_secret(f"{prefix}{SIGNING_SECRET}"):
            raise SettingsError(f"{SIGNING_SECRET} must be encrypted, {_set_it(SIGNING_SECRET)}")
        return dataclasses.replace(
            settings,
            slack_webhook_url=config.require_secret(WEBHOOK),
            slack_signing_secret=config.get_secret(SIGNING_SECRET) if signed else None,
        )

    @property
    def decision_rules(self) -> DecisionRules:
        """Who may decide, as one value."""
        return DecisionRules(
            reviewers=self.reviewers,
            required_approvals=self.required_approvals,
            allow_self_approval=self.allow_self_approval,
            require_verified_reviewer=self.require_verified_reviewer,
        )


def _key(field_name: str) -> str:
    first, *rest = field_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _set_it(key: str) -> str:
    secret = "--secret " if key in (WEBHOOK, SIGNING_SECRET) else ""
    return f"set it: pulumi config set {secret}signoff:{key} …"
