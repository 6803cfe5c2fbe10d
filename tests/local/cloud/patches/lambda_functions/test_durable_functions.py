"""Durable functions run, wait, receive callbacks and send status events as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.durable_function import WAITS, DurableFunction, Waiting
from tests.local.cloud.patches.machines import code
from tests.local_stack import eventually

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer, Function

CLOSED = ["CallbackTimeoutException"] * 3


def deploy_waiting(deploy: Deployer, source: str = WAITS, seconds: int = 3600) -> DurableFunction:
    """Deploy a durable function whose role has the permissions on its own executions."""
    role = deploy.role()
    name = f"waits-{role['name']}"
    durable = DurableFunction.deploy(deploy.aws.functions, role["arn"], name, source, seconds)
    own = ("CheckpointDurableExecution", "SendDurableExecutionCallbackSuccess")
    deploy.grant(role["name"], *((f"lambda:{action}", f"{durable.arn}:*") for action in own))
    return durable


@pytest.fixture
def durable(deploy: Deployer) -> DurableFunction:
    return deploy_waiting(deploy)


def listen(deploy: Deployer, durable: DurableFunction) -> Function:
    """Deploy a function that receives the status events of the durable function's executions."""
    listener = deploy.function()
    pattern = {
        "source": ["aws.lambda"],
        "detail-type": ["Durable Execution Status Change"],
        "detail": {
            "durableExecutionArn": [{"prefix": f"{durable.arn}:"}],
            "status": [{"anything-but": ["RUNNING"]}],
        },
    }
    rule = deploy.create("EventRule", eventPattern=json.dumps(pattern)).outputs
    deploy.allow_calls(listener, "events.amazonaws.com", str(rule["arn"]))
    deploy.create("EventTarget", rule=rule["name"], arn=listener.arn, inputPath="$.detail")
    return listener


def refusals(durable: DurableFunction, waiting: Waiting) -> list[str]:
    """Return the errors of callbacks that come too late."""
    answers: list[Any] = [
        durable.client.send_durable_execution_callback_success,
        durable.client.send_durable_execution_callback_failure,
        durable.client.send_durable_execution_callback_heartbeat,
    ]
    return [code(answer, CallbackId=waiting.callback_id) for answer in answers]


def test_a_callback_can_be_completed_only_once(durable: DurableFunction) -> None:
    waiting = durable.start()
    durable.client.send_durable_execution_callback_success(
        CallbackId=waiting.callback_id, Result=b'"yes"'
    )

    assert refusals(durable, waiting) == CLOSED
    ended = durable.end(waiting.execution_arn)
    assert (ended["Status"], ended["Result"]) == ("SUCCEEDED", '"yes"')


def test_callbacks_of_a_stopped_execution_are_closed(durable: DurableFunction) -> None:
    waiting = durable.start()
    durable.stop(waiting.execution_arn)

    assert refusals(durable, waiting) == CLOSED
    assert durable.end(waiting.execution_arn)["Status"] == "STOPPED"


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "STOPPED", "TIMED_OUT"])
def test_every_end_sends_one_status_event(deploy: Deployer, status: str) -> None:
    durable = deploy_waiting(deploy, seconds=1 if status == "TIMED_OUT" else 3600)
    listener = listen(deploy, durable)
    waiting = durable.start()
    if status == "STOPPED":
        durable.stop(waiting.execution_arn)
    elif status == "SUCCEEDED":
        durable.client.send_durable_execution_callback_success(CallbackId=waiting.callback_id)
    elif status == "FAILED":
        durable.client.send_durable_execution_callback_failure(CallbackId=waiting.callback_id)

    (detail,) = eventually(listener.events, "the status event")
    assert detail["status"] == status
    assert detail["durableExecutionArn"] == waiting.execution_arn
    assert detail["functionArn"] == f"{durable.arn}:$LATEST"
    assert detail["startTimestamp"] < detail["endTimestamp"]


ANSWERING = """import boto3
    aws = boto3.client("lambda")
    aws.send_durable_execution_callback_success(CallbackId=event["callback"])
    return aws.get_durable_execution(DurableExecutionArn=event["execution"])["Status"]
"""


