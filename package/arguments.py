"""What a program in any language says to get a gate: the configuration's words, as arguments.

The SDKs of all languages are made from these annotations and docstrings. Pulumi reads plain types
only, and hands the arguments over as a dictionary.
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
    """Where evidence may be: of nothing else are there links."""

    bucket_arn: pulumi.Input[str]
    """A bucket with versions, in the gate's region."""
    prefix: NotRequired[str]
    """What the keys of evidence begin with, at most 100 characters. By default everything in the
    bucket is evidence."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """ARN of the customer managed KMS key with which the files are encrypted. By default S3's own
    encryption."""


class Arguments(TypedDict):
    """Whom to ask, about what is where, who may decide, and until when."""

    slack_channel: str
    """Name of the Slack channel, such as `#signoff-dev`."""
    slack_webhook_url: NotRequired[pulumi.Input[str]]
    """Webhook that posts to the channel if there is no bot: https, or http on loopback. Without
    either, every review fails at once. A secret."""
    slack_delivery: NotRequired[str]
    """Kind of webhook: `incoming-webhook`, `workflow-webhook`, or `sns-https` for a workflow
    webhook that SNS calls directly. Default: `incoming-webhook`."""
    slack_signing_secret: NotRequired[pulumi.Input[str]]
    """Secret with which Slack signs its requests, 16 to 256 characters. With it, messages have
    buttons and reviewers are identified; without it, messages have links. A secret."""
    slack_team_id: NotRequired[str]
    """ID of the only Slack workspace, or enterprise, whose members may decide, such as
    `T012ABCDEF` or `E012ABCDEF`. If unset, members of the workspace that they click in may."""
    slack_bot_token: NotRequired[pulumi.Input[str]]
    """Token of the bot that posts to the channel, replies with reminders and updates each
    message when its review ends. It replaces the webhook. A secret."""
    slack_channel_id: NotRequired[str]
    """ID of the channel, such as `C012ABCDEF`. Required with `slackBotToken`, and for
    `/signoff` in a private channel."""
    slack_api_url: NotRequired[str]
    """Address of Slack's Web API: https, or http on loopback. For GovSlack,
    `https://slack-gov.com/api`. Default: `https://slack.com/api`."""
    evidence: NotRequired[list[EvidencePlace]]
    """Where the files are that reviewers look at, at most 10 places. Default: reviews are without
    files."""
    review_timeout: NotRequired[str]
    """How long reviewers have to decide, such as `90s`, `30m`, `24h` or `7d`; at most `364d`.
    Default: `24h`."""
    on_timeout: NotRequired[str]
    """What happens if nobody decides in time: `fail` fails the caller, `reject` and `approve`
    are decisions by timeout. Default: `fail`."""
    remind_before: NotRequired[list[str]]
    """When to remind the channel, as times before the deadline such as `12h` and `2h`; at most
    10."""
    keep_reviews: NotRequired[str]
    """How long to keep a review after its end, from `7d` to `3653d`; DynamoDB then deletes it
    within a few days. The audit log is kept for good. Default: `400d`."""
    escalate_before: NotRequired[str]
    """When to post to the escalation channel, as a time before the deadline such as `1h`; never
    if unset."""
    escalation_slack_webhook_url: NotRequired[pulumi.Input[str]]
    """Incoming webhook of the escalation channel: https, or http on loopback. Its buttons work
    if it belongs to the same Slack app. A secret."""
    reviewers: NotRequired[list[str]]
    """Slack users, user groups (with `slackBotToken`) and IAM identities that may decide, at
    most 200. If empty, everybody in the channel may, and everybody who may call the operator
    API."""
    identities: NotRequired[dict[str, list[str]]]
    """People and their IAM identities, so that each person counts once: a Slack user, or the
    name of somebody who has no Slack, and at most 10 identities such as
    `arn:aws:iam::111122223333:user/NAME` or
    `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_*/NAME`. At most 200 people."""
    required_approvals: NotRequired[int]
    """Number of different people who must approve, from 1 to 10. One rejection ends the review.
    Default: `1`."""
    allow_self_approval: NotRequired[bool]
    """Whether requesters may approve their own reviews, which they may always reject. Enforced
    where reviewers are identified. Default: `false`."""
    require_verified_reviewer: NotRequired[bool]
    """Whether only identified reviewers may decide, so that links just show the review. If
    unset, true with `slackSigningSecret`, otherwise false."""
    require_verified_requester: NotRequired[bool]
    """Whether only callers whose requester is verified may ask: by a signed request to the asker
    API, and workflows that the program itself connects as verified. Default: `false`."""
    link_shortener: NotRequired[str]
    """How links to evidence are shortened: `builtin` signs them at the click; `tinyurl` and
    `none` sign them in advance, so that they may expire before the review. Default: `builtin`."""
    notify_emails: NotRequired[list[str]]
    """E-mail addresses that are notified as well. Each must confirm its subscription."""
    notify_sms_numbers: NotRequired[list[str]]
    """Phone numbers that are notified as well, such as `+4915112345678`."""
    log_retention_days: NotRequired[int]
    """Days to keep logs, one of the periods that CloudWatch Logs accepts. Default: `30`."""
    stage: NotRequired[str]
    """The name that messages and tags carry, such as dev. Default: the stack's."""
    protected: NotRequired[bool]
    """Whether the tables are kept when the stack is destroyed. Default: true."""


def gate_of(arguments: Arguments) -> ReviewGateArgs:
    """The gate that they describe, by the rules that the configuration's values follow.

    Raises `SettingsError`, or `WrongNameError` for the stage's: the message names the argument, the
    rule and the value.
    """
    given = {key_of(name): _whole(value) for name, value in arguments.items()}
    places = cast("list[EvidencePlace]", given.pop("evidence", []))
    name = str(given.pop("stage", pulumi.get_stack()))
    protected = _follow("protected", rules.truth, given.pop("protected", True))
    settings = Settings.of(given)
    return ReviewGateArgs(
        stage=Stage(name=name, log_retention_days=settings.log_retention_days, protected=protected),
        evidence=[evidence.EvidencePlace(**place) for place in places],
        rules=settings.gate,
    )


def key_of(argument: str) -> str:
    """The key that the argument stands for, as other languages write it: `slackChannel`."""
    first, *rest = argument.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _follow(argument: str, rule: Callable[[object], T], value: object) -> T:
    try:
        return rule(value)
    except BrokenRuleError as broken:
        raise SettingsError(f"{argument} {broken}") from None


def _whole(value: object) -> object:
    """The value; all numbers come as floats, also those that the schema calls integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
