"""What people may ask of the embedded AWS without a signature: to follow its links.

Everything else wants AWS's `Authorization` header, which no foreign page can send unasked. AWS
does not care who asks, since nobody reaches it with somebody else's credentials; here the
credentials are public, and the functions are processes of this machine.
"""

# Ministack comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ministack.services import apigateway

from local.guard import READING, values

if TYPE_CHECKING:
    from starlette.types import Scope

API = "/_aws/execute-api/"
HEALTH = "/_ministack/health"
SIGNED = "AWS4-HMAC-SHA256 "


def is_open(scope: Scope) -> bool:
    """Tell whether the embedded AWS takes this request at all: signed, or a link."""
    if is_link(scope) or (scope["path"] == HEALTH and scope["method"] in READING):
        return True
    if scope["path"].startswith("/_"):  # ministack's own: no bucket's name begins like that
        return False
    return any(value.startswith(SIGNED) for value in values(scope, "authorization"))


def is_link(scope: Scope) -> bool:
    """Tell whether this is a link that people follow: a page of an API, a file, a confirmation."""
    if leads_to_api(scope):
        return True
    query = _query(scope)
    if scope["method"] not in READING or scope["path"].startswith("/_"):
        return False
    if "Action" in query:
        return query["Action"] == ["ConfirmSubscription"]
    credential = query.get("X-Amz-Credential", [""])[0].split("/")
    return credential[3:4] == ["s3"] and "X-Amz-Signature" in query


def leads_to_api(scope: Scope) -> bool:
    """Tell whether an HTTP API answers this, which says itself whom it lets in."""
    path = scope["path"]
    return path.startswith(API) and bool(
        apigateway.find_api_scope(path.removeprefix(API).split("/", 1)[0])
    )


def owner(scope: Scope) -> str | None:
    """Give the account that an SNS confirmation link belongs to."""
    arn = _query(scope).get("TopicArn", [""])[0].split(":")
    return arn[4] if len(arn) > 4 else None


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"))
