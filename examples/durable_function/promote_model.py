"""Promotes a model if people approve. While they think, it does not run, and costs nothing.

https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
"""

import json
import os
from typing import Any

import boto3
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.retries import RetryDecision

LAMBDA = boto3.client("lambda")
# The gate says what silence means, at the review's own deadline: the callback waits longer.
# Another try would ask people a second time.
ASK_ONCE = WaitForCallbackConfig(
    timeout=Duration.from_seconds(int(os.environ["SECONDS_TO_WAIT"])),
    retry_strategy=lambda _error, _attempt: RetryDecision.no_retry(),
)


@durable_execution
def handle(event: dict[str, Any], context: DurableContext) -> dict[str, Any]:
    """Take `{"model", "version", "accuracy"}`, and perhaps the `timeout` of a request.

    Everything but an approval raises `CallbackExternalError`: its message is the reason, its `data`
    the whole answer as JSON.
    """
    execution = context.execution_context.durable_execution_arn

    def ask(callback_id: str, _: object) -> None:
        payload = {"callbackId": callback_id, "executionArn": execution, "request": question(event)}
        said = LAMBDA.invoke(
            FunctionName=os.environ["REQUEST_CALLBACK_ARN"], Payload=json.dumps(payload)
        )
        if "FunctionError" in said:
            raise ValueError(said["Payload"].read().decode())

    answer = json.loads(context.wait_for_callback(ask, "ask people", ASK_ONCE))
    context.step(lambda _: promote(answer["context"]), "promote")
    return {"promoted": True, "review": answer}


def question(event: dict[str, Any]) -> dict[str, Any]:
    """What people are asked; the context comes back with the answer."""
    return {
        "title": f"Promote {event['model']} {event['version']}?",
        "facts": {"Accuracy": event["accuracy"]},
        "context": {"model": event["model"], "version": event["version"]},
        **({"timeout": event["timeout"]} if "timeout" in event else {}),
    }


def promote(model: dict[str, Any]) -> str:
    """Your own work: it happens once, after an approval only."""
    return f"{model['model']}:{model['version']}"
