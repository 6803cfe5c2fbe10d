"""Authorization of actions on the pages, by the token in the printed link.

Every user of this machine can read the pages. The token moves from the link into a cookie that is
`HttpOnly` and `SameSite=Strict`, so it does not stay in the address bar, `Referer` or logs.
Programs send it as a bearer token.
"""

import hmac
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from local.slack.errors import NotSignedIn

PARAMETER = "token"


def sign_in_link(url: str, token: str) -> str:
    """Return a link to a page that authorizes its visitor."""
    return f"{url}?{PARAMETER}={token}"


@dataclass(frozen=True)
class SignIn:
    """Checks the token of this run."""

    token: str = field(repr=False)

    def accept(self, request: Request) -> Response | None:
        """Move the link's token into a cookie and redirect; None without a token."""
        token = request.query_params.get(PARAMETER)
        if token is None:
            return None
        self._check(token)
        page = request.url.remove_query_params(PARAMETER)
        redirect = RedirectResponse(f"{page.path}?{page.query}".rstrip("?"), HTTPStatus.SEE_OTHER)
        redirect.set_cookie(_cookie(request), token, httponly=True, samesite="strict")
        return redirect

    def require(self, request: Request) -> None:
        """Raise `NotSignedIn` unless the request has the token."""
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        self._check(bearer if kind == "Bearer" else request.cookies.get(_cookie(request), ""))

    def _check(self, token: str) -> None:
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise NotSignedIn("Not signed in. Open the link that the local stack printed.")


def _cookie(request: Request) -> str:
    """Include the port: browsers share cookies across the ports of a host."""
    return f"console-{request.url.port}"
