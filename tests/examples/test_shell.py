"""A shell script requests a review, waits, and exits 0 only after an approval."""

import json
import os
import shutil
import signal
import subprocess
import threading
import uuid
from collections.abc import Callable, Generator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.examples.callers import EXAMPLES
from tests.examples.shell import SCRIPT, Asked, environment_of
from tests.local_stack import DeployedStage, eventually

pytestmark = [
    pytest.mark.xdist_group("examples", first=True),
    pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq on the PATH"),
]


Ask = Callable[..., Asked]


@pytest.fixture
def environment(dev: DeployedStage) -> dict[str, str]:
    """A session of a role that may only request reviews."""
    role = dev.people.role(managed=dev.outputs["asker_policy_arn"])
    return environment_of(dev, dev.people.session(role, "ci"))


@pytest.fixture
def ask(dev: DeployedStage, environment: dict[str, str], tmp_path: Path) -> Generator[Ask]:
    started: list[Asked] = []

    def asked(**fields: Any) -> Asked:
        request = json.loads((EXAMPLES / "request.json").read_text())
        title = f"{request['title']} {uuid.uuid4().hex[:8]}"
        file = tmp_path / "request.json"
        file.write_text(json.dumps({**request, "title": title, **fields}))
        started.append(Asked(dev, environment, file))
        return started[-1]

    yield asked
    for one in started:
        one.process.kill()
        one.process.communicate()


def test_an_approval_exits_0_and_prints_the_decision(dev: DeployedStage, ask: Ask) -> None:
    asked = ask(context={"decision": "rejected"})  # the context does not decide
    review_id = asked.review_id()
    dev.post("approve", review_id, "go on")

    status, output, errors = asked.end()
    assert status == 0, errors
    answer = json.loads(output)
    assert (answer["review_id"], answer["decision"]) == (review_id, "approved")
    assert (answer["reason"], answer["requester_verified"]) == ("go on", True)


def test_a_rejection_exits_1_and_prints_the_decision(dev: DeployedStage, ask: Ask) -> None:
    asked = ask(context={"decision": "approved"})
    dev.post("reject", asked.review_id(), "Too early.")

    status, output, _ = asked.end()
    assert status == 1
    answer = json.loads(output)
    assert (answer["decision"], answer["reason"]) == ("rejected", "Too early.")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_script_withdraws_its_review(
    dev: DeployedStage, ask: Ask, sent: signal.Signals
) -> None:
    asked = ask()
    review_id = asked.review_id()
    assert asked.process.stderr
    assert review_id in asked.process.stderr.readline()
    asked.process.send_signal(sent)

    assert asked.end()[0] == 130
    eventually(lambda: dev.row(review_id)["status"] == "CANCELLED", "the withdrawal")
    dev.message_with("*Cancelled*", "The request was interrupted")


def test_an_invalid_request_fails_at_once_with_the_reason(ask: Ask) -> None:
    status, output, errors = ask(title="").end()
    assert (status, output) == (1, "")
    assert "title must be" in errors


def test_a_caller_without_permission_gets_an_access_error(
    dev: DeployedStage, environment: dict[str, str]
) -> None:
    without_permission = environment_of(dev, dev.people.user())
    url = dev.outputs["decision_api_url"]
    ran = subprocess.run(
        [SCRIPT, url, EXAMPLES / "request.json"],
        env=without_permission,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Forbidden" in ran.stderr


class Gateway(BaseHTTPRequestHandler):
    """Refuses every request, and keeps its signature."""

    seen: ClassVar[list[tuple[Message, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.headers, body))
        self.send_response(403)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_its_signature_matches_botocores() -> None:
    with HTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.handle_request).start()
        url = f"http://127.0.0.1:{server.server_port}"
        env = {
            "PATH": os.environ["PATH"],
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "ASIA0",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "token",
        }
        request = EXAMPLES / "request.json"
        ran = subprocess.run([SCRIPT, url, request], env=env, capture_output=True, check=False)
    assert ran.returncode == 1
    [(headers, body)] = Gateway.seen

    assert body == request.read_bytes()
    expected = AWSRequest("POST", f"{url}/asker/reviews", data=body)
    expected.headers["Content-Type"] = "application/json"
    signer = SigV4Auth(Credentials("ASIA0", "secret", "token"), "execute-api", "eu-central-1")
    expected.context["timestamp"] = headers["X-Amz-Date"]
    expected.headers["X-Amz-Date"] = headers["X-Amz-Date"]
    expected.headers["X-Amz-Security-Token"] = headers["X-Amz-Security-Token"]
    signed = signer.string_to_sign(expected, signer.canonical_request(expected))
    assert headers["Authorization"].endswith(f"Signature={signer.signature(signed, expected)}")


def test_it_prints_its_usage(environment: dict[str, str]) -> None:
    ran = subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("usage: ")
