"""HTTP APIs answer whoever calls; a route that wants a signature asks IAM whether they may.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

# Ministack comes without types, and keeps what it is made of in private names.
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
    """Find an API by its id, as a host name does, and not in the caller's account only."""
    found = (key for key, _ in apigateway._apis.all_items() if key[2] == api_id)
    return next(((account, region) for account, region, _ in found), None)


def _leave_to_the_route(api_id: str, *request: Any, iam_action: str = INVOKE) -> Any:
    """Let an HTTP API ask by itself, where it has found its route.

    Ministack asks earlier: by a path that it has decoded otherwise, and in the account of whoever
    calls, whose root passes everywhere.
    """
    if iam_action == INVOKE and _scope_of(api_id):
        return None
    return _enforce(api_id, *request, iam_action=iam_action)


async def _handle_if_allowed(
    api_id: str, stage: str, path: str, method: str, headers: dict[str, str], *rest: Any, **raw: Any
) -> Any:
    """Refuse whoever may not call this route; AWS tells nobody why, and never asks the function."""
    asks = apigateway.route_authorization_type(api_id, stage, method, path) == "AWS_IAM"
    if asks and (scope := _scope_of(api_id)):
        account, region = scope
        arn = execute_api_arn(region, account, api_id, stage, method, path)
        if not _may_call(arn, account, region):
            return FORBIDDEN
    return await _handle(api_id, stage, path, method, headers, *rest, **raw)


def _may_call(arn: str, account: str, region: str) -> bool:
    """Tell whether the request's header is a signature for this API, by somebody who may call it.

    Nobody of another account may: an HTTP API has no policy of its own that would let them in.
    """
    signature = signer.get()
    if not signature or (signature.region, signature.service) != (region, "execute-api"):
        return False
    caller = resolve_credential(signature.access_key_id, get_account_id())
    if not isinstance(caller, ResolvedCredential) or caller.account_id != account:
        return False
    return enforce(caller.access_key_id, INVOKE, "apigateway", region, arn) is None


def _whole_identity(headers: dict[str, str], query: Any) -> Any:
    """Name what an identity has not as well: AWS gives every field."""
    found: Any = _identity(headers, query)
    return {"cognitoIdentity": None, **found}


def apply() -> None:
    """Ask at the route, and only there."""
    apigateway.find_api_scope = _scope_of
    app._enforce_execute_api = _leave_to_the_route
    apigateway.handle_execute = _handle_if_allowed
    apigateway._iam_caller_identity_v2 = _whole_identity
