"""SSM parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deployment.resources.created import Created, Handler, aws_tags, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def parameter(account: Account, name: str, inputs: Inputs) -> Created:
    """Store the parameter; a SecureString is encrypted under the account's own key."""
    parameter_name = physical_name(name, inputs, longest=1011)
    made = account.ssm.put_parameter(
        Name=parameter_name,
        Value=inputs.text("value"),
        **present(
            Type=inputs.text("type"),
            Description=inputs.optional_text("description"),
            KeyId=inputs.optional_text("keyId"),
            Tier=inputs.optional_text("tier"),
            DataType=inputs.optional_text("dataType"),
            AllowedPattern=inputs.optional_text("allowedPattern"),
            Tags=aws_tags(inputs),
        ),
    )
    path = parameter_name.removeprefix("/")
    arn = f"arn:aws:ssm:{account.region}:{account.number}:parameter/{path}"
    return Created(parameter_name, {"arn": arn, "name": parameter_name, "version": made["Version"]})


HANDLERS: dict[str, Handler] = {"aws:ssm/parameter:Parameter": parameter}
