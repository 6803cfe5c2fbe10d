"""Permission checks that ministack omits: services with a role, services as principals."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from ministack.core.iam_evaluator import (
    EvalContext,
    _gather_role_policies,
    evaluate,
    evaluate_resource_policy,
)
from ministack.core.responses import get_region
from ministack.services import lambda_svc


def role_allows(role_arn: str, action: str, resource_arn: str) -> bool:
    """Whether a role's policies allow an action."""
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    context = EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        secure_transport=True,
    )
    return evaluate(context, _gather_role_policies(name, account)).decision == "Allow"


def function_allows(function_arn: str, service: str, source_arn: str) -> bool:
    """Whether a function's resource policy allows a service to invoke it for this source."""
    policy, _owner = lambda_svc.function_policy_for_arn(function_arn) or (None, None)
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=function_arn,
        region=get_region(),
        secure_transport=True,
        service_context={
            "aws:sourcearn": source_arn,
            "aws:sourceaccount": source_arn.split(":")[4],
        },
    )
    return evaluate_resource_policy(policy, context, service=service).decision == "Allow"
