"""The examples' durable function requests a review, waits and continues on the embedded AWS."""

import json
from collections.abc import Generator
from typing import Any

import pytest

from local.cloud import Cloud
from local.cloud.account import open_account
from local.deployment.deployer import Deployer
from tests.conftest import REGION
from tests.examples.callers import EXAMPLES
from tests.examples.durable import Deployed, deploy
from tests.http_stub import Answer, http_stub
from tests.local_stack import eventually
from tests.signing import People
from tests.stages import end_functions, new_account

pytestmark = pytest.mark.xdist_group("examples", first=True)


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, deployer: Deployer) -> Generator[Deployed]:
    account = open_account(cloud.url, cloud.root(new_account()), REGION)
    with http_stub(Answer()) as slack:
        yield Deployed(
            account, deploy(deployer, EXAMPLES / "durable_function", account, slack), slack
        )
        end_functions(People(cloud.url, account.root, REGION))


def test_an_approval_resumes_the_function_with_its_context(deployed: Deployed) -> None:
    execution, review_id = deployed.ask()
    assert "Promote churn 7?" in deployed.posted_text()

    deployed.decide("approve", review_id, "better than 6")

    ended = deployed.end(execution)
    result = json.loads(ended["Result"])
    assert (ended["Status"], result["promoted"]) == ("SUCCEEDED", True)
    assert result["review"]["reason"] == "better than 6"
    assert result["review"]["context"] == {"model": "churn", "version": 7}
    history: Any = deployed.account.functions.get_durable_execution_history(
        DurableExecutionArn=execution
    )
    names = [it.get("Name") for it in history["Events"] if it["EventType"] == "StepSucceeded"]
    assert names == ["ask people submitter", "promote"]


def test_a_rejection_fails_a_function_that_does_not_handle_it(deployed: Deployed) -> None:
    execution, review_id = deployed.ask()

    deployed.decide("reject", review_id, "worse for new customers")

    ended = deployed.end(execution)
    assert ended["Status"] == "FAILED"
    assert ended["Error"]["ErrorMessage"] == "worse for new customers"
    assert json.loads(ended["Error"]["ErrorData"])["decision"] == "rejected"


def test_an_expired_review_is_reported_at_the_deadline(deployed: Deployed) -> None:
    execution = deployed.start(timeout="1s")

    def expired() -> bool:
        deployed.sweep()
        return deployed.review_of(execution).get("status") == "EXPIRED"

    eventually(expired, "the end of the time to decide")
    ended = deployed.end(execution)
    assert ended["Status"] == "FAILED"
    assert json.loads(ended["Error"]["ErrorData"])["decision"] == "expired"


def test_a_stopped_function_cancels_its_review_and_notifies_the_channel(deployed: Deployed) -> None:
    execution, _ = deployed.ask()

    deployed.account.functions.stop_durable_execution(DurableExecutionArn=execution)

    eventually(lambda: deployed.review_of(execution)["status"] == "CANCELLED", "the cancellation")
    eventually(lambda: "The execution was stopped" in deployed.posted_text(), "its message")


def test_an_invalid_request_fails_the_function_at_once(deployed: Deployed) -> None:
    execution = deployed.start(timeout="8d")

    ended = deployed.end(execution)
    assert ended["Status"] == "FAILED"
    assert "timeout" in ended["Error"]["ErrorMessage"]
    assert deployed.review_of(execution) == {}
