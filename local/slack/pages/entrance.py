"""Who may act on the pages: whoever came by the address that was printed, which holds a token.

Everybody on this machine can open them. The token of the address becomes a cookie at once, which
no script and no other site can use, so that it stays in no address, no `Referer` and no log.
Programs send it as a bearer token.
"""

import hmac
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from local.slack.errors import Outsider

PARAMETER = "token"


def address(url: str, token: str) -> str:
    """Give the address of a page at which its visitor may act."""
    return f"{url}?{PARAMETER}={token}"


@dataclass(frozen=True)
class Entrance:
    """Knows the token of this run."""

    token: str = field(repr=False)

    def admit(self, request: Request) -> Response | None:
        """Keep the token of a page's address, and lead to the page; none where there is none."""
        given = request.query_params.get(PARAMETER)
        if given is None:
            return None
        self._check(given)
        page = request.url.remove_query_params(PARAMETER)
        led = RedirectResponse(f"{page.path}?{page.query}".rstrip("?"), HTTPStatus.SEE_OTHER)
        led.set_cookie(_cookie(request), given, httponly=True, samesite="strict")
        return led

    def check(self, request: Request) -> None:
        """Raise `Outsider` for who has not come by the address."""
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        self._check(bearer if kind == "Bearer" else request.cookies.get(_cookie(request), ""))

    def _check(self, given: str) -> None:
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Outsider("To act here, open the address that was printed at the start.")


def _cookie(request: Request) -> str:
    """Name it after the port: browsers share cookies among all ports of a host."""
    return f"console-{request.url.port}"
