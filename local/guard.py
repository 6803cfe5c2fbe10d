"""Who may talk to a server of this machine: programs, its own pages, whoever follows its links.

Every web page that the person at the keyboard opens can send requests to loopback, and under a name
of its own that leads here it could read the answers too. What a browser tells of such a page is
refused before anything else looks at it: a host or an origin that is not this server's, and a
request from another site that is more than a link.
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

    `is_link` tells whether other sites may lead here. `is_form` tells whether it is for a form of a
    page that tells nobody where it is from: then a browser says `null`.
    """

    app: ASGIApp
    is_link: Callable[[Scope], bool]
    is_form: Callable[[Scope], bool] = lambda _: False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; nobody here speaks WebSocket, which knows no same origin."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["type"] == "http" and (objection := self._objection(scope)):
            await refuse(send, objection)
        else:
            await self.app(scope, receive, send)

    def _objection(self, scope: Scope) -> str | None:
        own = [f"{name}:{scope['server'][1]}" for name in NAMES]
        hosts = values(scope, "host")
        if len(hosts) != 1 or hosts[0].lower() not in own:
            return f"this is {own[0]} and has no other name"
        origins = values(scope, "origin")
        fine = [f"http://{host}" for host in own] + ["null"] * self.is_form(scope)
        sites = set(values(scope, "sec-fetch-site"))
        follows = scope["method"] in READING and self.is_link(scope)
        if len(origins) > 1 or set(origins) - set(fine) or (sites - OWN_SITE and not follows):
            return "this request comes from another site"
        return None


def values(scope: Scope, name: str) -> list[str]:
    """Give every value of a request's header."""
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name.encode()]


async def refuse(send: Send, why: str) -> None:
    """Answer a request with 403."""
    body = json.dumps({"error": why}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    status = HTTPStatus.FORBIDDEN.value
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
