"""Arguments of the gate for programs in any language: the configuration keys.

The SDKs of all languages are generated from these annotations and docstrings. Pulumi supports only
plain types, and passes the arguments as a dictionary.
"""

from collections.abc import Callable
from typing import NotRequired, TypedDict, TypeVar, cast

import pulumi

from components.review_gate import ReviewGateArgs
from components.reviews import evidence
from components.settings import rules
from components.settings.keys import SettingsError
from components.settings.rules import BrokenRuleError
from components.settings.settings import Settings
from components.settings.stage import Stage

T = TypeVar("T")


class EvidencePlace(TypedDict):
    """An allowed location of evidence."""

    bucket_arn: pulumi.Input[str]
    """A bucket with versioning, in the gate's region."""
    prefix: NotRequired[str]
    """Prefix of the keys of evidence, at most 100 characters. Default: all files in the bucket."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the customer managed KMS key that encrypts the files. Default: S3's own encryption."""


class Arguments(TypedDict):
    """The Slack channel, the evidence, the reviewers, and the times of a gate."""

    slack_channel: str
    """Name of the Slack channel, such as `#signoff-dev`."""
    slack_webhook_url: NotRequired[pulumi.Input[str]]
    """Webhook that posts to the channel if there is no bot: https, or http on loopback. Without bot
    and webhook, every request fails. A secret."""
    slack_delivery: NotRequired[str]
    """Kind of webhook: `incoming-webhook`, `workflow-webhook`, or `sns-https` for a workflow
    webhook called by SNS directly. Default: `incoming-webhook`."""
    slack_signing_secret: NotRequired[pulumi.Input[str]]
    """Signing secret of the Slack app, 16 to 256 characters. With it, messages have buttons and
    reviewers are identified; without it, messages have links. A secret."""
    slack_team_id: NotRequired[str]
    """ID of the only Slack workspace or enterprise whose members may decide, such as `T012ABCDEF`
    or `E012ABCDEF`. If unset, people may decide in their own workspace only."""
    slack_bot_token: NotRequired[pulumi.Input[str]]
    """Token of the bot that posts to the channel, sends reminders as replies, and updates each
    message when its review ends. Replaces the webhook. A secret."""
    slack_channel_id: NotRequired[str]
    """ID of the channel, such as `C012ABCDEF`. Required with `slackBotToken`, and for `/signoff` in
    a private channel."""
    slack_api_url: NotRequired[str]
    """URL of Slack's Web API: https, or http on loopback. For GovSlack,
    `https://slack-gov.com/api`. Default: `https://slack.com/api`."""
    evidence: NotRequired[list[EvidencePlace]]
    """Allowed locations of evidence, at most 10. Default: reviews have no files."""
    review_timeout: NotRequired[str]
    """Time to decide, such as `90s`, `30m`, `24h` or `7d`; at most `364d`. Default: `24h`."""
    on_timeout: NotRequired[str]
    """What a timeout means: `fail` fails the caller, `reject` and `approve` decide the review.
    Default: `fail`."""
    remind_before: NotRequired[list[str]]
    """When to remind the channel, as durations before the deadline such as `12h` and `2h`; at most
    10."""
    keep_reviews: NotRequired[str]
    """How long to keep a review after its end, from `7d` to `3653d`. DynamoDB then deletes it
    within a few days. Audit entries are never deleted. Default: `400d`."""
    escalate_before: NotRequired[str]
    """When to post to the escalation channel, as a duration before the deadline such as `1h`. If
    unset, never."""
    escalation_slack_webhook_url: NotRequired[pulumi.Input[str]]
    """Incoming webhook of the escalation channel: https, or http on loopback. Its buttons work if
    it belongs to the same Slack app. A secret."""
    reviewers: NotRequired[list[str]]
    """Slack users, user groups (with `slackBotToken`) and IAM identities that may decide, at most
    200. If empty, everyone in the channel and everyone with access to the operator API may
    decide."""
    identities: NotRequired[dict[str, list[str]]]
    """IAM identities of each person, so that a person counts once. Keys are Slack user ids, or
    names of people without Slack; values are at most 10 identities such as
    `arn:aws:iam::111122223333:user/NAME` or
    `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_*/NAME`. At most 200 people."""
    required_approvals: NotRequired[int]
    """Number of people who must approve, from 1 to 10. One rejection ends the review. Default:
    `1`."""
    allow_self_approval: NotRequired[bool]
    """Whether requesters may approve their own reviews; they may always reject them. Enforced only
    for identified reviewers. Default: `false`."""
    require_verified_reviewer: NotRequired[bool]
    """Whether only identified reviewers may decide. Links then only show the review. If unset, true
    with `slackSigningSecret`, otherwise false."""
    require_verified_requester: NotRequired[bool]
    """Whether requests need a verified requester: signed requests to the asker API, and workflows
    that the Pulumi program connects as verified. Default: `false`."""
    link_shortener: NotRequired[str]
    """How links to evidence are shortened: `builtin` signs them on click; `tinyurl` and `none` sign
    them in advance, so they may expire before the review. Default: `builtin`."""
    notify_emails: NotRequired[list[str]]
    """E-mail addresses to notify as well. Each must confirm its subscription."""
    notify_sms_numbers: NotRequired[list[str]]
    """Phone numbers to notify as well, such as `+4915112345678`."""
    log_retention_days: NotRequired[int]
    """Days to keep logs; must be a period that CloudWatch Logs accepts. Default: `30`."""
    stage: NotRequired[str]
    """Stage name in messages and tags, such as `dev`. Default: the stack's name."""
    protected: NotRequired[bool]
    """Whether `pulumi destroy` keeps the tables. Default: `true`."""


def gate_of(arguments: Arguments) -> ReviewGateArgs:
    """The gate for these arguments, with the same rules as the configuration.

    Raises `SettingsError`, or `WrongNameError` for the stage: the message has the argument, the
    rule and the value.
    """
    given = {key_of(name): _whole(value) for name, value in arguments.items()}
    places = cast("list[EvidencePlace]", given.pop("evidence", []))
    name = str(given.pop("stage", pulumi.get_stack()))
    protected = _follow("protected", rules.boolean, given.pop("protected", True))
    settings = Settings.of(given)
    return ReviewGateArgs(
        stage=Stage(name=name, log_retention_days=settings.log_retention_days, protected=protected),
        evidence=[evidence.EvidencePlace(**place) for place in places],
        rules=settings.gate,
    )


def key_of(argument: str) -> str:
    """The configuration key of the argument, as other languages spell it: `slackChannel`."""
    first, *rest = argument.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _follow(argument: str, rule: Callable[[object], T], value: object) -> T:
    try:
        return rule(value)
    except BrokenRuleError as broken:
        raise SettingsError(f"{argument} {broken}") from None


def _whole(value: object) -> object:
    """The value; Pulumi passes all numbers as floats, including integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
