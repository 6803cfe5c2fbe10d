"""Lambda functions, who may call them, and what happens when an asynchronous call fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.compute.archives import zip_of
from local.deployment.resources.created import (
    Created,
    Handler,
    auto_name,
    physical_name,
    present,
)

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def function(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the function from its archive."""
    function_name = physical_name(name, inputs, longest=64)
    environment = inputs.optional_block("environment")
    tracing = inputs.optional_block("tracingConfig")
    made = account.functions.create_function(
        FunctionName=function_name,
        Role=inputs.text("role"),
        Code={"ZipFile": zip_of(inputs.value("code"))},
        **present(
            Runtime=inputs.text("runtime"),
            Handler=inputs.text("handler"),
            PackageType=inputs.optional_text("packageType"),
            Description=inputs.optional_text("description"),
            Architectures=inputs.texts("architectures") or None,
            MemorySize=inputs.optional_whole("memorySize"),
            Timeout=inputs.optional_whole("timeout"),
            Environment=environment and {"Variables": environment.table("variables")},
            TracingConfig=tracing and {"Mode": tracing.text("mode")},
            LoggingConfig=_logging(inputs.optional_block("loggingConfig")),
            DurableConfig=_durable(inputs.optional_block("durableConfig")),
            Tags=inputs.table("tags"),
        ),
    )
    _reserve(account, function_name, inputs.optional_whole("reservedConcurrentExecutions"))
    arn = made["FunctionArn"]
    return Created(
        function_name,
        {
            "arn": arn,
            "name": function_name,
            "invokeArn": f"arn:aws:apigateway:{account.region}:lambda:path"
            f"/2015-03-31/functions/{arn}/invocations",
            "version": made["Version"],
        },
    )


def _logging(block: Inputs | None) -> dict[str, Any] | None:
    if block is None:
        return None
    return present(
        LogFormat=block.text("logFormat"),
        LogGroup=block.optional_text("logGroup"),
        ApplicationLogLevel=block.optional_text("applicationLogLevel"),
        SystemLogLevel=block.optional_text("systemLogLevel"),
    )


def _durable(block: Inputs | None) -> dict[str, Any] | None:
    if block is None:
        return None
    return present(
        ExecutionTimeout=block.whole("executionTimeout"),
        RetentionPeriodInDays=block.optional_whole("retentionPeriod"),
    )


def _reserve(account: Account, function_name: str, executions: int | None) -> None:
    # The provider's word for "no reservation" is -1.
    if executions is not None and executions >= 0:
        account.functions.put_function_concurrency(
            FunctionName=function_name, ReservedConcurrentExecutions=executions
        )


def permission(account: Account, name: str, inputs: Inputs) -> Created:
    """Let a service call the function."""
    statement = inputs.optional_text("statementId") or auto_name(name)
    account.functions.add_permission(
        FunctionName=inputs.text("function"),
        StatementId=statement,
        Action=inputs.text("action"),
        Principal=inputs.text("principal"),
        **present(
            SourceArn=inputs.optional_text("sourceArn"),
            SourceAccount=inputs.optional_text("sourceAccount"),
            Qualifier=inputs.optional_text("qualifier"),
        ),
    )
    return Created(statement, {"statementId": statement})


def event_invoke_config(account: Account, _name: str, inputs: Inputs) -> Created:
    """Set the retries and the destinations of asynchronous calls."""
    function_name = inputs.text("functionName")
    account.functions.put_function_event_invoke_config(
        FunctionName=function_name,
        **present(
            Qualifier=inputs.optional_text("qualifier"),
            MaximumRetryAttempts=inputs.optional_whole("maximumRetryAttempts"),
            MaximumEventAgeInSeconds=inputs.optional_whole("maximumEventAgeInSeconds"),
            DestinationConfig=_destinations(inputs.optional_block("destinationConfig")),
        ),
    )
    return Created(function_name, {})


def _destinations(block: Inputs | None) -> dict[str, Any] | None:
    if block is None:
        return None
    failure, success = block.optional_block("onFailure"), block.optional_block("onSuccess")
    return present(
        OnFailure=failure and {"Destination": failure.text("destination")},
        OnSuccess=success and {"Destination": success.text("destination")},
    )


HANDLERS: dict[str, Handler] = {
    "aws:lambda/function:Function": function,
    "aws:lambda/permission:Permission": permission,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": event_invoke_config,
}
