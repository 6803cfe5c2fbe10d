"""Runs `python -m local up` and uses its stages."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from requests import Response

from lambdas.domain.review.ids import is_review_id
from local import loopback
from local.cloud.keys import Keys
from local.home import Home
from tests.signing import People
from tests.story import story

ROOT = Path(__file__).parents[1]
SECONDS_TO_WAIT = 90
Value = TypeVar("Value")

SIGNING_SECRET = "slackSigningSecret=0123456789abcdef0123456789abcdef"
LINKS_TOO = "requireVerifiedReviewer=false"
BOT = ("slackBotToken=xoxb-1-ACCOUNT", "slackChannelId=CACCOUNT")
"""Token and channel of a separate stage; tests.stages inserts the account ID."""
BATCH = {
    "rows": 1000,
    "anomaly_rate": 0.08,
    "title": "Customer upload",
    "requested_by": "U012ABCDEF",
}


VISITS = {"opened", "last_opened_at", "last_opened_from", "refusals"}
"""Fields of a row that visits update."""


def without_visits(row: Mapping[str, str]) -> dict[str, str]:
    """Return a row without its visits."""
    return {name: value for name, value in row.items() if name not in VISITS}


def eventually(
    look: Callable[[], Value | None], what: str, seconds: float = SECONDS_TO_WAIT
) -> Value:
    """Poll until the result is truthy; fail after a generous timeout."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")


@dataclass(frozen=True)
class Execution:
    """An execution of a stage's workflow."""

    arn: str
    stage: "DeployedStage"

    def status(self) -> str:
        """Current status in Step Functions."""
        return str(self._describe()["status"])

    def end(self) -> dict[str, Any]:
        """Wait for the end; return status, output (parsed), error and cause."""

        def ended() -> Mapping[str, Any] | None:
            answer = self._describe()
            return answer if answer["status"] != "RUNNING" else None

        answer = eventually(ended, f"the end of {self.arn}")
        return {
            "status": answer["status"],
            "output": json.loads(answer.get("output", "{}")),
            "error": answer.get("error"),
            "cause": answer.get("cause"),
        }

    def _describe(self) -> Mapping[str, Any]:
        return self.stage.client("stepfunctions").describe_execution(executionArn=self.arn)


