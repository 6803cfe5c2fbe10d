"""Protection against cross-site requests and DNS rebinding for servers on loopback.

Any web page that the user opens can send requests to loopback. With a host name of its own that
resolves to 127.0.0.1, it could also read the responses. So requests with a foreign `Host` or
`Origin` are rejected first, and so are cross-site requests other than following a link.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
READING = ("GET", "HEAD")
OWN_SITE = {"same-origin", "none"}


@dataclass(frozen=True)
class Guard:
    """ASGI middleware, before everything else of a server.

    `is_link`: other sites may link to this. `is_form`: accepts forms from pages with `no-referrer`,
    for which browsers send the origin `null`.
    """

    app: ASGIApp
    is_link: Callable[[Scope], bool]
    is_form: Callable[[Scope], bool] = lambda _: False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection. WebSocket, which has no same-origin policy, is refused."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["type"] == "http" and (reason := self._rejection(scope)):
            await reject(send, reason)
        else:
            await self.app(scope, receive, send)

    def _rejection(self, scope: Scope) -> str | None:
        own = [f"{name}:{scope['server'][1]}" for name in NAMES]
        hosts = values(scope, "host")
        if len(hosts) != 1 or hosts[0].lower() not in own:
            return f"invalid Host header: use {own[0]}"
        origins = values(scope, "origin")
        allowed = [f"http://{host}" for host in own] + ["null"] * self.is_form(scope)
        sites = set(values(scope, "sec-fetch-site"))
        follows = scope["method"] in READING and self.is_link(scope)
        if len(origins) > 1 or set(origins) - set(allowed) or (sites - OWN_SITE and not follows):
            return "cross-site request refused"
        return None


def values(scope: Scope, name: str) -> list[str]:
    """Return all values of a request header."""
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name.encode()]


async def reject(send: Send, reason: str) -> None:
    """Respond with 403."""
    body = json.dumps({"error": reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    status = HTTPStatus.FORBIDDEN.value
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
