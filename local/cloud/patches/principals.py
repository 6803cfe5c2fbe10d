"""Conditions on `aws:PrincipalArn`: of a role's session, it is the role's ARN."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext

_resolve_condition_key = iam_evaluator._resolve_condition_key


def _resolve_with_roles(key: str, context: EvalContext) -> Any:
    """Resolve a condition key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    value = _resolve_condition_key(key, context)
    if key.lower() != "aws:principalarn" or ":assumed-role/" not in str(value):
        return value
    account, resource = str(value).split(":", 5)[4:]
    return f"arn:aws:iam::{account}:role/{resource.split('/')[1]}"


def apply() -> None:
    """Replace what resolves condition keys."""
    iam_evaluator._resolve_condition_key = _resolve_with_roles
