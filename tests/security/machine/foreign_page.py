"""A foreign web page that attacks servers on loopback with everything a browser offers."""

from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from botocore.auth import S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Generator

    from local.cloud import Cloud

FUNCTION = "/2015-03-31/functions"

# The name and the result of each attempt are kept for the test.
SCRIPT = """
const orders = ORDERS;
const came = {};
const done = (name, what) => { came[name] = String(what); };
async function fetched(name, url, options) {
    try {
        const answer = await fetch(url, options);
        done(name, answer.type === "opaque" ? "sent" : answer.status);
    } catch (error) { done(name, "stopped"); }
}
function framed(name, url, fields) {
    return new Promise(end => {
        const frame = document.createElement("iframe");
        frame.name = name;
        document.body.append(frame);
        const form = document.createElement("form");
        Object.assign(form, {method: "post", action: url, target: name, enctype: "text/plain"});
        for (const [key, value] of Object.entries(fields)) {
            const input = document.createElement("input");
            Object.assign(input, {name: key, value});
            form.append(input);
        }
        document.body.append(form);
        frame.onload = () => { done(name, "sent"); end(); };
        form.submit();
    });
}
function connected(name, url) {
    return new Promise(end => {
        const socket = new WebSocket(url);
        socket.onopen = () => { done(name, "open"); end(); };
        socket.onerror = () => { done(name, "stopped"); end(); };
    });
}
function pictured(name, url) {
    return new Promise(end => {
        const picture = document.createElement("img");
        picture.onload = picture.onerror = () => { done(name, "sent"); end(); };
        picture.src = url;
    });
}
(async () => {
    for (const {how, ...it} of orders) await {fetched, framed, connected, pictured}[how](
        it.name, it.url, it.options);
    window.came = came;
})();
"""


@dataclass(frozen=True)
class Tries:
    """The page's attempts, one after the other."""

    orders: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def add(self, how: str, name: str, url: str, **options: Any) -> None:
        self.orders.append({"how": how, "name": name, "url": url, "options": options})

    def html(self) -> bytes:
        script = SCRIPT.replace("ORDERS", json.dumps(self.orders))
        return f"<!doctype html><title>news</title><body><script>{script}</script>".encode()


@contextmanager
def serving(page: bytes) -> Generator[int]:
    """Serve a page under any host name, and yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object, **__: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def new_function(account: str) -> str:
    """Arguments for a function, which the local stack would run as a process of its owner."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("code.py", "def handle(event, context): ...")
    wanted = {
        "FunctionName": "evil",
        "Runtime": "python3.13",
        "Handler": "code.handle",
        "Role": f"arn:aws:iam::{account}:role/any",
        "Code": {"ZipFile": base64.b64encode(code.getvalue()).decode()},
    }
    return json.dumps(wanted)


def signature(cloud: Cloud, account: str, body: str) -> dict[str, str]:
    """Signature headers, as if the page had obtained the account's keys."""
    request = AWSRequest("POST", cloud.url + FUNCTION, {"Content-Type": "application/json"}, body)
    SigV4Auth(root(cloud, account), "lambda", REGION).add_auth(request)
    return dict(request.headers.items())


def presign(request: AWSRequest, keys: Credentials, service: str) -> None:
    """Add a signature to a URL."""
    signer = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
    signer(keys, service, REGION, expires=60).add_auth(request)


def root(cloud: Cloud, account: str) -> Credentials:
    """The keys of an account."""
    return Credentials(account, cloud.root(account).secret_access_key)


def tries_against(cloud: Cloud, console: str, account: str) -> Tries:
    """Everything that a page can try, including the proven signed call."""
    body = new_function(account)
    signed = {"method": "POST", "headers": signature(cloud, account, body), "body": body}
    user = AWSRequest("GET", f"{cloud.url}/?Action=CreateUser&UserName=evil&Version=2010-05-08")
    presign(user, root(cloud, account), "iam")
    tries = Tries()
    tries.add("fetched", "read the answer of a signed call", cloud.url + FUNCTION, **signed)
    tries.add("fetched", "read health", f"{cloud.url}/_ministack/health")
    tries.add("fetched", "read a channel", f"{console}/api/channels/dev/messages")
    tries.add("fetched", "reset", f"{cloud.url}/_ministack/reset", method="POST", mode="no-cors")
    tries.add(
        "fetched",
        "post",
        f"{console}/services/dev",
        method="POST",
        mode="no-cors",
        body='{"text": "evil"}',
    )
    tries.add("framed", "reset by a form", f"{cloud.url}/_ministack/reset", a="b")
    tries.add(
        "framed", "post by a form", f"{console}/services/dev", **{'{"text": "evil", "a': '"}'}
    )
    tries.add("pictured", "user", str(user.url))
    tries.add("connected", "socket", f"ws://127.0.0.1:{cloud.port}/_aws/execute-api/a/$default")
    return tries
