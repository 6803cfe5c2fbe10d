"""Four callers of one stage wait at the same time, and each receives its own decision."""

import json
import shutil
import uuid
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from local.cloud.account import open_account
from local.deployment.deployer import Deployer
from tests.conftest import REGION
from tests.examples.callers import deploy_file
from tests.examples.durable import Deployed, deploy
from tests.examples.shell import Asked, environment_of
from tests.http_stub import Answer, http_stub
from tests.local_stack import DeployedStage, Execution, eventually
from tests.stages import end_functions, new_account

pytestmark = [
    pytest.mark.xdist_group("examples", first=True),
    pytest.mark.skipif(shutil.which("jq") is None, reason="there is no jq on the PATH"),
]


@dataclass(frozen=True)
class Stage:
    """A stage, and the durable function that uses its gate."""

    deployed: DeployedStage
    durable: Deployed

    def waiting(self) -> dict[str, str]:
        """Return the IDs of pending reviews by title."""
        rows: Any = self.durable.account.dynamodb.scan(
            TableName=self.deployed.outputs["reviews_table_name"], ConsistentRead=True
        )
        return {
            row["title"]["S"]: row["review_id"]["S"]
            for row in rows["Items"]
            if row["status"]["S"] == "PENDING"
        }


@pytest.fixture(scope="module")
def stage(cloud: Cloud, deployer: Deployer) -> Generator[Stage]:
    account = open_account(cloud.url, cloud.root(new_account()), REGION)
    program = "side_by_side"
    with http_stub(Answer()) as slack:
        outputs = deploy(deployer, Path(__file__).parent / program, account, slack, "signoff")
        deployed = DeployedStage(
            "dev", "dev", account.root, outputs, cloud.url, "", REGION, cloud.log
        )
        yield Stage(deployed, Deployed(account, outputs, slack))
        end_functions(deployed.people)


@dataclass(frozen=True)
class Caller:
    """A caller's title and end: whether it continued, and its output."""

    title: str
    end: Callable[[], tuple[bool, str]]


def ending_of(execution: Execution) -> Callable[[], tuple[bool, str]]:
    def end() -> tuple[bool, str]:
        ended = execution.end()
        output = {name: ended.get(name) for name in ("output", "error", "cause")}
        return ended["status"] == "SUCCEEDED", json.dumps(output)

    return end


def callers(stage: Stage, own: str, env: Mapping[str, str], folder: Path) -> dict[str, Caller]:
    """Start the four callers."""
    dev, durable = stage.deployed, stage.durable
    workflow = dev.start(rows=100, anomaly_rate=0.5, title=f"Upload {own}")
    host = deploy_file(dev, "jsonata_host.asl.json").start(
        model=own, auc=0.941, auc_in_production=0.938
    )
    request = folder / "request.json"
    request.write_text(json.dumps({"title": f"Shell {own}"}))
    shell = Asked(dev, env, request)
    function = durable.start(model=f"function-{own}")

    def end_of_shell() -> tuple[bool, str]:
        status, output, errors = shell.end()
        return status == 0, output + errors

    def end_of_function() -> tuple[bool, str]:
        ended = durable.end(function)
        return ended["Status"] == "SUCCEEDED", json.dumps(ended, default=str)

    return {
        "workflow": Caller(f"Upload {own}", ending_of(workflow)),
        "host": Caller(f"Promote {own} to production?", ending_of(host)),
        "shell": Caller(f"Shell {own}", end_of_shell),
        "function": Caller(f"Promote function-{own} 7?", end_of_function),
    }


def test_each_caller_receives_only_its_own_decision(stage: Stage, tmp_path: Path) -> None:
    approved = ("workflow", "function")
    own = uuid.uuid4().hex[:8]
    env = environment_of(stage.deployed, stage.deployed.people.root())
    started = callers(stage, own, env, tmp_path)
    titles = {caller.title for caller in started.values()}
    eventually(lambda: titles <= stage.waiting().keys(), "all four at the same time")

    ids = stage.waiting()
    for name, caller in started.items():
        verb = "approve" if name in approved else "reject"
        answer = stage.deployed.post(verb, ids[caller.title], f"by {name} for {own}")
        answer.raise_for_status()

    for name, caller in started.items():
        continued, output = caller.end()
        assert continued == (name in approved), (name, output)
        others = [it for it in started if it != name and f"by {it} for" in output]
        assert others == []
        if not continued:
            assert f"by {name} for {own}" in output
            words = ("ReviewRejected", "CallbackExternalError", '"decision": "rejected"')
            assert any(word in output for word in words)
