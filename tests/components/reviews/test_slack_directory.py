"""Slack's directory: functions that decide may query it with the bot's token."""

from tests.components.deployments import BOT, BUTTONS, Deployment, deploy, environment, readers

DECIDING = ("operator_api", "slack_interactions")
ROLES = {
    f"signoff-gate-{name}-role-0a1b2c3"
    for name in (
        "channel-notify-slack",
        "operator-api",
        "slack-interactions",
    )
}


def test_with_a_bot_the_functions_that_decide_may_query_slack() -> None:
    deployment = deploy("dev", {**BUTTONS, **BOT, "slackTeamId": "T012ABCDEF"})
    token = deployment.one("Parameter", "bot-token")
    assert set(readers(deployment, token)) == ROLES
    for function in DECIDING:
        variables = environment(deployment, function)
        assert variables["SLACK_BOT_TOKEN_PARAMETER"] == f"{token.name}-0a1b2c3"
        assert variables["SLACK_BOT_TOKEN_PARAMETER_VERSION"]
        assert variables["SLACK_API_URL"] == "https://slack.com/api"
        assert variables["SLACK_TEAM_ID"] == "T012ABCDEF"


def test_without_a_bot_no_function_can_query_slack(buttons: Deployment) -> None:
    for function in DECIDING:
        variables = environment(buttons, function)
        assert variables["SLACK_BOT_TOKEN_PARAMETER"] == variables["SLACK_API_URL"] == ""
