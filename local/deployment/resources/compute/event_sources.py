"""What functions read from by themselves: event source mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import Created, Handler, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def mapping(account: Account, _name: str, inputs: Inputs) -> Created:
    """Let a function read a queue."""
    scaling = inputs.optional_block("scalingConfig")
    made: Any = account.functions.create_event_source_mapping(
        EventSourceArn=inputs.text("eventSourceArn"),
        FunctionName=inputs.text("functionName"),
        **present(
            BatchSize=inputs.optional_whole("batchSize"),
            Enabled=inputs.optional_flag("enabled"),
            FilterCriteria=_filters(inputs.optional_block("filterCriteria")),
            FunctionResponseTypes=inputs.texts("functionResponseTypes") or None,
            MaximumBatchingWindowInSeconds=inputs.optional_whole("maximumBatchingWindowInSeconds"),
            ScalingConfig=scaling and {"MaximumConcurrency": scaling.whole("maximumConcurrency")},
            Tags=inputs.table("tags"),
        ),
    )
    return Created(
        made["UUID"],
        {
            "arn": made["EventSourceMappingArn"],
            "functionArn": made["FunctionArn"],
            "state": made["State"],
            "uuid": made["UUID"],
        },
    )


def _filters(block: Inputs | None) -> dict[str, Any] | None:
    return block and {
        "Filters": [{"Pattern": it.text("pattern")} for it in block.blocks("filters")]
    }


HANDLERS: dict[str, Handler] = {
    "aws:lambda/eventSourceMapping:EventSourceMapping": mapping,
}
