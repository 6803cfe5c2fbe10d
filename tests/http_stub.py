"""A real HTTP server on loopback that sends scripted responses and records requests."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """A scripted response; `hold` delays it until the event is set."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    hold: threading.Event | None = None


@dataclass
class Stub:
    """The server's address, its script (the last response repeats) and its requests."""

    url: str
    script: list[Answer]
    asked: list[tuple[str, str, bytes]] = field(default_factory=list[tuple[str, str, bytes]])
    headers: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])

    def next_answer(self) -> Answer:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def http_stub(*script: Answer) -> Generator[Stub]:
    """Serve `script` on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_HEAD(self) -> None:
            self._answer(b"")

        def do_DELETE(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def do_PUT(self) -> None:
            self.do_POST()

        def _answer(self, body: bytes) -> None:
            stub.headers.append(dict(self.headers))
            stub.asked.append((self.command, self.path, body))
            answer = stub.next_answer()
            if answer.hold:
                answer.hold.wait(30)
            headers = {"Content-Length": str(len(answer.body)), **answer.headers}
            with suppress(ConnectionError):  # the caller may have disconnected
                self.send_response(answer.status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

        def log_message(self, *_: object, **__: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(url=f"http://127.0.0.1:{server.server_port}/hook", script=list(script))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
