"""AWS calls of a function, measured by running its real handler against the local stack."""

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import boto3

from components.functions.archive import ROOT
from tests.local_stack import DeployedStage


def environments(stage: DeployedStage) -> dict[str, dict[str, str]]:
    """Return each deployed function's environment, with the endpoint of the local stack."""
    way = {
        "AWS_ENDPOINT_URL": stage.cloud_url,
        "AWS_DEFAULT_REGION": stage.region,
        "AWS_ACCESS_KEY_ID": stage.account,
        "AWS_SECRET_ACCESS_KEY": stage.root.secret_access_key,
    }
    deployed = stage.client("lambda").list_functions()["Functions"]
    return {
        each["Handler"].split(".")[1]: {**each["Environment"]["Variables"], **way}
        for each in deployed
    }


def calls_of(
    stage: DeployedStage, function: str, *events: Mapping[str, Any], **settings: str
) -> list[list[str]]:
    """Return the names of the calls that a new process of the function makes for each event.

    `settings` override variables of its environment.
    """
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.aws_calls", function],
        cwd=ROOT,
        env=environments(stage)[function] | settings,
        input=json.dumps(events),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


class _Context:
    """Lambda context with enough time remaining."""

    def get_remaining_time_in_millis(self) -> int:
        return 15 * 60 * 1000


def main() -> None:
    """Run in that process: read events, write names of calls."""
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("before-call", note)
    handler = import_module(f"lambdas.{sys.argv[1]}.handler")
    made: list[list[str]] = []
    for event in json.load(sys.stdin):
        calls.clear()
        handler.handle(event, _Context())
        made.append(list(calls))
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
