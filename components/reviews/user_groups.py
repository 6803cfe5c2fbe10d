"""User groups of Slack's among the reviewers: who is in one, only Slack knows."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.functions.secret_parameter import variables_of


@dataclass(frozen=True, kw_only=True)
class UserGroups:
    """What a function needs that decides, to ask Slack: the bot's token, and where Slack is.

    Without groups there is nothing to ask, and no function may read the token for it.
    """

    token: aws.ssm.Parameter | None = None
    api_url: str = ""

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """The variables of such a function, empty where there are no groups."""
        return {
            "SLACK_API_URL": self.api_url,
            **variables_of("SLACK_BOT_TOKEN_PARAMETER", self.token),
        }

    def allow(self, name: str, function: PythonFunction, opts: pulumi.ResourceOptions) -> None:
        """Let the function read the token, where there are groups."""
        if self.token:
            aws.iam.RolePolicy(
                f"{name}-groups-policy",
                role=function.role.name,
                policy=policy.render("read_user_groups", bot_token_parameter_arn=self.token.arn),
                opts=opts,
            )
