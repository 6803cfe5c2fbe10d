"""HTTP APIs accept all callers; routes with IAM authorization check permissions.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack import app
from ministack.core.arn import execute_api_arn
from ministack.core.iam_evaluator import ResolvedCredential, enforce, resolve_credential
from ministack.core.responses import get_account_id
from ministack.services import apigateway

from local.cloud.signatures import signer

INVOKE = "execute-api:Invoke"
FORBIDDEN = 403, {"Content-Type": "application/json"}, b'{"message":"Forbidden"}'

_enforce = app._enforce_execute_api
_handle = apigateway.handle_execute
_identity = apigateway._iam_caller_identity_v2


def _scope_of(api_id: str) -> tuple[str, str] | None:
    """Find an API by its id in any account."""
    found = (key for key, _ in apigateway._apis.all_items() if key[2] == api_id)
    return next(((account, region) for account, region, _ in found), None)


def _skip(api_id: str, *request: Any, iam_action: str = INVOKE) -> Any:
    """Skip ministack's check; `_handle_if_allowed` checks at the route.

    Ministack's check decodes the path differently, uses the caller's account, and lets any root
    pass.
    """
    if iam_action == INVOKE and _scope_of(api_id):
        return None
    return _enforce(api_id, *request, iam_action=iam_action)


async def _handle_if_allowed(
    api_id: str, stage: str, path: str, method: str, headers: dict[str, str], *rest: Any, **raw: Any
) -> Any:
    """Reject unauthorized calls without a reason and without calling the function, as AWS does."""
    asks = apigateway.route_authorization_type(api_id, stage, method, path) == "AWS_IAM"
    if asks and (scope := _scope_of(api_id)):
        account, region = scope
        arn = execute_api_arn(region, account, api_id, stage, method, path)
        if not _may_call(arn, account, region):
            return FORBIDDEN
    return await _handle(api_id, stage, path, method, headers, *rest, **raw)


def _may_call(arn: str, account: str, region: str) -> bool:
    """Whether the request is signed for this API by a caller with the permission.

    Other accounts have no access, since HTTP APIs have no resource policies.
    """
    signature = signer.get()
    if not signature or (signature.region, signature.service) != (region, "execute-api"):
        return False
    caller = resolve_credential(signature.access_key_id, get_account_id())
    if not isinstance(caller, ResolvedCredential) or caller.account_id != account:
        return False
    return enforce(caller.access_key_id, INVOKE, "apigateway", region, arn) is None


def _whole_identity(headers: dict[str, str], query: Any) -> Any:
    """Include empty fields, as AWS does."""
    found: Any = _identity(headers, query)
    return {"cognitoIdentity": None, **found}


def apply() -> None:
    """Check authorization at the route."""
    apigateway.find_api_scope = _scope_of
    app._enforce_execute_api = _skip
    apigateway.handle_execute = _handle_if_allowed
    apigateway._iam_caller_identity_v2 = _whole_identity
