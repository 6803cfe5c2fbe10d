"""Event source mappings read queues with the function's role."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.services import lambda_svc

from local.cloud.patches.permissions import role_allows

READING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

_batches_at_once = lambda_svc._sqs_esm_concurrency


def _allowed_batches(mapping: dict[str, Any], function: Any, config: Any, queue: Any = None) -> int:
    """Read nothing if the role lacks permissions; ministack does not check.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    if not all(role_allows(config["Role"], it, mapping["EventSourceArn"]) for it in READING):
        return 0
    return _batches_at_once(mapping, function, config, queue)


def apply() -> None:
    """Check permissions before each poll."""
    lambda_svc._sqs_esm_concurrency = _allowed_batches
