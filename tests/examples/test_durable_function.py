"""The durable function of the examples asks, waits and goes on, on the embedded AWS."""

import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local import loopback
from local.cloud import running_cloud
from local.cloud.account import Account, open_account
from tests.http_stub import Answer, Stub, http_stub
from tests.laptop import ROOT, eventually

REGION = "eu-central-1"
MODEL = {"model": "churn", "version": 7, "accuracy": 0.93}


@dataclass(frozen=True)
class Deployed:
    """The example's program, deployed, and the channel of its gate."""

    account: Account
    outputs: Mapping[str, str]
    slack: Stub

    def start(self, **given: Any) -> str:
        """Start the function, which asks; the answer is its durable execution."""
        known = self._executions()
        self.account.functions.invoke(
            FunctionName=f"{self.outputs['function_arn']}:$LATEST",
            InvocationType="Event",
            Payload=json.dumps(MODEL | given),
        )
        return eventually(lambda: self._executions() - known, "a start").pop()

    def _executions(self) -> set[str]:
        found = self.account.functions.list_durable_executions_by_function(
            FunctionName=self.outputs["function_arn"]
        )
        return {it["DurableExecutionArn"] for it in found["DurableExecutions"]}

    def review_of(self, execution: str) -> dict[str, str]:
        """The row of what an execution asks; empty while there is none."""
        rows: Any = self.account.dynamodb.scan(TableName=self.outputs["reviews_table_name"])
        for row in rows["Items"]:
            if row["execution_arn"]["S"] == execution:
                return {name: str(*value.values()) for name, value in row.items()}
        return {}

    def ask(self, **given: Any) -> tuple[str, str]:
        """Start it, and wait until people are asked: the execution, and the review's id."""
        execution = self.start(**given)
        row = eventually(lambda: self.review_of(execution), f"the question of {execution}")
        eventually(lambda: row["approval_link"] in self.said(), "its message")
        return execution, row["review_id"]

    def said(self) -> str:
        """Everything that the channel was told."""
        return "\n".join(body.decode() for _, _, body in self.slack.asked)

    def decide(self, verb: str, review_id: str, reason: str) -> None:
        answer = loopback.post(
            f"{self.outputs['decision_api_url']}/{verb}",
            data={"review": review_id, "reason": reason},
            headers={"Accept": "application/json"},
        )
        answer.raise_for_status()

    def sweep(self) -> None:
        """Run the sweeper now, beside its schedule."""
        functions = self.account.functions.list_functions()["Functions"]
        [name] = [it for it in functions if "sweep_reviews" in it.get("Handler", "")]
        self.account.functions.invoke(FunctionName=name.get("FunctionName", ""), Payload=b"{}")

    def end(self, execution: str) -> Any:
        """Wait for the end of a durable execution."""

        def ended() -> Any:
            answer = self.account.functions.get_durable_execution(DurableExecutionArn=execution)
            return answer if answer["Status"] != "RUNNING" else None

        return eventually(ended, f"the end of {execution}")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployed]:
    folder = tmp_path_factory.mktemp("cloud")
    with running_cloud(folder / "cloud.log", REGION) as cloud, http_stub(Answer()) as slack:
        cloud.wait()
        account = open_account(cloud.url, "444444444444", REGION)
        outputs = _deploy(ROOT / "examples" / "durable_function", account, slack)
        yield Deployed(account, outputs, slack)


def _deploy(program: Path, account: Account, slack: Stub) -> Mapping[str, str]:
    """Run the program as the laptop runs its own."""
    job: dict[str, Any] = {
        "root": str(program),
        "project": "model-promotion",
        "stage": "prod",
        "cloud_url": account.cloud_url,
        "account": account.number,
        "region": account.region,
        "config": {"model-promotion:slackWebhookUrl": slack.url},
        "secret_keys": ["model-promotion:slackWebhookUrl"],
    }
    ran = subprocess.run(
        [sys.executable, "-m", "local.deployment.stage_process"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=300,
    )
    last = json.loads(ran.stdout.splitlines()[-1])
    assert "outputs" in last, (last, ran.stderr)
    return last["outputs"]


def test_an_approval_lets_the_function_go_on_with_its_own_context(deployed: Deployed) -> None:
    execution, review_id = deployed.ask()
    assert "Promote churn 7?" in deployed.said()

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


def test_a_rejection_fails_a_function_that_does_not_look_at_it(deployed: Deployed) -> None:
    execution, review_id = deployed.ask()

    deployed.decide("reject", review_id, "worse for new customers")

    ended = deployed.end(execution)
    assert ended["Status"] == "FAILED"
    assert ended["Error"]["ErrorMessage"] == "worse for new customers"
    assert json.loads(ended["Error"]["ErrorData"])["decision"] == "rejected"


def test_a_function_that_wants_every_answer_gets_a_rejection_as_one(deployed: Deployed) -> None:
    execution, review_id = deployed.ask(answer="always")

    deployed.decide("reject", review_id, "not today")

    ended = deployed.end(execution)
    result = json.loads(ended["Result"])
    assert (ended["Status"], result["promoted"]) == ("SUCCEEDED", False)
    assert result["review"]["decision"] == "rejected"


def test_silence_is_told_at_the_deadline(deployed: Deployed) -> None:
    execution = deployed.start(timeout="1s")

    def expired() -> bool:
        deployed.sweep()
        return deployed.review_of(execution).get("status") == "EXPIRED"

    eventually(expired, "the end of the time to decide")
    ended = deployed.end(execution)
    assert ended["Status"] == "FAILED"
    assert json.loads(ended["Error"]["ErrorData"])["decision"] == "expired"


def test_a_stopped_function_cancels_its_review_and_the_channel_is_told(deployed: Deployed) -> None:
    execution, _ = deployed.ask()

    deployed.account.functions.stop_durable_execution(DurableExecutionArn=execution)

    eventually(lambda: deployed.review_of(execution)["status"] == "CANCELLED", "the cancellation")
    eventually(lambda: "Somebody stopped the execution" in deployed.said(), "its message")


def test_a_request_that_the_gate_refuses_fails_the_function_at_once(deployed: Deployed) -> None:
    execution = deployed.start(timeout="8d")

    ended = deployed.end(execution)
    assert ended["Status"] == "FAILED"
    assert "timeout" in ended["Error"]["ErrorMessage"]
    assert deployed.review_of(execution) == {}