@dataclass(frozen=True)
class DeployedStage:
    """A deployed stage, accessed through its outputs and its channel."""

    name: str
    channel: str
    """Name of its channel in the Slack simulator's URLs."""
    root: Keys
    """The account's root credentials."""
    outputs: Mapping[str, str]
    cloud_url: str
    console_url: str
    region: str
    log: Path

    @property
    def account(self) -> str:
        """Account ID of the stage."""
        return self.root.access_key_id

    @cached_property
    def people(self) -> People:
        """Credentials for the stage's account."""
        return People(self.cloud_url, self.root, self.region)

    def client(self, service: str) -> Any:
        """Return an AWS client for the stage's account, with the root's permissions."""
        return self.people.client(service)

    def start(self, **given: Any) -> Execution:
        """Start the workflow, by default with a flagged batch."""
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs["state_machine_arn"], input=json.dumps(given or BATCH)
        )
        return Execution(answer["executionArn"], self)

    def start_machine(self, machine: str = "review", **request: Any) -> Execution:
        """Start the review machine with a request, or the answer machine."""
        answer = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs[f"{machine}_machine_arn"], input=json.dumps(request)
        )
        return Execution(answer["executionArn"], self)

    def messages(self) -> list[dict[str, Any]]:
        """Messages in the stage's channel, oldest first."""
        return self._listed("messages")

    @property
    def escalation(self) -> "DeployedStage":
        """The same stage, accessed through its escalation channel."""
        return replace(self, channel=f"{self.channel}-escalation")

    def deliveries(self) -> list[dict[str, Any]]:
        """Deliveries to the channel with their times, including failures, oldest first."""
        return self._listed("deliveries")

    def _listed(self, what: str) -> list[dict[str, Any]]:
        answer = loopback.get(f"{self.console_url}/api/channels/{self.channel}/{what}")
        answer.raise_for_status()
        return answer.json()

    def sweep(self) -> None:
        """Run the sweeper now, beside its schedule."""
        self.invoke("sweep-reviews", {})

    def invoke(self, function: str, event: Mapping[str, object]) -> None:
        """Call the function whose name contains this, and wait for its end."""
        functions = self.client("lambda").list_functions()["Functions"]
        [name] = [it["FunctionName"] for it in functions if function in it["FunctionName"]]
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        if "FunctionError" in answer:
            raise AssertionError(answer["Payload"].read().decode())

    def log_tail(self, lines: int = 15) -> str:
        """Return the last lines of the log of the embedded AWS and its functions."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def message_with(self, *texts: str) -> dict[str, Any]:
        """Wait for a message in the channel with all of these texts."""

        def found() -> dict[str, Any] | None:
            for message in self.messages():
                shown = json.dumps(message, ensure_ascii=False)
                if all(text in shown for text in texts):
                    return message
            return None

        try:
            return eventually(found, f"a message with {texts} in {self.name}'s channel")
        except AssertionError as error:
            error.add_note(self.log_tail())
            raise

    def ask(self, **given: Any) -> tuple[Execution, str]:
        """Start a flagged batch with a unique title; return its execution and review ID."""
        title = given.pop("title", f"upload {time.monotonic_ns()}")
        execution = self.start(**{**BATCH, "title": title, **given})
        shown = json.dumps(self.message_with(title, "approve?review="))
        found = re.search(r"approve\?review=([a-z2-7]{16})", shown)
        assert found
        return execution, found[1]

    def ask_machine(self, **request: Any) -> tuple[Execution, str]:
        """Start the review machine with a unique title; return its execution and review ID.

        The row exists then; the message may not be posted yet.
        """
        execution = self.start_machine(title=f"Promote model {time.monotonic_ns()}?", **request)
        return execution, eventually(lambda: self.row_of(execution), "the row")["review_id"]

    def post(self, verb: str, review_id: str, reason: str = "", **headers: str) -> Response:
        """Decide with the page's form, and return the page that a browser shows next."""
        answer = loopback.post(
            self.outputs[f"{verb}_url"],
            data={"review": self.linked_id(review_id), "reason": reason},
            headers=headers,
        )
        if answer.status_code != HTTPStatus.SEE_OTHER:
            return answer
        return loopback.get(urllib.parse.urljoin(answer.url, answer.headers["Location"]))

    def get(self, page: str, review_id: str) -> Response:
        """Open a page of the decision API."""
        url = f"{self.outputs['decision_api_url']}/{page}"
        return loopback.get(url, params={"review": self.linked_id(review_id)})

    def linked_id(self, review_id: str) -> str:
        """Return the ID in a review's links; an unknown ID is returned unchanged."""
        key = self.row(review_id).get("link_key") if is_review_id(review_id) else None
        return f"{review_id}.{key}" if key else review_id

    def row(self, review_id: str) -> dict[str, str]:
        """The review's row."""
        answer = self.client("dynamodb").get_item(
            TableName=self.outputs["reviews_table_name"],
            Key={"review_id": {"S": review_id}},
            ConsistentRead=True,
        )
        return {name: str(*value.values()) for name, value in answer.get("Item", {}).items()}

    def settled_row(self, review_id: str, event: str) -> dict[str, str] | None:
        """Return the row once the message about an event is posted and recorded."""
        table = self.outputs["audit_log_table_name"]
        record = story(self.client("dynamodb"), table, review_id)
        whys = [it["why"] for it in record if it["event"] == "review.notified"]
        return self.row(review_id) if any(why.startswith(event) for why in whys) else None

    def row_of(self, execution: Execution) -> dict[str, str]:
        """Return the row of an execution's only review; empty before it exists."""
        pages = self.client("dynamodb").get_paginator("scan")
        found = [
            {name: str(*value.values()) for name, value in item.items()}
            for page in pages.paginate(TableName=self.outputs["reviews_table_name"])
            for item in page["Items"]
            if item.get("execution_arn", {}).get("S") == execution.arn
        ]
        assert len(found) <= 1, found
        return found[0] if found else {}

    def click(
        self, message: Mapping[str, Any], action_id: str, user_id: str, **filled_in: Any
    ) -> dict[str, Any]:
        """Click a button in the channel as a person; return `status` and `body`, or `error`.

        The click includes `reason`, and `answers` by question name.
        """
        answer = loopback.post(
            f"{self.console_url}/api/channels/{self.channel}/messages/{message['ts']}/click",
            json={"action_id": action_id, "user_id": user_id, "user_name": user_id, **filled_in},
        )
        return answer.json()

    def type(self, text: str, user_id: str) -> dict[str, Any]:
        """Type `/signoff text` in the channel as a person; return the private reply."""
        answer = loopback.post(
            f"{self.console_url}/api/channels/{self.channel}/command",
            json={"text": text, "user_id": user_id, "user_name": user_id},
        ).json()
        assert answer.get("status") == HTTPStatus.OK, answer
        return json.loads(answer["body"])

    def break_slack(self, **fault: float) -> None:
        """Make the next deliveries to the channel fail; `seconds` delays their responses."""
        loopback.post(
            f"{self.console_url}/api/channels/{self.channel}/faults", json=fault
        ).raise_for_status()


def read_state(
    home: Home, channels: Mapping[str, str] = MappingProxyType({})
) -> dict[str, DeployedStage]:
    """Read the stages of a local stack from its folder.

    In the simulator's URLs, channels have the stages' names unless `channels` overrides them.
    """
    state = json.loads(home.state.read_text())
    return {
        name: DeployedStage(
            name=name,
            channel=channels.get(name, name),
            root=Keys(stage["access_key_id"], stage["secret_access_key"]),
            outputs=stage["outputs"],
            cloud_url=state["cloud_url"],
            console_url=state["console_url"],
            region=state["region"],
            log=home.log("cloud"),
        )
        for name, stage in state["stages"].items()
    }


@contextmanager
def running_local_stack(folder: Path, *arguments: str) -> Generator[dict[str, DeployedStage]]:
    """Run `python -m local up …` in `folder` until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "up", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    state_file = folder / ".local" / "state.json"
    try:
        eventually(
            lambda: state_file.exists() or process.poll() is not None, "the local stack's start"
        )
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        yield read_state(Home(state_file.parent))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=SECONDS_TO_WAIT)
        finally:
            process.kill()
