"""A secret for one function: encrypted in Parameter Store and in Pulumi's state."""

from collections.abc import Mapping

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
    """The parameter. Its value is a secret even if given as plain text."""
    return aws.ssm.Parameter(
        name,
        description=description,
        type="SecureString",
        value=pulumi.Output.secret(value),
        tags=stage.tags,
        opts=opts,
    )


def variables_of(
    variable: str, parameter: aws.ssm.Parameter | None
) -> Mapping[str, pulumi.Input[str]]:
    """The variables of a function that reads the parameter; empty without one.

    Functions cache the value. A new version changes their environment, so that AWS restarts them.
    """
    name: pulumi.Input[str] = parameter.name if parameter else ""
    version: pulumi.Input[str] = parameter.version.apply(str) if parameter else ""
    return {variable: name, f"{variable}_VERSION": version}
