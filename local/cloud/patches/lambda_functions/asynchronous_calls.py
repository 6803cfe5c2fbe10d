"""Asynchronous calls by SNS, EventBridge and Scheduler, with permission checks.

Lambda queues the event, makes three attempts, and then sends a record to the function's on-failure
destination. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
import logging
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.services import eventbridge, lambda_svc, sns, sqs

from local.cloud.patches.permissions import function_allows, role_allows

LOG = logging.getLogger("asynchronous calls")

_invoke_target = eventbridge._invoke_target
_route_async_failure = lambda_svc._route_async_failure


def _notify(function_arn: str, message: str, topic: str, subscription: str, *_: object) -> None:
    """Queue SNS messages in Lambda; ministack calls the function directly."""
    if not function_allows(function_arn, "sns.amazonaws.com", topic):
        LOG.error("%s is not allowed to invoke %s", topic, function_arn)
        return
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
        "EventSource": "aws:sns",
        "Sns": json.loads(message),
    }
    _queue(function_arn, {"Records": [record]})


def _call_target(target: dict[str, Any], event: Any, rule: Any, view: Any = None) -> None:
    """Check that a rule or schedule may invoke its function; ministack does not."""
    function, role = target["Arn"], target.get("RoleArn")
    if ":lambda:" in function and not (
        role_allows(role, "lambda:InvokeFunction", function)
        if role
        else function_allows(function, "events.amazonaws.com", rule["Arn"])
    ):
        LOG.error("%s is not allowed to invoke %s", rule["Arn"], function)
        return
    _invoke_target(target, event, rule, view)


def _dispatch(function_arn: str, payload: str) -> None:
    """Queue EventBridge events in Lambda; ministack makes one attempt."""
    _queue(function_arn, json.loads(payload))


def _queue(function_arn: str, event: Any) -> None:
    function, config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    if function is None or config is None:
        LOG.error("function %s does not exist", function_arn)
        return
    # Retries after 1 s and 2 s; AWS waits 1 and 2 minutes.
    lambda_svc.invoke_async_with_retry(
        lambda_svc._execution_record_for_config(function, config), event
    )


def _send_record(destination: str, name: str, event: Any, result: dict[str, Any]) -> None:
    """Send AWS's record with the function's role; ministack's record is incomplete.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    if ":sqs:" not in destination:
        _route_async_failure(destination, name, event, result)
        return
    function = lambda_svc._functions[name]
    config = function["config"]
    if not role_allows(config["Role"], "sqs:SendMessage", destination):
        LOG.error("%s is not allowed to send to %s", config["Role"], destination)
        return
    retries = (function.get("event_invoke_config") or {}).get("MaximumRetryAttempts", 2)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    record = {
        "version": "1.0",
        "timestamp": now.replace("+00:00", "Z"),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{config['FunctionArn']}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": retries + 1,
        },
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": result.get("function_error") or "Unhandled",
        },
        "responsePayload": result.get("body"),
    }
    url = sqs._queue_url(destination.rsplit(":", 1)[-1])
    sqs._act_send_message({"QueueUrl": url, "MessageBody": json.dumps(record)}, url)


def apply() -> None:
    """Route these calls through Lambda's queue."""
    sns._deliver_to_lambda = _notify
    eventbridge._invoke_target = _call_target
    eventbridge._dispatch_to_lambda = _dispatch
    lambda_svc._route_async_failure = _send_record
