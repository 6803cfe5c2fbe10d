"""A stage is configured by its files and the command line."""

import re
from pathlib import Path

import pytest

from local.deployment.stages import ACCOUNTS, Stage, read_stage
from local.errors import UsageError

PROJECT = """
name: signoff
config:
  slackWebhookUrl: {type: string, default: ""}
  slackApiUrl: {type: string, default: "https://slack.com/api"}
  slackChannel: {type: string, default: ""}
  reviewTimeout: {type: string, default: 24h}
  escalateBefore: {type: string, default: ""}
  escalationSlackWebhookUrl: {type: string, default: ""}
  notifySmsNumbers: {default: []}
  logRetentionDays: {default: 30}
"""
DEV = """
config:
  aws:region: eu-central-1
  signoff:slackChannel: "#signoff-dev"
  signoff:reviewTimeout: 2h
  signoff:slackWebhookUrl: {secure: v1:abc}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "Pulumi.dev.yaml").write_text(DEV)
    return tmp_path


def read(folder: Path, **overrides: str) -> Stage:
    return read_stage(folder, "dev", overrides)


def test_the_command_line_overrides_the_stage_file_and_the_project(folder: Path) -> None:
    stage = read(folder)
    assert (stage.settings["reviewTimeout"], stage.settings["logRetentionDays"]) == ("2h", 30)
    assert read(folder, reviewTimeout="90s").settings["reviewTimeout"] == "90s"


def test_every_stage_has_the_sample_unless_the_command_line_says_otherwise(folder: Path) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:sampleData: false\n")
    assert read(folder).pulumi_config()["signoff:sampleData"] == "true"
    assert read(folder, sampleData="false").pulumi_config()["signoff:sampleData"] == "false"


def test_a_stage_has_its_own_region_and_account(folder: Path) -> None:
    assert (read(folder).region, read(folder).account) == ("eu-central-1", ACCOUNTS["dev"])
    assert len(set(ACCOUNTS.values())) == len(ACCOUNTS)


def test_the_program_gets_namespaced_strings_as_from_pulumi(folder: Path) -> None:
    config = read(folder).posting_to("http://127.0.0.1:1").pulumi_config()
    assert config == {
        "aws:region": "eu-central-1",
        "signoff:slackChannel": "#signoff-dev",
        "signoff:reviewTimeout": "2h",
        "signoff:escalateBefore": "",
        "signoff:escalationSlackWebhookUrl": "",
        "signoff:notifySmsNumbers": "[]",
        "signoff:logRetentionDays": "30",
        "signoff:sampleData": "true",
        "signoff:slackWebhookUrl": "http://127.0.0.1:1/services/dev",
        "signoff:slackApiUrl": "http://127.0.0.1:1/api",
    }


@pytest.mark.parametrize(
    ("written", "received"),
    [
        ('["+4915112345678"]', '["+4915112345678"]'),
        ("'[\"+4915112345678\"]'", '["+4915112345678"]'),
        ("\n    - +4915112345678", "[4915112345678]"),
        ("\n    - 4915112345678", "[4915112345678]"),
    ],
    ids=["list", "json", "without quotes", "by path"],
)
def test_a_list_of_the_stage_file_is_passed_as_pulumi_passes_it(
    folder: Path, written: str, received: str
) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write(f"  signoff:notifySmsNumbers: {written}\n")
    assert read(folder).pulumi_config()["signoff:notifySmsNumbers"] == received


def test_a_list_on_the_command_line_is_json(folder: Path) -> None:
    numbers = '["+4915112345678"]'
    config = read(folder, notifySmsNumbers=numbers).pulumi_config()
    assert config["signoff:notifySmsNumbers"] == numbers


def test_slacks_webhooks_signing_secret_and_bot_token_are_secrets(folder: Path) -> None:
    assert read(folder).secret_keys == {
        "signoff:slackWebhookUrl",
        "signoff:escalationSlackWebhookUrl",
        "signoff:slackSigningSecret",
        "signoff:slackBotToken",
    }


def test_a_workflow_webhook_has_its_own_simulator_address(folder: Path) -> None:
    stage = read(folder, slackDelivery="workflow-webhook").posting_to("http://127.0.0.1:1")
    assert stage.settings["slackWebhookUrl"] == "http://127.0.0.1:1/workflows/dev"


def test_a_bot_needs_no_webhook(folder: Path) -> None:
    stage = read(folder).with_bot().posting_to("http://127.0.0.1:1")
    assert "slackWebhookUrl" not in stage.settings or not stage.settings["slackWebhookUrl"]
    assert stage.settings["slackApiUrl"] == "http://127.0.0.1:1/api"


def test_only_the_command_line_can_select_the_real_slack(folder: Path) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:slackApiUrl: https://slack-gov.com/api\n")
    console, slack = "http://127.0.0.1:1", "https://slack-gov.com/api"
    assert read(folder).posting_to(console).settings["slackApiUrl"] == f"{console}/api"
    given = read(folder, slackApiUrl=slack).posting_to(console)
    assert given.settings["slackApiUrl"] == slack


def test_an_unconnected_stage_has_no_slack_secrets(
    folder: Path,
) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:slackSigningSecret: {secure: v1:abc}\n")
        file.write("  signoff:slackBotToken: {secure: v1:abc}\n")
        file.write("  signoff:slackChannelId: C012ABCDEF\n")
        file.write("  signoff:escalateBefore: 1h\n")
    stage = read(folder).unconnected().posting_to("http://127.0.0.1:1")
    keys = {key.removeprefix("signoff:") for key in stage.secret_keys}
    assert keys
    assert not keys & set(stage.settings)
    assert stage.channel_id == "C012ABCDEF"


def test_a_webhook_on_the_command_line_is_kept(folder: Path) -> None:
    stage = read(folder, slackWebhookUrl="https://example.com/x").posting_to("http://127.0.0.1:1")
    assert stage.settings["slackWebhookUrl"] == "https://example.com/x"


def test_an_encrypted_value_must_be_given_on_the_command_line(folder: Path) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:alarmEmail: {secure: v1:abc}\n")
    with pytest.raises(UsageError, match="set --config alarmEmail="):
        read(folder)
    assert read(folder, alarmEmail="x").settings["alarmEmail"] == "x"


def test_an_encrypted_signing_secret_is_replaced_with_a_local_one(folder: Path) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:slackSigningSecret: {secure: v1:abc}\n")

    assert len(read(folder).signing_secret or "") == 32
    assert read(folder, slackSigningSecret="mine").signing_secret == "mine"


def test_an_encrypted_bot_token_is_replaced_with_a_local_one(folder: Path) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:slackBotToken: {secure: v1:abc}\n")
        file.write("  signoff:slackChannelId: C012ABCDEF\n")

    stage = read(folder)
    assert re.fullmatch(r"xoxb-[0-9a-f]{32}", stage.bot_token or "")
    assert stage.bot_token != read(folder).bot_token
    assert stage.channel_id == "C012ABCDEF"
    assert read(folder, slackBotToken="xoxb-mine").bot_token == "xoxb-mine"


def test_a_stage_that_escalates_has_a_second_channel_in_the_simulator(folder: Path) -> None:
    with (folder / "Pulumi.dev.yaml").open("a") as file:
        file.write("  signoff:escalateBefore: 1h\n")
        file.write("  signoff:escalationSlackWebhookUrl: {secure: v1:abc}\n")

    stage = read(folder).posting_to("http://127.0.0.1:1")
    assert stage.settings["slackWebhookUrl"] == "http://127.0.0.1:1/services/dev"
    assert stage.settings["escalationSlackWebhookUrl"] == (
        "http://127.0.0.1:1/services/dev-escalation"
    )


def test_an_escalation_webhook_on_the_command_line_is_kept(folder: Path) -> None:
    overrides = {"escalateBefore": "1h", "escalationSlackWebhookUrl": "https://example.com/x"}
    stage = read(folder, **overrides).posting_to("http://127.0.0.1:1")
    assert stage.settings["escalationSlackWebhookUrl"] == "https://example.com/x"


def test_adding_a_bot_keeps_the_configured_token_and_channel(folder: Path) -> None:
    plain, given = read(folder), read(folder).with_bot()
    assert (plain.bot_token, plain.channel_id) == (None, None)
    assert re.fullmatch(r"xoxb-[0-9a-f]{32}", given.bot_token or "")
    assert re.fullmatch(r"C[A-Z0-9]{1,20}", given.channel_id or "")
    mine = read(folder, slackBotToken="xoxb-mine", slackChannelId="C0MINE").with_bot()
    assert (mine.bot_token, mine.channel_id) == ("xoxb-mine", "C0MINE")


@pytest.mark.parametrize(
    "overrides",
    [
        {"slackDelivery": "workflow-webhook"},
        {"slackDelivery": "sns-https"},
        {"slackWebhookUrl": "https://hooks.slack.com/x"},
        {"slackApiUrl": "https://slack.com/api"},
    ],
)
def test_a_stage_that_cannot_post_by_bot_gets_none(folder: Path, overrides: dict[str, str]) -> None:
    assert read(folder, **overrides).with_bot().bot_token is None


def test_buttons_are_not_added_when_messages_go_to_a_workflow_or_real_slack(
    folder: Path,
) -> None:
    assert read(folder).signing_secret is None
    assert read(folder).with_buttons().signing_secret
    assert read(folder, slackSigningSecret="mine").with_buttons().signing_secret == "mine"
    for setting in (
        {"slackDelivery": "workflow-webhook"},
        {"slackWebhookUrl": "https://hooks.slack.com/x"},
    ):
        assert read(folder, **setting).with_buttons().signing_secret is None


def test_an_unknown_stage_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match='stage must be one of dev, uat, prod, got "test"'):
        read_stage(folder, "test", {})


@pytest.mark.parametrize("content", [None, "config: [", "config: {}"])
def test_an_incomplete_stage_file_is_refused(folder: Path, content: str | None) -> None:
    file = folder / "Pulumi.dev.yaml"
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(UsageError, match=r"Pulumi\.dev\.yaml"):
        read(folder)
