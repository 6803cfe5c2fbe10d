"""What a program in any language says to get a gate: the configuration's words, as arguments.

The SDKs of all languages are made from these annotations and docstrings. Pulumi reads plain types
only, and hands the arguments over as a dictionary.
"""

from collections.abc import Callable
from typing import NotRequired, TypedDict, TypeVar, cast

import pulumi

from components.gate_arguments import ReviewGateArgs
from components.reviews import evidence
from components.settings import rules
from components.settings.rules import BrokenRuleError
from components.settings.settings import Settings, SettingsError
from components.settings.stage import Stage

T = TypeVar("T")


class EvidencePlace(TypedDict):
    """Where evidence may be: of nothing else are there links."""

    bucket_arn: pulumi.Input[str]
    """A bucket with versions."""
    prefix: NotRequired[str]
    """What the keys of evidence begin with. By default everything in the bucket is evidence."""


class Arguments(TypedDict):
    """Whom to ask, about what is where, who may decide, and until when."""

    slack_channel: str
    """The channel's name as people see it, such as #signoff-dev."""
    slack_webhook_url: NotRequired[pulumi.Input[str]]
    """The channel's webhook, a secret, unless a bot writes there. https, or http on loopback."""
    slack_delivery: NotRequired[str]
    """How the webhook is written to: incoming-webhook (default), workflow-webhook or sns-https."""
    slack_signing_secret: NotRequired[pulumi.Input[str]]
    """What Slack signs its requests with, a secret. With it messages carry buttons, else links."""
    slack_team_id: NotRequired[str]
    """The id of the Slack workspace whose people may decide, such as T012ABCDEF. Default: any."""
    slack_bot_token: NotRequired[pulumi.Input[str]]
    """The token of a bot that writes the messages and changes them when a review ends, a secret."""
    slack_channel_id: NotRequired[str]
    """Where the bot writes, the id of slackChannel, such as C012ABCDEF."""
    slack_api_url: NotRequired[str]
    """Where Slack's Web API is, such as https://slack-gov.com/api for GovSlack."""
    evidence: NotRequired[list[EvidencePlace]]
    """Where the files are that reviewers look at. Default: nowhere, reviews are without files."""
    review_timeout: NotRequired[str]
    """How long people have to decide, such as 90s, 30m, 24h (default) or 7d. At most 364d."""
    on_timeout: NotRequired[str]
    """What silence means: fail (default), reject or approve."""
    remind_before: NotRequired[list[str]]
    """How long before the deadline the channel is reminded, such as 12h and 2h."""
    escalate_before: NotRequired[str]
    """How long before the deadline a second channel hears of the review. Default: never."""
    escalation_slack_webhook_url: NotRequired[pulumi.Input[str]]
    """The incoming webhook of the second channel, a secret."""
    reviewers: NotRequired[list[str]]
    """Who may decide: Slack user ids, user groups (with a bot's token), IAM identities. Default:
    everybody in the channel, and whoever may call the operator API."""
    identities: NotRequired[dict[str, str]]
    """Who of Slack is which IAM identity: the same person counts once."""
    required_approvals: NotRequired[int]
    """How many different reviewers have to approve, 1 (default) to 10. One rejection ends it."""
    allow_self_approval: NotRequired[bool]
    """Whether the person who requested a review may decide it. Default: false."""
    require_verified_reviewer: NotRequired[bool]
    """Whether only Slack's signed buttons decide. Default: true with slackSigningSecret."""
    link_shortener: NotRequired[str]
    """How the link to the evidence is shortened: builtin (default), tinyurl or none."""
    notify_emails: NotRequired[list[str]]
    """E-mail addresses that hear of reviews too. Each confirms once."""
    notify_sms_numbers: NotRequired[list[str]]
    """Telephone numbers that hear of reviews too, such as +4915112345678."""
    log_retention_days: NotRequired[int]
    """How long logs are kept, a period that CloudWatch Logs accepts. Default: 30."""
    stage: NotRequired[str]
    """The name that messages and tags carry, such as dev. Default: the stack's."""
    protected: NotRequired[bool]
    """Whether the tables are kept when the stack is destroyed. Default: true."""


def gate_of(arguments: Arguments) -> ReviewGateArgs:
    """The gate that they describe, by the rules that the configuration's values follow.

    Raises `SettingsError`, or `WrongNameError` for the stage's: the message names the argument, the
    rule and the value.
    """
    given = {name: _whole(value) for name, value in arguments.items()}
    places = cast("list[EvidencePlace]", given.pop("evidence", []))
    name = str(given.pop("stage", pulumi.get_stack()))
    protected = _follow("protected", rules.truth, given.pop("protected", True))
    settings = Settings.of(given)
    return ReviewGateArgs.of(
        settings,
        stage=Stage(name=name, log_retention_days=settings.log_retention_days, protected=protected),
        evidence=[evidence.EvidencePlace(**place) for place in places],
    )


def _follow(argument: str, rule: Callable[[object], T], value: object) -> T:
    try:
        return rule(value)
    except BrokenRuleError as broken:
        raise SettingsError(f"{argument} {broken}") from None


def _whole(value: object) -> object:
    """The value; all numbers come as floats, also those that the schema calls integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
