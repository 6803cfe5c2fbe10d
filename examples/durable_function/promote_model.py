"""Promotes a model after an approval. While the review is pending, the function is suspended.

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
# The gate handles the review's deadline, so the callback's timeout is longer.
# A retry would request a second review.
ASK_ONCE = WaitForCallbackConfig(
    timeout=Duration.from_seconds(int(os.environ["SECONDS_TO_WAIT"])),
    retry_strategy=lambda _error, _attempt: RetryDecision.no_retry(),
)


@durable_execution
def handle(event: dict[str, Any], context: DurableContext) -> dict[str, Any]:
    """Handle `{"model", "version", "accuracy"}` and an optional `timeout` for the review.

    Anything but an approval raises `CallbackExternalError` with the reason as its message and the
    answer as JSON in `data`.
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
    """Build the request; its context is returned with the answer."""
    return {
        "title": f"Promote {event['model']} {event['version']}?",
        "facts": {"Accuracy": event["accuracy"]},
        "context": {"model": event["model"], "version": event["version"]},
        **({"timeout": event["timeout"]} if "timeout" in event else {}),
    }


def promote(model: dict[str, Any]) -> str:
    """Your work goes here. It runs once, only after an approval."""
    return f"{model['model']}:{model['version']}"
