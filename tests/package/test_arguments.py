"""Arguments of the package follow the same rules as configuration keys."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pytest

from components import SettingsError
from package.arguments import Arguments, gate_of
from tests.components.deployments import SIGNING_SECRET, WEBHOOK

if TYPE_CHECKING:
    from components import ReviewGateArgs


def gate(**arguments: Any) -> ReviewGateArgs:
    required = {"slack_channel": "#team", "slack_webhook_url": WEBHOOK, "stage": "blue"}
    return gate_of(cast("Arguments", {**required, **arguments}))


def refusal(**arguments: Any) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        gate(**arguments)
    return str(refused.value)


async def resolved(value: pulumi.Input[str] | None) -> tuple[object, bool]:
    """The value of an output, and whether it is secret."""
    output = pulumi.Output.from_input(value)
    return await output.future(), await output.is_secret()


def test_an_argument_means_the_same_as_its_key() -> None:
    made = gate(
        slack_signing_secret=SIGNING_SECRET,
        reviewers=["U012ABCDEF", "U012ABCDEG"],
        required_approvals=2.0,  # the engine passes numbers as floats
        log_retention_days=14.0,
        review_timeout="2h",
        remind_before=["30m"],
    )
    assert made.rules.decisions.reviewers == ("U012ABCDEF", "U012ABCDEG")
    assert made.rules.decisions.required_approvals == 2
    assert made.stage.log_retention_days == 14
    assert made.rules.times.review_timeout == timedelta(hours=2)
    assert made.rules.times.remind_before == (timedelta(minutes=30),)


def test_a_gate_may_be_created_before_it_is_connected_to_slack() -> None:
    made = gate_of({"slack_channel": "#team", "stage": "blue", "reviewers": ["U012ABCDEF"]})
    assert str(made.rules.slack).startswith("unconnected: create a Slack app")


def test_tables_are_protected_by_default() -> None:
    assert gate().stage.protected
    assert not gate(protected=False).stage.protected


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"review_timeout": "2y"}, 'reviewTimeout must be between 1s and 364d, * got "2y"'),
        ({"required_approvals": 1.5}, "requiredApprovals must be * from 1 to 10, got 1.5"),
        ({"required_approvals": 2}, "requiredApprovals must be 1 without slackSigningSecret, * 2"),
        ({"slack_channel": ""}, 'slackChannel must be # and a Slack channel name *, got ""'),
        ({"stage": "my stage"}, 'stage must be at most 100 letters, digits, *, got "my stage"'),
        ({"protected": "yes"}, 'protected must be true or false, got "yes"'),
    ],
)
def test_an_error_has_the_argument_the_rule_and_the_value(
    wrong: dict[str, object], said: str
) -> None:
    assert fnmatchcase(refusal(**wrong), said)


def test_a_secret_output_is_validated_when_it_resolves() -> None:
    async def test() -> None:
        made = gate(slack_webhook_url=pulumi.Output.from_input(WEBHOOK))
        assert await resolved(made.rules.slack.webhook_url) == (WEBHOOK, True)

        made = gate(slack_webhook_url=pulumi.Output.from_input("ftp://hooks.example.com/hidden"))
        with pytest.raises(SettingsError, match="slackWebhookUrl must be an https URL") as refused:
            await resolved(made.rules.slack.webhook_url)
        assert "com/hidden" not in str(refused.value)

    asyncio.run(test())


def test_an_optional_secret_output_must_not_be_empty() -> None:
    async def test() -> None:
        made = gate(slack_signing_secret=pulumi.Output.from_input(""))
        with pytest.raises(SettingsError, match="slackSigningSecret must not be empty"):
            await resolved(made.rules.slack.signing_secret)

    asyncio.run(test())


def test_evidence_may_be_anywhere_in_a_bucket_or_under_a_prefix() -> None:
    [whole, part] = gate(
        evidence=[
            {"bucket_arn": "arn:aws:s3:::a"},
            {"bucket_arn": "arn:aws:s3:::b", "prefix": "in/"},
        ]
    ).evidence
    assert (whole.bucket_arn, whole.prefix) == ("arn:aws:s3:::a", "")
    assert (part.bucket_arn, part.prefix) == ("arn:aws:s3:::b", "in/")
    assert gate().evidence == []


def test_evidence_may_have_a_customer_key() -> None:
    key = "arn:aws:kms:eu-central-1:111122223333:key/0a1b"
    [place] = gate(evidence=[{"bucket_arn": "arn:aws:s3:::a", "kms_key_arn": key}]).evidence
    assert place.kms_key_arn == key
    wrong = refusal(evidence=[{"bucket_arn": "arn:aws:s3:::a", "kms_key_arn": "alias/a"}])
    assert fnmatchcase(wrong, 'evidence kmsKeyArn must be a key ARN such as *, got "alias/a"')
