"""A stage's configuration: read in one place, typed, and refused before anything is created.

`Pulumi.yaml` explains each key; the stage files hold only what differs.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Self, cast, get_args

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

from components.settings import people_rules, rules, slack_rules
from components.settings.connection import Connection
from components.settings.contradictions import check_together
from components.settings.decision_rules import MOST_APPROVALS, DecisionRules
from components.settings.rules import BrokenRuleError, ImpossibleRulesError
from components.settings.slack_bot import WEB_API, SlackBot
from components.settings.time_rules import MOST_REMINDERS, TimeRules


class SettingsError(pulumi.RunError):
    """A missing, unknown or wrong key, or keys that contradict each other.

    The message names the key, the rule and the value.
    """


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One field for each configuration key, with the rule that its values follow.

    The key is the field's name in camelCase. Secrets are left out of the representation.
    Raises `ImpossibleRulesError` for values that contradict each other.
    """

    slack_webhook_url: Annotated[
        pulumi.Input[str] | None, rules.optional(slack_rules.webhook_url)
    ] = dataclasses.field(default=None, repr=False)
    slack_channel: Annotated[str, slack_rules.channel_name]
    slack_delivery: Annotated[
        str, rules.one_of("incoming-webhook", "workflow-webhook", "sns-https")
    ] = "incoming-webhook"
    slack_signing_secret: Annotated[
        pulumi.Input[str] | None, rules.optional(slack_rules.signing_secret)
    ] = dataclasses.field(default=None, repr=False)
    slack_team_id: Annotated[str | None, rules.optional(slack_rules.team_id)] = None
    slack_bot_token: Annotated[pulumi.Input[str] | None, rules.optional(slack_rules.bot_token)] = (
        dataclasses.field(default=None, repr=False)
    )
    slack_channel_id: Annotated[str | None, rules.optional(slack_rules.channel_id)] = None
    slack_api_url: Annotated[str, slack_rules.api_url] = WEB_API
    review_timeout: Annotated[timedelta, rules.duration] = timedelta(hours=24)
    on_timeout: Annotated[str, rules.one_of("fail", "reject", "approve")] = "fail"
    remind_before: Annotated[
        tuple[timedelta, ...], rules.list_of(rules.duration, MOST_REMINDERS)
    ] = ()
    escalate_before: Annotated[timedelta | None, rules.optional(rules.duration)] = None
    escalation_slack_webhook_url: Annotated[
        pulumi.Input[str] | None, rules.optional(slack_rules.webhook_url)
    ] = dataclasses.field(default=None, repr=False)
    anomaly_threshold: Annotated[float, rules.share] = 0.06
    reviewers: Annotated[tuple[str, ...], rules.list_of(people_rules.reviewer)] = ()
    identities: Annotated[
        tuple[tuple[str, str], ...],
        rules.object_of(people_rules.user_id, people_rules.identity),
    ] = ()
    required_approvals: Annotated[int, rules.whole(1, MOST_APPROVALS)] = 1
    allow_self_approval: Annotated[bool, rules.truth] = False
    require_verified_reviewer: Annotated[bool | None, rules.optional(rules.truth)] = None
    link_shortener: Annotated[str, rules.one_of("builtin", "tinyurl", "none")] = "builtin"
    notify_emails: Annotated[tuple[str, ...], rules.list_of(rules.email)] = ()
    notify_sms_numbers: Annotated[tuple[str, ...], rules.list_of(rules.phone_number)] = ()
    log_retention_days: Annotated[int, rules.retention_days] = 30
    alarm_email: Annotated[str | None, rules.optional(rules.email)] = None

    def __post_init__(self) -> None:
        check_together(
            decisions=self.decision_rules,
            times=self.time_rules,
            connection=self.connection,
            slack_signing_secret=self.slack_signing_secret,
            escalation_slack_webhook_url=self.escalation_slack_webhook_url,
            on_timeout=self.on_timeout,
        )

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
        for key, field in known.items():
            if field.default is dataclasses.MISSING and values.get(key, "") == "":
                raise SettingsError(f"{key} is missing, {_set_it(field)}")
        return cls.of({known[key].name: value for key, value in values.items()})

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """Settings from raw values by field; a secret that is an output is checked when it comes.

        Raises `SettingsError` for a value that breaks its rule, and for contradictions.
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        parsed = {name: _followed(fields[name], value) for name, value in values.items()}
        try:
            return cls(**parsed)  # pyright: ignore[reportArgumentType]
        except ImpossibleRulesError as impossible:
            raise SettingsError(str(impossible)) from None

    @classmethod
    def load(cls, config: pulumi.Config) -> Self:
        """The stack's settings, all validated; what is secret stays a secret.

        Raises `SettingsError` as `parse` does, and for a secret that is not encrypted.
        """
        prefix = f"{config.name}:"
        names = {*get_config_env(), *CONFIG.get()}
        keys = [name.removeprefix(prefix) for name in sorted(names) if name.startswith(prefix)]
        settings = cls.parse({key: config.get(key) for key in keys})
        secrets: dict[str, Any] = {}
        for field in filter(_is_secret, dataclasses.fields(cls)):
            if getattr(settings, field.name) is not None:
                key = _key(field.name)
                if not is_config_secret(f"{prefix}{key}"):
                    raise SettingsError(f"{key} must be encrypted, {_set_it(field)}")
                secrets[field.name] = config.require_secret(key)
        return dataclasses.replace(settings, **secrets)

    @property
    def decision_rules(self) -> DecisionRules:
        """Who may decide, as one value; what depends on a signing secret is not settled."""
        return DecisionRules(
            reviewers=self.reviewers,
            identities=dict(self.identities),
            required_approvals=self.required_approvals,
            allow_self_approval=self.allow_self_approval,
            require_verified_reviewer=self.require_verified_reviewer,
            slack_team_id=self.slack_team_id,
        )

    @property
    def time_rules(self) -> TimeRules:
        """How long people have and when they hear of it again, as one value."""
        return TimeRules(
            review_timeout=self.review_timeout,
            remind_before=self.remind_before,
            escalate_before=self.escalate_before,
        )

    @property
    def slack_bot(self) -> SlackBot | None:
        """Who writes the stage's messages where its webhook does not, as one value."""
        return SlackBot.of(self.slack_bot_token, self.slack_channel_id, self.slack_api_url)

    @property
    def connection(self) -> Connection:
        """What writes to the stage's channel, if anything does yet, as one value."""
        return Connection(
            channel=self.slack_channel,
            bot=self.slack_bot,
            webhook_url=self.slack_webhook_url,
            delivery=self.slack_delivery,
        )


def _key(field_name: str) -> str:
    first, *rest = field_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _followed(field: dataclasses.Field[Any], raw: object) -> object:
    """What the field's rule makes of the value."""
    _, rule = get_args(field.type)

    def follow(value: object) -> object:
        try:
            followed = rule(value)
        except BrokenRuleError as broken:
            raise SettingsError(f"{_key(field.name)} {broken}") from None
        if followed is None and value is not raw:
            # That it comes has been relied on: such a value has to be one.
            raise SettingsError(f"{_key(field.name)} must not be empty where it is an output")
        return followed

    if _is_secret(field) and isinstance(raw, pulumi.Output):
        return pulumi.Output.secret(cast("pulumi.Output[object]", raw)).apply(follow)
    return follow(raw)


def _is_secret(field: dataclasses.Field[Any]) -> bool:
    return not field.repr


def _set_it(field: dataclasses.Field[Any]) -> str:
    secret = "--secret " if _is_secret(field) else ""
    return f"set it: pulumi config set {secret}signoff:{_key(field.name)} …"
