"""The embedded AWS adds no delays to functions and returns their complete logs."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.local_stack import ROOT

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer

TIMES = 50
# Run in a separate process, since the patch is global: record its sleeps.
WATCHED = """
import io, json, time, zipfile
from local.cloud import patches
patches.apply()
from ministack.core import lambda_runtime
from ministack.services import stepfunctions as states

slept = []
time.sleep = lambda seconds: seconds and slept.append(seconds)

code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("code.py", "def handle(event, context): return event")
config = {"Runtime": "python3.13", "Handler": "code.handle", "Timeout": 30,
          "FunctionArn": "arn:aws:lambda:eu-central-1:111111111111:function:it",
          "Role": "arn:aws:iam::111111111111:role/it"}
worker = lambda_runtime.Worker("it", config, code.getvalue())
answers = [worker.invoke(number, str(number)) for number in range(3)]

definition = json.dumps({"StartAt": "It", "States": {"It": {"Type": "Pass", "End": True}}})
states._state_machines["machine"] = {"name": "it", "definition": definition}
execution = {"executionArn": "execution", "stateMachineArn": "machine", "name": "it", "sync": True,
             "input": "{}", "status": "RUNNING", "startDate": "", "events": []}
states._executions["execution"] = execution
states._run_execution("execution")
print(json.dumps([slept, [it["result"] for it in answers], execution["status"]]))
worker.kill()
"""


def test_functions_and_executions_run_without_delays() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WATCHED], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert json.loads(answer.stdout) == [[], [0, 1, 2], "SUCCEEDED"]


def test_an_invocation_returns_its_complete_log(deploy: Deployer) -> None:
    chatty = deploy.function('print(f"first of {event}\\nlast of {event}")')
    for number in range(TIMES):
        answer = deploy.aws.functions.invoke(
            FunctionName=chatty.name, Payload=json.dumps(number).encode(), LogType="Tail"
        )
        log = base64.b64decode(answer["LogResult"]).decode().splitlines()
        assert log == [f"first of {number}", f"last of {number}"]
