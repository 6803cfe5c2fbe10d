"""The stage's channel in Slack, by bot, webhook and workflow."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from local.slack.workspace.channels import BOT_SCOPES
from signoff.doctor.findings import State
from tests.http_stub import Answer, http_stub
from tests.signoff.doctor.test_secrets import changed_parameter, parameter_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


@contextmanager
def changed_variables(stage: CheckedStage, function: str, **variables: str) -> Generator[None]:
    """Change environment variables of a function; they are restored afterwards."""
    functions: Any = stage.client("lambda")
    name = stage.operations["functions"][function]
    own = stage.probe.variables(function)
    for given in ({**own, **variables}, own):
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": given})
        if given is not own:
            yield


def test_a_bot_outside_its_channel_is_a_problem(healthy: CheckedStage, change_channel: Any) -> None:
    change_channel(bot_is_member=False)
    found = healthy.problem("channel")
    assert found.message == "The bot is not in #signoff-dev."
    assert found.fix == "Invite it: /invite @signoff"


def test_an_archived_channel_is_a_problem(healthy: CheckedStage, change_channel: Any) -> None:
    change_channel(is_archived=True)
    assert "is archived" in healthy.problem("channel").message


def test_a_missing_scope_is_named(healthy: CheckedStage, change_channel: Any) -> None:
    change_channel(bot_scopes=sorted(BOT_SCOPES - {"users:read"}))
    found = healthy.problem("channel")
    assert (found.check, found.message) == ("bot scopes", "Missing scopes: users:read.")
    assert "reinstall" in found.fix


def test_a_channel_is_unchecked_if_the_bot_may_not_read_it(
    healthy: CheckedStage, change_channel: Any
) -> None:
    change_channel(bot_scopes=["chat:write"])
    found = {it.check: it for it in healthy.findings("channel")}
    assert found["bot scopes"].state is State.PROBLEM
    assert found["channel"].state is State.UNCHECKED
    assert "channels:read" in found["channel"].message


def test_a_rejected_token_is_a_problem_and_not_shown(healthy: CheckedStage) -> None:
    name = parameter_of(healthy, "notify_slack", "SLACK_BOT_TOKEN_PARAMETER")
    with changed_parameter(healthy, name, "xoxb-another-one"):
        found = healthy.problem("channel")
    assert found.message == "Slack rejected the bot token: invalid_auth."
    assert "slackBotToken" in found.fix
    assert "xoxb" not in str(found)


def test_a_wrong_channel_id_is_a_problem(healthy: CheckedStage) -> None:
    with changed_variables(healthy, "notify_slack", SLACK_CHANNEL_ID="C0ELSEWHERE"):
        found = healthy.problem("channel")
    assert found.message == "The bot cannot find channel C0ELSEWHERE."
    assert "slackChannelId" in found.fix


def test_a_channel_is_unchecked_if_slack_limits_the_rate(healthy: CheckedStage) -> None:
    with (
        http_stub(Answer(status=429, body=b"")) as slack,
        changed_variables(healthy, "notify_slack", SLACK_API_URL=slack.url),
    ):
        (found,) = healthy.findings("channel")
    assert found.state is State.UNCHECKED
    assert "429" in found.message


def test_a_deleted_webhook_is_a_problem_and_not_shown(healthy: CheckedStage) -> None:
    name = parameter_of(healthy, "notify_slack_escalation", "SLACK_WEBHOOK_PARAMETER")
    with changed_parameter(healthy, name, f"{healthy.deployed.console_url}/services/unknown"):
        found = healthy.problem("escalation channel")
    assert "no_service" in found.message
    assert "escalationSlackWebhookUrl" in found.fix
    assert "services/unknown" not in str(found)


def test_a_webhook_is_unchecked_during_an_outage_of_slack(healthy: CheckedStage) -> None:
    healthy.deployed.escalation.break_slack(status=503, times=1)
    (found,) = healthy.findings("escalation channel")
    assert found.state is State.UNCHECKED


def test_a_deleted_function_is_a_problem(healthy: CheckedStage) -> None:
    functions = {**healthy.operations["functions"], "notify_slack": "never-there"}
    found = healthy.with_operations(functions=functions).problem("channel")
    assert found.message == "never-there does not exist."


def test_delivery_by_sns_is_left_to_the_check_of_subscriptions(
    sns_delivery: CheckedStage,
) -> None:
    (found,) = sns_delivery.findings("channel")
    assert (found.state, found.fix) == (State.OK, "")
    assert "see subscriptions" in found.message


def test_a_workflows_webhook_is_not_triggered(healthy: CheckedStage) -> None:
    """The escalation function is given the settings of one that calls a workflow."""
    name = healthy.operations["functions"]["notify_slack_escalation"]
    stage = healthy.with_operations(functions={"notify_slack": name})
    webhook = parameter_of(healthy, "notify_slack_escalation", "SLACK_WEBHOOK_PARAMETER")
    with (
        http_stub(Answer()) as slack,
        changed_parameter(healthy, webhook, slack.url),
        changed_variables(healthy, "notify_slack_escalation", SLACK_DELIVERY="workflow-webhook"),
    ):
        (found,) = stage.findings("channel")
    assert found.state is State.OK
    assert "any request could post a message" in found.message
    assert [(method, path) for method, path, _ in slack.asked] == [("HEAD", "/")]


def test_the_only_problem_of_an_unconnected_stage_is_its_connection(
    unconnected: CheckedStage,
) -> None:
    states = (State.OK, State.WARNING)
    (found,) = [it for it in unconnected.all_findings() if it.state not in states]
    assert (found.check, found.state) == ("channel", State.PROBLEM)
    assert "every review fails immediately" in found.message
    assert "slack_app_manifest" in found.fix
