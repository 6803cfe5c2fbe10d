"""What the embedded AWS answers without a signature: what plays the outside world.

That is an HTTP API, which says itself whom it lets in, and the link in SNS's confirmations. The
signature of a link to a file is checked as any other is.
"""

# Ministack comes without types.
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
    """Tell whether this is a link that people follow: a page of an API, a file, a confirmation."""
    if leads_to_api(scope) or confirms(scope):
        return True
    if scope["method"] not in READING or scope["path"].startswith("/_"):
        return False
    query = _query(scope)
    credential = query.get("X-Amz-Credential", [""])[0].split("/")
    return credential[3:4] == ["s3"] and "X-Amz-Signature" in query


def leads_to_api(scope: Scope) -> bool:
    """Tell whether an HTTP API answers this: its id and a stage stand in the path."""
    path = scope["path"]
    api, slash, _ = path.removeprefix(API).partition("/")
    return path.startswith(API) and bool(slash) and bool(apigateway.find_api_scope(api))


def confirms(scope: Scope) -> bool:
    """Tell whether this is the link of an SNS confirmation, whose token is a secret."""
    return (
        scope["method"] in READING
        and scope["path"] == "/"
        and set(query := _query(scope)) == CONFIRMATION
        and query["Action"] == ["ConfirmSubscription"]
    )


def owner(scope: Scope) -> str:
    """Give the account that an SNS confirmation link belongs to; empty where it names none."""
    arn = _query(scope)["TopicArn"][0].split(":")
    return arn[4] if len(arn) > 4 else ""


def asks_for_health(scope: Scope) -> bool:
    """Tell whether somebody wants to know whether it runs."""
    return scope["path"] == HEALTH and scope["method"] in READING


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"))
