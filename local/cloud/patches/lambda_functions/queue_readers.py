"""A function reads its queue with its own role."""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from ministack.services import lambda_svc

from local.cloud.patches.permissions import role_allows

READING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

_batches_at_once = lambda_svc._sqs_esm_concurrency


def _batches_it_may_read(
    mapping: dict[str, Any], function: Any, config: Any, queue: Any = None
) -> int:
    """A mapping whose role may not read takes nothing; ministack's poller asks nobody.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    if not all(role_allows(config["Role"], it, mapping["EventSourceArn"]) for it in READING):
        return 0
    return _batches_at_once(mapping, function, config, queue)


def apply() -> None:
    """Ask before each look into a queue."""
    lambda_svc._sqs_esm_concurrency = _batches_it_may_read
