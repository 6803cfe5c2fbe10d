"""User groups among the reviewers: those who take decisions may read the bot's token, no others."""

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
NOTIFIER = "signoff-gate-channel-notify-slack-role-0a1b2c3"


def test_where_there_are_groups_whoever_takes_decisions_may_ask_slack() -> None:
    groups = deploy("dev", {**BUTTONS, **BOT, "reviewers": '["U012ABCDEF", "S012ABCDEF"]'})
    token = groups.one("Parameter", "bot-token")
    assert set(readers(groups, token)) == ROLES
    for function in DECIDING:
        variables = environment(groups, function)
        assert variables["SLACK_BOT_TOKEN_PARAMETER"] == f"{token.name}-0a1b2c3"
        assert variables["SLACK_BOT_TOKEN_PARAMETER_VERSION"]
        assert variables["SLACK_API_URL"] == "https://slack.com/api"


def test_without_groups_nobody_but_the_notifier_may_read_the_token(
    everything: Deployment,
) -> None:
    assert readers(everything, everything.one("Parameter", "bot-token")) == [NOTIFIER]
    for function in DECIDING:
        assert environment(everything, function)["SLACK_BOT_TOKEN_PARAMETER"] == ""