@pytest.mark.parametrize(("whose", "allowed"), [("its own", True), ("another's", False)])
def test_completing_a_callback_needs_permission_on_the_execution(
    deploy: Deployer, durable: DurableFunction, whose: str, *, allowed: bool
) -> None:
    waiting = durable.start()
    resource = f"{durable.arn}:*" if whose == "its own" else f"{durable.arn}-other:*"
    answers = deploy.function(
        ANSWERING,
        ("lambda:SendDurableExecutionCallbackSuccess", resource),
        ("lambda:GetDurableExecution", resource),
    )
    event = {"callback": waiting.callback_id, "execution": waiting.execution_arn}
    response = durable.client.invoke(FunctionName=answers.name, Payload=json.dumps(event))
    text = response["Payload"].read().decode()

    if allowed:
        assert durable.end(waiting.execution_arn)["Status"] == "SUCCEEDED", text
    else:
        assert "AccessDenied" in text
        assert "lambda:SendDurableExecutionCallbackSuccess" in text


HASTY = """
import boto3

def handle(event, context):
    known = event["InitialExecutionState"]["Operations"]
    if any(it["Status"] == "SUCCEEDED" for it in known):
        return {"Status": "SUCCEEDED", "Result": str(sum(it["Type"] == "STEP" for it in known))}
    aws = boto3.client("lambda")

    def note(token, **update):
        execution = event["DurableExecutionArn"]
        return aws.checkpoint_durable_execution(
            DurableExecutionArn=execution, CheckpointToken=token, Updates=[update]
        )

    asked = note(event["CheckpointToken"], Id="question", Type="CALLBACK", Action="START")
    *_, question = asked["NewExecutionState"]["Operations"]
    callback_id = question["CallbackDetails"]["CallbackId"]
    aws.send_durable_execution_callback_success(CallbackId=callback_id)
    for number in range(20):
        asked = note(asked["CheckpointToken"], Id=f"step {number}", Type="STEP", Action="START")
    return {"Status": "PENDING"}
"""


@pytest.mark.parametrize("call", ["RequestResponse", "Event"])
def test_a_callback_completed_before_the_wait_resumes_the_function(
    deploy: Deployer, call: Any
) -> None:
    hasty = deploy_waiting(deploy, HASTY)
    hasty.client.invoke(FunctionName=f"{hasty.arn}:$LATEST", InvocationType=call)

    def found() -> Any:
        return hasty.client.list_durable_executions_by_function(FunctionName=hasty.arn)[
            "DurableExecutions"
        ]

    [execution] = eventually(found, "the start")
    ended = hasty.end(execution["DurableExecutionArn"])
    assert (ended["Status"], ended["Result"]) == ("SUCCEEDED", "20"), "it resumed too early"


TIMELESS = """
import boto3

def handle(event, context):
    known = event["InitialExecutionState"]["Operations"]
    if len(known) > 1:
        return {"Status": "SUCCEEDED", "Result": known[1]["Status"]}
    options = {"TimeoutSeconds": 0, "HeartbeatTimeoutSeconds": 0}
    question = {"Id": "question", "Type": "CALLBACK", "Action": "START", "CallbackOptions": options}
    boto3.client("lambda").checkpoint_durable_execution(
        DurableExecutionArn=event["DurableExecutionArn"],
        CheckpointToken=event["CheckpointToken"],
        Updates=[question],
    )
    return {"Status": "PENDING"}
"""


def test_a_callback_without_timeouts_waits_for_completion(deploy: Deployer) -> None:
    timeless = deploy_waiting(deploy, TIMELESS)
    started = timeless.client.invoke(FunctionName=f"{timeless.arn}:$LATEST")
    execution = started.get("DurableExecutionArn", "")
    history = timeless.client.get_durable_execution_history(DurableExecutionArn=execution)
    [callback] = [
        event["CallbackStartedDetails"]["CallbackId"]
        for event in history["Events"]
        if "CallbackStartedDetails" in event
    ]
    timeless.client.send_durable_execution_callback_success(CallbackId=callback)

    assert timeless.end(execution)["Result"] == "SUCCEEDED"
