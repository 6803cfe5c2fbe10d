"""IAM roles, their inline policies, and policies to attach to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cloud import differences
from local.deployment.resources.created import Created, Handler, aws_tags, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def role(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the role with its trust policy."""
    role_name = physical_name(name, inputs, longest=64)
    made = account.iam.create_role(
        RoleName=role_name,
        AssumeRolePolicyDocument=inputs.text("assumeRolePolicy"),
        **present(
            Path=inputs.optional_text("path"),
            Description=inputs.optional_text("description"),
            MaxSessionDuration=inputs.optional_whole("maxSessionDuration"),
            PermissionsBoundary=inputs.optional_text("permissionsBoundary"),
            Tags=aws_tags(inputs),
        ),
    )["Role"]
    outputs = {"arn": made["Arn"], "name": role_name, "uniqueId": made["RoleId"]}
    return Created(role_name, outputs)


def role_policy(account: Account, name: str, inputs: Inputs) -> Created:
    """Put an inline policy on a role, as the emulator has to see it."""
    role_name = inputs.text("role")
    policy_name = physical_name(name, inputs, longest=128)
    account.iam.put_role_policy(
        RoleName=role_name,
        PolicyName=policy_name,
        PolicyDocument=differences.role_policy(inputs.text("policy")),
    )
    return Created(f"{role_name}:{policy_name}", {"name": policy_name})


def policy(account: Account, name: str, inputs: Inputs) -> Created:
    """Create a managed policy, which is nobody's until somebody attaches it."""
    policy_name = physical_name(name, inputs, longest=128)
    made = account.iam.create_policy(
        PolicyName=policy_name,
        PolicyDocument=inputs.text("policy"),
        **present(
            Path=inputs.optional_text("path"),
            Description=inputs.optional_text("description"),
            Tags=aws_tags(inputs),
        ),
    )["Policy"]
    arn = str(made.get("Arn"))
    return Created(arn, {"arn": arn, "name": policy_name, "policyId": made.get("PolicyId")})


HANDLERS: dict[str, Handler] = {
    "aws:iam/policy:Policy": policy,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": role_policy,
}
