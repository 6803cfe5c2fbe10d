"""The stage's channel in Slack, by bot, webhook and workflow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from local.slack.workspace.channels import BOT_SCOPES
from signoff.doctor.findings import State
from tests.http_stub import Answer, http_stub
from tests.signoff.doctor.test_secrets import changed, parameter_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


@contextmanager
def started_with(stage: Examined, function: str, **variables: str) -> Generator[None]:
    """Give a function other variables; it has its own again afterwards."""
    functions: Any = stage.client("lambda")
    name = stage.operations["functions"][function]
    own = stage.probe.variables(function)
    for given in ({**own, **variables}, own):
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": given})
        if given is not own:
            yield


def test_a_bot_that_is_not_in_its_channel_is_to_be_invited(whole: Examined, in_slack: Any) -> None:
    in_slack(bot_is_member=False)
    found = whole.trouble("channel")
    assert found.message == "The bot is not in #signoff-dev."
    assert found.fix == "Invite it: /invite @signoff"


def test_an_archived_channel_is_told(whole: Examined, in_slack: Any) -> None:
    in_slack(is_archived=True)
    assert "is archived" in whole.trouble("channel").message


def test_a_scope_that_is_missing_is_named(whole: Examined, in_slack: Any) -> None:
    in_slack(bot_scopes=sorted(BOT_SCOPES - {"users:read"}))
    found = whole.trouble("channel")
    assert (found.check, found.message) == ("bot scopes", "Missing scopes: users:read.")
    assert "reinstall" in found.fix


def test_a_bot_that_may_not_ask_about_channels_leaves_them_unchecked(
    whole: Examined, in_slack: Any
) -> None:
    in_slack(bot_scopes=["chat:write"])
    found = {it.check: it for it in whole.look("channel")}
    assert found["bot scopes"].state is State.PROBLEM
    assert found["channel"].state is State.UNCHECKED
    assert "channels:read" in found["channel"].message


def test_a_token_that_slack_does_not_know_is_told_and_not_shown(whole: Examined) -> None:
    name = parameter_of(whole, "notify_slack", "SLACK_BOT_TOKEN_PARAMETER")
    with changed(whole, name, "xoxb-another-one"):
        found = whole.trouble("channel")
    assert found.message == "Slack rejected the bot token: invalid_auth."
    assert "slackBotToken" in found.fix
    assert "xoxb" not in str(found)


def test_a_channel_id_that_is_wrong_is_told(whole: Examined) -> None:
    with started_with(whole, "notify_slack", SLACK_CHANNEL_ID="C0ELSEWHERE"):
        found = whole.trouble("channel")
    assert found.message == "The bot cannot find channel C0ELSEWHERE."
    assert "slackChannelId" in found.fix


def test_a_slack_that_has_no_time_leaves_it_unchecked(whole: Examined) -> None:
    with (
        http_stub(Answer(status=429, body=b"")) as slack,
        started_with(whole, "notify_slack", SLACK_API_URL=slack.url),
    ):
        (found,) = whole.look("channel")
    assert found.state is State.UNCHECKED
    assert "429" in found.message


def test_a_webhook_that_is_gone_is_told_and_not_shown(whole: Examined) -> None:
    name = parameter_of(whole, "notify_slack_escalation", "SLACK_WEBHOOK_PARAMETER")
    with changed(whole, name, f"{whole.deployed.console_url}/services/nobody"):
        found = whole.trouble("escalation channel")
    assert "no_service" in found.message
    assert "escalationSlackWebhookUrl" in found.fix
    assert "services/nobody" not in str(found)


def test_a_slack_that_is_down_says_nothing_about_the_webhook(whole: Examined) -> None:
    whole.deployed.escalation.break_slack(status=503, times=1)
    (found,) = whole.look("escalation channel")
    assert found.state is State.UNCHECKED


def test_a_function_that_is_gone_is_told(whole: Examined) -> None:
    functions = {**whole.operations["functions"], "notify_slack": "never-there"}
    found = whole.having(functions=functions).trouble("channel")
    assert found.message == "never-there does not exist."


def test_a_topic_that_slack_hears_by_itself_is_left_to_the_subscriptions(
    by_topic: Examined,
) -> None:
    (found,) = by_topic.look("channel")
    assert (found.state, found.fix) == (State.OK, "")
    assert "see subscriptions" in found.message


def test_a_workflow_s_webhook_is_not_started(whole: Examined) -> None:
    """The function that escalates stands for one that tells a workflow."""
    name = whole.operations["functions"]["notify_slack_escalation"]
    seen = whole.having(functions={"notify_slack": name})
    webhook = parameter_of(whole, "notify_slack_escalation", "SLACK_WEBHOOK_PARAMETER")
    with (
        http_stub(Answer()) as slack,
        changed(whole, webhook, slack.url),
        started_with(whole, "notify_slack_escalation", SLACK_DELIVERY="workflow-webhook"),
    ):
        (found,) = seen.look("channel")
    assert found.state is State.OK
    assert "any request could post a message" in found.message
    assert [(method, path) for method, path, _ in slack.asked] == [("HEAD", "/")]


def test_an_unconnected_stage_says_what_to_do_and_has_no_other_problem(
    unconnected: Examined,
) -> None:
    states = (State.OK, State.WARNING)
    (found,) = [it for it in unconnected.examine() if it.state not in states]
    assert (found.check, found.state) == ("channel", State.PROBLEM)
    assert "every review fails immediately" in found.message
    assert "slack_app_manifest" in found.fix
