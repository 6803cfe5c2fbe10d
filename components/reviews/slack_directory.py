"""Look up people in Slack: names, and members of user groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.functions.secret_parameter import variables_of


@dataclass(frozen=True, kw_only=True)
class SlackDirectory:
    """What a function that decides needs to look people up in Slack: a bot token and Slack's URL.

    Without a bot there are no lookups.
    """

    token: aws.ssm.Parameter | None = None
    api_url: str = ""
    team_id: str | None = None
    """From the configuration: the only workspace or enterprise whose members may decide."""

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """The environment of such a function; empty values if there is no bot."""
        return {
            "SLACK_TEAM_ID": self.team_id or "",
            "SLACK_API_URL": self.api_url if self.token else "",
            **variables_of("SLACK_BOT_TOKEN_PARAMETER", self.token),
        }

    def allow(self, name: str, function: PythonFunction, opts: pulumi.ResourceOptions) -> None:
        """Let the function read the token, if there is a bot."""
        if self.token:
            aws.iam.RolePolicy(
                f"{name}-directory-policy",
                role=function.role.name,
                policy=policy.render("ask_slack", bot_token_parameter_arn=self.token.arn),
                opts=opts,
            )
