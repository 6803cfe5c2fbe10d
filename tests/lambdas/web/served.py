"""The decision API behind a local HTTP server, for reviews without a deployed workflow."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.lambdas.web.conftest import Handle


@contextmanager
def served(handle: Handle) -> Generator[str]:
    """Serve the function as API Gateway does, on a free local port; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def _respond(self) -> None:
            address = urlsplit(self.path)
            answer = handle(
                {
                    "rawPath": address.path,
                    "queryStringParameters": dict(parse_qsl(address.query)),
                    "headers": dict(self.headers),
                    "requestContext": {"http": {"method": self.command, "sourceIp": "127.0.0.1"}},
                    "body": self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(),
                },
                None,
            )
            body = answer["body"].encode()
            self.send_response(answer["statusCode"])
            for name, value in {**answer["headers"], "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object, **__: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
