"""A shell script asks, waits, and goes on only when people approve."""

import json
import shutil
import signal
import subprocess
import uuid
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from tests.examples.callers import EXAMPLES
from tests.examples.shell import SCRIPT, Asked, environment_of
from tests.laptop import DeployedStage, eventually

pytestmark = [
    pytest.mark.xdist_group("examples", first=True),
    pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq on the PATH"),
]


Ask = Callable[..., Asked]


@pytest.fixture
def environment(dev: DeployedStage, path: str) -> dict[str, str]:
    return environment_of(dev, path)


@pytest.fixture
def ask(dev: DeployedStage, environment: dict[str, str], tmp_path: Path) -> Generator[Ask]:
    started: list[Asked] = []

    def asked(machine: str = "review_machine_arn", **fields: Any) -> Asked:
        request = json.loads((EXAMPLES / "request.json").read_text())
        title = f"{request['title']} {uuid.uuid4().hex[:8]}"
        file = tmp_path / "request.json"
        file.write_text(json.dumps({**request, "title": title, **fields}))
        started.append(Asked(dev, environment, file, machine))
        return started[-1]

    yield asked
    for one in started:
        one.process.kill()
        one.process.communicate()


def test_an_approval_is_exit_status_0_and_the_answer(dev: DeployedStage, ask: Ask) -> None:
    asked = ask(context={"decision": "rejected"})  # what is not the decision decides nothing
    review_id = asked.review_id()
    dev.post("approve", review_id, "go on")

    status, output, _ = asked.end()
    assert status == 0
    answer = json.loads(output)
    assert (answer["review_id"], answer["decision"]) == (review_id, "approved")
    assert answer["reason"] == "go on"


def test_a_rejection_is_exit_status_1_and_the_reason(dev: DeployedStage, ask: Ask) -> None:
    asked = ask()
    dev.post("reject", asked.review_id(), "Too early.")

    status, output, errors = asked.end()
    assert (status, output) == (1, "")
    assert errors.endswith("ReviewRejected: Too early.\n")


def test_a_rejection_by_the_answer_machine_is_exit_status_1_too(
    dev: DeployedStage, ask: Ask
) -> None:
    asked = ask("answer_machine_arn", context={"decision": "approved"})
    dev.post("reject", asked.review_id(), "Too early.")

    status, output, _ = asked.end()
    assert status == 1
    assert json.loads(output)["decision"] == "rejected"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_script_cancels_its_review(
    dev: DeployedStage, ask: Ask, sent: signal.Signals
) -> None:
    asked = ask()
    review_id = asked.review_id()
    asked.process.send_signal(sent)

    assert asked.end()[0] == 130
    eventually(lambda: dev.row(review_id)["status"] == "CANCELLED", "the cancellation")
    dev.message_with("*Cancelled*", "Whoever asked was interrupted")


def test_a_wrong_request_fails_at_once_and_says_what_is_wrong(ask: Ask) -> None:
    status, output, errors = ask(title="").end()
    assert (status, output) == (1, "")
    assert "InvalidInput" in errors
    assert "title must be" in errors


def test_a_machine_that_is_not_there_is_no_approval(
    dev: DeployedStage, environment: dict[str, str]
) -> None:
    arn = f"{dev.outputs['review_machine_arn']}-of-another"
    ran = subprocess.run(
        [SCRIPT, arn, EXAMPLES / "request.json"], env=environment, capture_output=True, check=False
    )
    assert ran.returncode not in (0, 2)
    assert b"StateMachineDoesNotExist" in ran.stderr


def test_it_says_how_it_is_used(environment: dict[str, str]) -> None:
    ran = subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("usage: ")
