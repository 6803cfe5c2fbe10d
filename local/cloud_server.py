"""The embedded cloud's own process: ministack on a socket that it inherits.

It ends itself and every Lambda that it runs as soon as its parent closes the pipe or dies, so
that no process and no temporary file outlives the laptop, whatever happens to the parent.
Started as a script (`python -I cloud_server.py SOCKET`), in a session of its own.
"""

# Ministack comes without types, and keeps its APIs in a private name.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import asyncio
import json
import os
import re
import shutil
import signal
import sys
import threading
from typing import Any
from urllib.parse import parse_qs

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app as ministack
from ministack.core import iam_actions
from ministack.core.responses import set_request_account_id
from ministack.services import apigateway

API = "/_aws/execute-api/"
PARTIQL = re.compile(
    r'\s*(?:(INSERT)\s+INTO|(UPDATE)|(DELETE)\s+FROM|(SELECT)\b.*?\bFROM)\s+"([^"]+)"',
    re.IGNORECASE | re.DOTALL,
)


_transaction_checks = iam_actions.dynamodb_transaction_checks


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Let requests reach what they would reach on AWS.

    Ministack looks for things in the caller's account, and whoever follows a link has none: find
    the account by the link. And AWS is reached over TLS, which policies ask for: loopback counts.
    """
    if scope["type"] == "http":
        scope = {**scope, "scheme": "https"}
        if owner := _owner_of_link(scope["path"], scope["query_string"].decode("latin-1")):
            set_request_account_id(owner)  # a signed request sets its own
    await ministack(scope, receive, send)


def _owner_of_link(path: str, query: str) -> str | None:
    """Give the account that an HTTP API or an SNS confirmation link belongs to."""
    if path.startswith(API):
        api_id = path.removeprefix(API).split("/", 1)[0]
        apis = apigateway._apis.all_items()
        return next((account for (account, _, found), _ in apis if found == api_id), None)
    arn = parse_qs(query).get("TopicArn", [""])[0].split(":")
    return arn[4] if len(arn) > 4 else None


def _partiql_checks(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
    """What AWS asks of PartiQL: the statement's own action, on the table that it names.

    Ministack asks for `dynamodb:ExecuteStatement` on everything, which is no action on AWS.
    """
    request: Any = json.loads(body or b"{}")
    match action:
        case "dynamodb:ExecuteStatement":
            statements = [request]
        case "dynamodb:ExecuteTransaction":
            statements = request.get("TransactStatements", [])
        case _:
            return _transaction_checks(action, body, region, account)
    checks: list[tuple[str, str]] = []
    for statement in statements:
        found = PARTIQL.match(str(statement.get("Statement")))
        if not found:
            return [("dynamodb:PartiQLUnknown", "*")]
        verb = next(word for word in found.groups()[:4] if word).capitalize()
        table = f"arn:aws:dynamodb:{region}:{account}:table/{found[5]}"
        checks.append((f"dynamodb:PartiQL{verb}", table))
    return checks


def main() -> None:
    """Serve until the parent is gone."""
    iam_actions.dynamodb_transaction_checks = _partiql_checks
    threading.Thread(target=_follow_parent, daemon=True).start()
    config = Config()
    config.bind = [f"fd://{int(sys.argv[1])}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0
    asyncio.run(serve(app, config))


def _follow_parent() -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
