"""CloudWatch log groups and the metrics counted from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import Created, Handler, auto_name, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def log_group(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the log group with its retention."""
    inputs.without_effect("skipDestroy")  # everything goes when the cloud stops
    prefix = inputs.optional_text("namePrefix")
    group = auto_name(prefix.rstrip("-")) if prefix else physical_name(name, inputs, longest=512)
    account.logs.create_log_group(
        logGroupName=group,
        **present(
            tags=inputs.table("tags") or None,
            kmsKeyId=inputs.optional_text("kmsKeyId"),
            logGroupClass=inputs.optional_text("logGroupClass"),
            deletionProtectionEnabled=inputs.optional_flag("deletionProtectionEnabled"),
        ),
    )
    if retention := inputs.optional_whole("retentionInDays"):
        account.logs.put_retention_policy(logGroupName=group, retentionInDays=retention)
    arn = f"arn:aws:logs:{account.region}:{account.number}:log-group:{group}"
    return Created(group, {"arn": arn, "name": group})


def metric_filter(account: Account, name: str, inputs: Inputs) -> Created:
    """Count a metric from what is logged."""
    filter_name = physical_name(name, inputs, longest=512)
    account.logs.put_metric_filter(
        logGroupName=inputs.text("logGroupName"),
        filterName=filter_name,
        filterPattern=inputs.text("pattern"),
        **present(metricTransformations=[_transformation(inputs.block("metricTransformation"))]),
    )
    return Created(filter_name, {"name": filter_name})


def _transformation(block: Inputs) -> dict[str, Any]:
    default = block.optional_text("defaultValue")
    return present(
        metricName=block.text("name"),
        metricNamespace=block.text("namespace"),
        metricValue=block.text("value"),
        defaultValue=None if default is None else float(default),
        unit=block.optional_text("unit"),
        dimensions=block.table("dimensions") or None,
    )


HANDLERS: dict[str, Handler] = {
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": metric_filter,
}
