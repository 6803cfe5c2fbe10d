"""Error messages of invalid settings, and the ways of setting lists."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.engine.golden import described
from tests.engine.provider.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.engine.conftest import Stacks
    from tests.engine.provider import Provider
    from tests.engine.stacks import Stack

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
SECRETS = {
    "slackWebhookUrl": "https://hooks.slack.com/services/T0/B0/X",
    "slackSigningSecret": SIGNING_SECRET,
    "slackBotToken": "xoxb-1-2",
    "escalationSlackWebhookUrl": "https://hooks.slack.com/services/T0/B1/X",
}
RETENTION = (
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,"
    " 3288, 3653"
)
INVALID: Mapping[str, tuple[str, str]] = {
    "slackChannel": (
        "signoff-dev",
        "must be # and a Slack channel name (lower-case letters, digits, - and _, at most 80),"
        ' got "signoff-dev"',
    ),
    "slackBotToken": (
        "xoxp-canary",
        "must be xoxb- and letters, digits or hyphens, at most 255, got another value"
        " (hidden: it is a secret)",
    ),
    "slackChannelId": ("#dev", 'must be a Slack channel id such as "C012ABCDEF", got "#dev"'),
    "slackWebhookUrl": (
        "ftp://hooks.slack.com/services/canary",
        "must be an https URL (or http on loopback) without user name and spaces, got another"
        " value (hidden: it is a secret)",
    ),
    "slackDelivery": (
        "pigeon",
        'must be one of incoming-webhook, workflow-webhook, sns-https, got "pigeon"',
    ),
    "slackSigningSecret": (
        "canary with spaces",
        "must be 16 to 256 printable ASCII characters without spaces, got another value"
        " (hidden: it is a secret)",
    ),
    "slackTeamId": (
        "W012",
        'must be a Slack workspace or enterprise id such as "T012ABCDEF", got "W012"',
    ),
    "slackApiUrl": (
        "http://slack.com/api",
        'must be an https URL (or http on loopback) such as "https://slack.com/api",'
        ' got "http://slack.com/api"',
    ),
    "escalationSlackWebhookUrl": (
        "http://hooks.slack.com/services/canary",
        "must be an https URL (or http on loopback) without user name and spaces, got"
        ' "http://hooks.slack.com/…"',
    ),
    "reviewers": (
        '["@anna"]',
        'must hold Slack user ids such as "U012ABCDEF", user groups such as "S012ABCDEF", or IAM'
        ' identities such as "arn:aws:sts::111122223333:assumed-role/ROLE/*", got "@anna"',
    ),
    "identities": (
        '{"@anna": ""}',
        'must have keys that are Slack user ids such as "U012ABCDEF" or names such as "Kim'
        ' Reyes", got "@anna"',
    ),
    "requiredApprovals": ("two", 'must be a whole number from 1 to 10, got "two"'),
    "allowSelfApproval": ("maybe", 'must be true or false, got "maybe"'),
    "requireVerifiedReviewer": ("yes", 'must be true or false, got "yes"'),
    "reviewTimeout": ("2y", 'must be between 1s and 364d, such as 30m or 7d, got "2y"'),
    "onTimeout": ("wait", 'must be one of fail, reject, approve, got "wait"'),
    "remindBefore": ('["soon"]', 'must be between 1s and 364d, such as 30m or 7d, got "soon"'),
    "escalateBefore": ("1.5h", 'must be between 1s and 364d, such as 30m or 7d, got "1.5h"'),
    "keepReviews": ("1d", 'must be between 7d and 3653d, such as 90d or 400d, got "1d"'),
    "requireVerifiedRequester": ("yes", 'must be true or false, got "yes"'),
    "linkShortener": ("bitly", 'must be one of builtin, tinyurl, none, got "bitly"'),
    "notifyEmails": (
        '["anna"]',
        'must contain e-mail addresses such as "team@example.com", got "anna"',
    ),
    "notifySmsNumbers": (
        '["0151"]',
        'must contain phone numbers such as "+4915112345678", got "0151"',
    ),
    "anomalyThreshold": ("6%", 'must be a number from 0 to below 1, got "6%"'),
    "flagColumn": (
        "why",
        "must be the name of a column, at most 60 characters without quotes, and not why,"
        ' got "why"',
    ),
    "checkFunctionArn": (
        "check",
        "must be the ARN of a Lambda function such as"
        ' "arn:aws:lambda:REGION:111122223333:function:check", got "check"',
    ),
    "sampleData": ("maybe", 'must be true or false, got "maybe"'),
    "logRetentionDays": (
        "8",
        f'must be a period that CloudWatch Logs accepts ({RETENTION}), got "8"',
    ),
    "alarmEmail": (
        "oncall",
        'must contain e-mail addresses such as "team@example.com", got "oncall"',
    ),
    "alarmTopicArn": (
        "oncall",
        'must be the ARN of a standard SNS topic such as "arn:aws:sns:REGION:111122223333:oncall",'
        ' got "oncall"',
    ),
}
LISTS: Mapping[str, Sequence[str]] = {
    "reviewers": ["U012ABCDEF", "W034GHIJKL"],
    "remindBefore": ["1h", "10m"],
    "notifyEmails": ["a@example.com", "b@example.com"],
    "notifySmsNumbers": ["+4915112345678"],
}


@pytest.fixture(scope="module")
def untouched(stacks: Stacks) -> Stack:
    return stacks("dev")


@pytest.fixture
def stack(untouched: Stack, tmp_path: Path) -> Stack:
    """A stage that is not deployed yet, with settings of its own."""
    return untouched.with_settings(tmp_path / "settings.yaml")


def refused(stack: Stack, provider: Provider) -> list[str]:
    """Return the errors of `pulumi up`, and check that it changed nothing."""
    errors = stack.up(refused=True).errors()
    assert provider.called("Create", "Update", "Delete") == []
    return errors


def test_every_key_has_an_invalid_value(untouched: Stack) -> None:
    assert list(INVALID) == list(
        yaml.safe_load((untouched.folder / "Pulumi.yaml").read_text())["config"]
    )


@pytest.mark.parametrize("key", INVALID)
def test_an_invalid_value_is_refused_with_its_key_and_rule(
    stack: Stack, provider: Provider, key: str
) -> None:
    value, error = INVALID[key]
    stack.set(key, value, *(["--secret"] if key in SECRETS else []))

    assert refused(stack, provider) == [f"{key} {error}"]


# Settings that some secrets require.
COMPANIONS = {
    "slackBotToken": ("slackChannelId", "C012ABCDEF"),
    "escalationSlackWebhookUrl": ("escalateBefore", "1h"),
}


@pytest.mark.parametrize("key", SECRETS)
def test_an_unencrypted_secret_is_refused(stack: Stack, provider: Provider, key: str) -> None:
    settings = yaml.safe_load(stack.file.read_text())
    for name, value in ((key, SECRETS[key]), *([COMPANIONS[key]] if key in COMPANIONS else [])):
        settings["config"][f"signoff:{name}"] = value
    stack.file.write_text(yaml.safe_dump(settings))

    assert refused(stack, provider) == [
        f"{key} must be encrypted, set it: pulumi config set --secret signoff:{key} …"
    ]


def test_a_missing_channel_is_reported_with_the_fix(stack: Stack, provider: Provider) -> None:
    stack.on("config", "rm", "signoff:slackChannel")

    assert refused(stack, provider) == [
        "slackChannel is missing, set it: pulumi config set signoff:slackChannel …"
    ]


def test_a_first_preview_leaves_computed_values_unknown(untouched: Stack) -> None:
    resources = [step for step in untouched.preview() if "inputs" in step["newState"]]

    assert {step["op"] for step in resources} == {"create"}
    inputs = {step["urn"].rsplit("::", 1)[-1]: step["newState"]["inputs"] for step in resources}
    assert inputs["signoff-workflow-machine"]["definition"] == UNKNOWN
    assert inputs["signoff-gate-channel-notify-slack-webhook"]["value"] == "[secret]"
    texts = re.findall(r'"(?:[^"\\]|\\.)*"', json.dumps(inputs))
    assert {text for text in texts if UNKNOWN in text} == {f'"{UNKNOWN}"'}
    assert not [text for text in texts if "Output" in text and "__str__" in text]


def test_an_unknown_key_is_refused_with_the_known_keys(stack: Stack, provider: Provider) -> None:
    stack.set("slackWebhook", "x")

    assert refused(stack, provider) == [
        f'"slackWebhook" is not a configuration key, known keys: {", ".join(INVALID)}'
    ]


def test_lists_can_be_set_as_json_by_path_and_in_the_stage_file(
    untouched: Stack, tmp_path: Path
) -> None:
    untouched.secret("slackSigningSecret", SIGNING_SECRET)
    by_json, by_path, by_file = (
        untouched.with_settings(tmp_path / f"{way}.yaml") for way in ("json", "path", "file")
    )
    for key, items in LISTS.items():
        by_json.set(key, json.dumps(items))
        for index, item in enumerate(items):
            by_path.set(f"{key}[{index}]", item, "--path")
    settings = yaml.safe_load(by_file.file.read_text())
    settings["config"].update({f"signoff:{key}": list(items) for key, items in LISTS.items()})
    by_file.file.write_text(yaml.safe_dump(settings))

    json_, path, file = (described(way.preview()) for way in (by_json, by_path, by_file))

    assert json_ == path == file
    for item in ("U012ABCDEF", "a@example.com", "+4915112345678", "REMIND"):
        assert item in json_
