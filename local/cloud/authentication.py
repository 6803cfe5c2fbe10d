"""Authentication in front of the embedded AWS.

Ministack verifies signatures of users and sessions, but not of an account's root, whose access key
id is the account id. This verifies every signature, and removes credentials from unsigned requests.
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.app import _credential_failure
from ministack.core.iam_evaluator import AuthError
from ministack.core.responses import set_request_account_id

from local.cloud import links
from local.cloud.patches.http_apis import FORBIDDEN
from local.cloud.signatures import Signatures, SignedRequest, signer
from local.guard import reject

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Authentication:
    """ASGI middleware between the guard and ministack.

    Requests over loopback count as TLS, which policies require.
    """

    app: ASGIApp
    signatures: Signatures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        signer.set(None)
        if scope["type"] == "http":
            scope = {**scope, "scheme": "https"}
            if links.leads_to_api(scope):
                await self._call_api(scope, receive, send)
                return
            if links.confirms(scope) or links.asks_for_health(scope):
                scope["headers"] = _only(scope, b"host")
                if links.confirms(scope):
                    # Ministack uses the caller's account, which unsigned requests lack.
                    set_request_account_id(links.owner(scope))
            else:
                await self._call_aws(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _call_api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call an HTTP API, with the caller's verified signature if there is one.

        Unlike AWS, presigned URLs are rejected.
        """
        request = SignedRequest.of(scope)
        if request.is_presigned:
            await _respond(send, *FORBIDDEN)
            return
        if request.headers.get("authorization", "").startswith("AWS"):
            body, receive = await _read(receive)
            found = self.signatures.check(SignedRequest.of(scope, body))
            if isinstance(found, AuthError):
                scope["headers"] = _without(scope, b"authorization")
            else:
                signer.set(found)
        await self.app(scope, receive, send)

    async def _call_aws(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call AWS if the signature is valid. Ministack's own endpoints are blocked.

        Bucket names never begin with `_`.
        """
        request = SignedRequest.of(scope)
        if scope["path"].startswith("/_") or not (request.is_signed or request.is_presigned):
            await reject(send, "not a valid link; all other requests must be signed")
            return
        body, receive = await _read(receive)
        found = self.signatures.check(SignedRequest.of(scope, body))
        if isinstance(found, AuthError):
            await _respond(
                send,
                *_credential_failure(
                    request.service, "", str(uuid.uuid4()), found, request.headers
                ),
            )
            return
        await self.app(scope, receive, send)


def _only(scope: Scope, name: bytes) -> list[tuple[bytes, bytes]]:
    return [header for header in scope["headers"] if header[0].lower() == name]


def _without(scope: Scope, name: bytes) -> list[tuple[bytes, bytes]]:
    return [header for header in scope["headers"] if header[0].lower() != name]


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """Read the body; return it and a `receive` that replays it."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(parts)
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return body, again


async def _respond(send: Send, status: int, headers: dict[str, str], body: Any) -> None:
    content = body.encode() if isinstance(body, str) else body
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", b"%d" % len(content)))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
