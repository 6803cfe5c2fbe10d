"""Sends requests to an application in this process, without a network."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

if TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from starlette.types import ASGIApp, Message, Scope


class AsgiAdapter(HTTPAdapter):
    """Responds like a server; exceptions of the application reach the caller."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Run the application once."""
        body = request.body or b""
        whole = body.encode() if isinstance(body, str) else body
        asked: list[Message] = [{"type": "http.request", "body": whole, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            if not asked:
                await asyncio.Event().wait()  # clients never disconnect before the response
            return asked.pop()

        async def send(message: Message) -> None:
            sent.append(message)

        async def run() -> None:
            await self._app(_scope(request), receive, send)

        asyncio.run(run())
        start, *parts = sent
        content = BytesIO(b"".join(part.get("body", b"") for part in parts))
        headers: dict[bytes, bytes] = dict(start["headers"])
        named = {name.decode(): value.decode() for name, value in headers.items()}
        answer = HTTPResponse(content, named, start["status"], preload_content=False)
        return self.build_response(request, answer)


def _scope(request: PreparedRequest) -> Scope:
    url = urlsplit(str(request.url))
    headers = {"Host": url.netloc, **request.headers}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "server": (url.hostname, url.port),
        "path": unquote(url.path),
        "query_string": url.query.encode(),
        "headers": [(_raw(name).lower(), _raw(value)) for name, value in headers.items()],
    }


def _raw(text: str | bytes) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text
