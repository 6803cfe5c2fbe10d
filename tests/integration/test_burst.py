"""A hundred executions at once: each waits for a review of its own, which stands once."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.laptop import BATCH, DeployedStage, eventually, running_laptop

MANY = 100
SECONDS = 600


@pytest.fixture
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStage]:
    """A stage of its own: nobody else's reviews wait in it."""
    with running_laptop(tmp_path_factory.mktemp("burst"), "--stage", "dev") as stages:
        yield stages["dev"]


def shown(stage: DeployedStage, titles: list[str]) -> Counter[str]:
    """How often each title stands in the channel."""
    messages = [json.dumps(message) for message in stage.messages()]
    return Counter(title for title in titles for message in messages if f'{title}"' in message)


def test_of_a_hundred_reviews_at_once_each_waits_and_stands_once_in_the_channel(
    dev: DeployedStage,
) -> None:
    titles = [f"Batch {number:03}" for number in range(MANY)]

    def start(title: str) -> str:
        # Named, so that a call that is sent again starts nothing twice.
        answer = dev.client("stepfunctions").start_execution(
            stateMachineArn=dev.outputs["state_machine_arn"],
            name=title.replace(" ", "-"),
            input=json.dumps({**BATCH, "title": title}),
        )
        return str(answer["executionArn"])

    with ThreadPoolExecutor(20) as pool:
        executions = list(pool.map(start, titles))
    eventually(lambda: len(shown(dev, titles)) == MANY, "the last of the requests", SECONDS)

    assert set(shown(dev, titles).values()) == {1}
    states = dev.client("stepfunctions")
    ended = [
        answer
        for arn in executions
        if (answer := states.describe_execution(executionArn=arn))["status"] != "RUNNING"
    ]
    assert ended == []
