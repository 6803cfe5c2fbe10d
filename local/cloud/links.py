"""Requests that the embedded AWS accepts without a signature.

These are calls to HTTP APIs, which authorize callers themselves, and SNS confirmation links.
Presigned URLs are verified like other signatures.
"""

# Ministack has no type annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ministack.services import apigateway

from local.guard import READING

if TYPE_CHECKING:
    from starlette.types import Scope

API = "/_aws/execute-api/"
HEALTH = "/_ministack/health"
CONFIRMATION = {"Action", "TopicArn", "Token"}


def is_link(scope: Scope) -> bool:
    """Whether people may follow this as a link: a page of an API, a file or a confirmation."""
    if leads_to_api(scope) or confirms(scope):
        return True
    if scope["method"] not in READING or scope["path"].startswith("/_"):
        return False
    query = _query(scope)
    credential = query.get("X-Amz-Credential", [""])[0].split("/")
    return credential[3:4] == ["s3"] and "X-Amz-Signature" in query


def leads_to_api(scope: Scope) -> bool:
    """Whether this is a call to an HTTP API, by the path."""
    path = scope["path"]
    api, slash, _ = path.removeprefix(API).partition("/")
    return path.startswith(API) and bool(slash) and bool(apigateway.find_api_scope(api))


def confirms(scope: Scope) -> bool:
    """Whether this is an SNS confirmation link, which contains a secret token."""
    return (
        scope["method"] in READING
        and scope["path"] == "/"
        and set(query := _query(scope)) == CONFIRMATION
        and query["Action"] == ["ConfirmSubscription"]
    )


def owner(scope: Scope) -> str:
    """Return the account id of an SNS confirmation link, or an empty string."""
    arn = _query(scope)["TopicArn"][0].split(":")
    return arn[4] if len(arn) > 4 else ""


def asks_for_health(scope: Scope) -> bool:
    """Whether this is a health check."""
    return scope["path"] == HEALTH and scope["method"] in READING


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"))
