"""The durable function of the examples, deployed beside a gate, and the gate's channel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import loopback
from local.cloud.account import Account
from local.deployment.deployer import Deployer
from tests.examples.programs import run_program
from tests.http_stub import Stub
from tests.local_stack import eventually

MODEL = {"model": "churn", "version": 7, "accuracy": 0.93}


@dataclass(frozen=True)
class Deployed:
    """The deployed example, and the channel of its gate."""

    account: Account
    outputs: Mapping[str, str]
    slack: Stub

    def start(self, **given: Any) -> str:
        """Start the function, and return its durable execution."""
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
        """Return the row of an execution's review; empty before it exists."""
        rows: Any = self.account.dynamodb.scan(TableName=self.outputs["reviews_table_name"])
        for row in rows["Items"]:
            if row["execution_arn"]["S"] == execution:
                return {name: str(*value.values()) for name, value in row.items()}
        return {}

    def ask(self, **given: Any) -> tuple[str, str]:
        """Start the function, wait for the request, return execution and review ID."""
        execution = self.start(**given)
        row = eventually(lambda: self.review_of(execution), f"the question of {execution}")
        eventually(lambda: row["approval_link"] in self.posted_text(), "its message")
        return execution, row["review_id"]

    def posted_text(self) -> str:
        """Return everything posted to the channel."""
        return "\n".join(body.decode() for _, _, body in self.slack.asked)

    def decide(self, verb: str, review_id: str, reason: str) -> None:
        answer = loopback.post(
            f"{self.outputs['decision_api_url']}/{verb}",
            data={"review": f"{review_id}.{self._link_key(review_id)}", "reason": reason},
            headers={"Accept": "application/json"},
        )
        answer.raise_for_status()

    def _link_key(self, review_id: str) -> str:
        row: Any = self.account.dynamodb.get_item(
            TableName=self.outputs["reviews_table_name"], Key={"review_id": {"S": review_id}}
        )
        return row["Item"]["link_key"]["S"]

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


def deploy(
    deployer: Deployer,
    program: Path,
    account: Account,
    slack: Stub,
    project: str = "model-promotion",
) -> Mapping[str, str]:
    """Run a program with a gate that posts to this channel."""
    config = {"slackWebhookUrl": slack.url, "slackChannel": "#models"}
    return run_program(deployer, program, project, account, config, ("slackWebhookUrl",))
