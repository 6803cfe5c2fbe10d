"""The command line's arguments; an invalid one starts nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.errors import UsageError
from local.options import parse_options
from local.stack import read_stages
from tests.local_stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_each_named_stage_is_deployed_once_and_all_by_default() -> None:
    arguments = ["demo", "--stage", "prod", "--stage", "dev", "--stage", "prod"]
    assert parse_options(arguments).stages == ("dev", "prod")
    assert parse_options(["up"]).stages == ("dev", "uat", "prod")


def test_stages_are_connected_to_slack_unless_excluded() -> None:
    for arguments, connected in (
        (["up"], [True, True, True]),
        (["demo"], [True, True, True]),
        (["up", "--no-slack"], [False, False, False]),
        (["up", "--no-slack", "dev", "uat"], [False, False, True]),
        (["up", "--stage", "dev", "--no-slack", "dev"], [False]),
    ):
        assert [it.connected for it in read_stages(parse_options(arguments))] == connected


@pytest.mark.parametrize("command", ["up", "demo"])
def test_dev_has_links_uat_has_buttons_and_prod_has_a_bot(command: str) -> None:
    stages = read_stages(parse_options([command]))
    assert [bool(it.signing_secret) for it in stages] == [False, True, True]
    assert [bool(it.bot_token) for it in stages] == [False, False, True]


@pytest.mark.parametrize(
    "setting",
    ["requiredApprovals=2", "signoff:requiredApprovals=2", 'reviewers=["S0STEWARDS"]'],
)
def test_settings_that_need_identified_reviewers_give_dev_a_bot_and_buttons(setting: str) -> None:
    [dev] = read_stages(parse_options(["up", "--stage", "dev", "--config", setting]))
    assert dev.signing_secret
    assert dev.bot_token


def test_the_last_value_of_a_setting_wins() -> None:
    arguments = ["up", "--config", "a=1", "--config", "signoff:a=2=3", "--config", "b="]
    assert parse_options(arguments).overrides == {"a": "2=3", "b": ""}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], 'COMMAND must be up or demo, such as "python -m local demo", got none'),
        (["fly"], "invalid choice: 'fly' (choose from 'up', 'demo')"),
        (["up", "--stage", "test"], "'test' (choose from 'dev', 'uat', 'prod')"),
        (["up", "--quick"], "unrecognized arguments: --quick"),
        (["demo", "--no-slack"], "unrecognized arguments: --no-slack"),
        (
            ["up", "--no-slack", "--config", "slackBotToken=xoxb-hidden"],
            "--no-slack cannot be combined with --config slackBotToken=…",
        ),
        (["up", "--no-slack", "test"], "'test' (choose from 'dev', 'uat', 'prod')"),
        (["up", "--config", "a"], '--config must be KEY=VALUE, got "a"'),
        (["up", "--config", "=a\nb"], '--config must be KEY=VALUE, got "=a\\nb"'),
    ],
)
def test_invalid_arguments_are_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_options(arguments)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["up", "--config", "reviewTimeout=soon"],
            'reviewTimeout must be between 1s and 364d, such as 30m or 7d, got "soon"',
        ),
        (
            ["up", "--config", f"reviewTimeout={'9' * 5000}d"],
            "reviewTimeout must be between 1s and 364d, such as 30m or 7d",
        ),
        (["demo", "--config", "reviewTime=2h"], "reviewTime"),
        (
            ["up", "--config", "slackBotToken=xoxb-1", "slackChannelId=C0MINE"],
            'slackChannelId must differ between stages, got "C0MINE" for dev and uat',
        ),
        (["up", "--config", "escalationSlackWebhookUrl=https://example.com/x"], "escalateBefore"),
    ],
)
def test_invalid_settings_are_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_stages(parse_options(arguments))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND must be up or demo"),
        (["up", "--config", "slackWebhookUrl=ftp://example.com/secret"], "slackWebhookUrl must be"),
    ],
)
def test_a_usage_error_is_one_line_and_starts_nothing(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run(tmp_path, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr
    assert "/secret" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_is_not_an_error(tmp_path: Path) -> None:
    result = run(tmp_path, "--help")
    assert result.returncode == 0
    assert "demo" in result.stdout
