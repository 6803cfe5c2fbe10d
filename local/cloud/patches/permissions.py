"""Who may do what where ministack does not ask: a service with a role, a service by itself."""

# Ministack comes without types, and keeps what it is made of in private names.
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
    """Tell whether a role's own policies let it do this."""
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
    """Tell whether a function's resource policy lets a service call it for this source."""
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
