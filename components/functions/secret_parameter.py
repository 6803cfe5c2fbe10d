"""A secret that one function reads: encrypted in Parameter Store, and in Pulumi's state too."""

import pulumi
import pulumi_aws as aws

from components.settings.stage import Stage


def secret_parameter(
    name: str,
    description: str,
    value: pulumi.Input[str],
    *,
    stage: Stage,
    opts: pulumi.ResourceOptions,
) -> aws.ssm.Parameter:
    """The parameter; its value is a secret even where it came as plain text."""
    return aws.ssm.Parameter(
        name,
        description=description,
        type="SecureString",
        value=pulumi.Output.secret(value),
        tags=stage.tags,
        opts=opts,
    )
