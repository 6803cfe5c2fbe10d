"""Events about objects on EventBridge: with the object's version, as on AWS."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, s3

_fire_s3_event = s3._fire_s3_event
_dispatch_event = eventbridge._dispatch_event
_version: ContextVar[str | None] = ContextVar("_version", default=None)


def _fire_with_version(*args: Any, version_id: str | None = None, **kwargs: Any) -> None:
    token = _version.set(version_id)
    try:
        _fire_s3_event(*args, version_id=version_id, **kwargs)
    finally:
        _version.reset(token)


def _dispatch_with_version(event: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
    """Add the version to an event of S3.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    version_id = _version.get()
    if version_id and event["Source"] == "aws.s3":
        detail = json.loads(event["Detail"])
        detail["object"]["version-id"] = version_id
        event = {**event, "Detail": json.dumps(detail)}
    return _dispatch_event(event, *args, **kwargs)


def apply() -> None:
    """Replace what fires events of S3, and what dispatches events."""
    s3._fire_s3_event = _fire_with_version
    eventbridge._dispatch_event = _dispatch_with_version
