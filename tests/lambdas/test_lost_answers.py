"""Answers that are lost after the call took effect, by a proxy that cuts them off."""

import socket
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
import requests

from lambdas.shared.lifecycle.decide import Said, decide
from lambdas.shared.lifecycle.executions import Executions
from lambdas.shared.review.events import Actor
from lambdas.shared.review.review import Outcome, Review, Status, Way, new_review_id
from lambdas.shared.review.rules import Rules
from lambdas.shared.runtime.clients import client
from local import loopback
from local.cloud import Cloud
from tests.lambdas.conftest import World
from tests.laptop import eventually

TIMES = 100


@pytest.fixture
def proxy(cloud: Cloud) -> Generator[str]:
    """AWS behind a proxy that can misbehave."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "microburst", "--upstream", cloud.url, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: _answers(url), "the proxy's start")
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return loopback.get(f"{url}/_microburst/rules").ok
    except requests.RequestException:
        return False


def test_a_hundred_decisions_whose_answer_is_cut_off_all_converge(
    world: World, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = {"service": "stepfunctions", "operation": "SendTaskSuccess"}
    loopback.request(
        "PATCH", f"{proxy}/_microburst/rules", json=[{**cut, "response": {"abort_bytes": 0}}]
    ).raise_for_status()
    reviews = [world.waiting_review(review_id=new_review_id()) for _ in range(TIMES)]
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", proxy)
    gate = world.gate_with(Executions(client("stepfunctions")))

    def decided(numbered: tuple[int, Review]) -> Review:
        number, review = numbered
        outcome = list(Outcome)[number % 2]
        by = Actor(person="U1ANN", via=Way.SLACK)
        return decide(gate, Rules(), review.review_id, outcome, Said(reason="because"), by)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(decided, enumerate(reviews)))

    expected = [list(Outcome)[number % 2] for number in range(TIMES)]
    assert [answer.status for answer in answers] == [outcome.status for outcome in expected]
    rows = [world.store.get(review.review_id) for review in reviews]
    assert [(row.status, row.due_at) for row in rows] == [(it.status, None) for it in expected]
    outputs = [world.execution_output(review)["output"]["decision"] for review in reviews]
    assert outputs == expected
    assert len(world.announced()) == TIMES
    fired = loopback.get(f"{proxy}/_microburst/fired").json()
    assert len(fired) >= TIMES, "every answer was cut off"
    assert {row.status for row in rows} == {Status.APPROVED, Status.REJECTED}
    assert boto3.client("stepfunctions").meta.endpoint_url == proxy
