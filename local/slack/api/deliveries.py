"""Deliveries to a channel by webhook or bot, with injected faults."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from local.slack.workspace.feeds import Delivery, Fault, Feed

Pause = Callable[[float], Awaitable[None]]


class Outcome(NamedTuple):
    """The response to a delivery, and Slack's error code if it failed."""

    response: Response
    error: str | None = None


async def deliver(
    feed: Feed,
    method: str,
    *,
    take: Callable[[], Outcome],
    fail: Callable[[Fault], Outcome],
    pause: Pause,
) -> Response:
    """Handle a delivery, apply the next fault, and list it in the feed."""
    at = feed.clock()
    fault = feed.next_fault()
    response, error = fail(fault) if fault and fault.refuses else take()
    feed.deliveries.append(Delivery(at=at, status=response.status_code, method=method, error=error))
    if fault and fault.seconds:
        await pause(fault.seconds)
    return response


def retry_after(fault: Fault) -> dict[str, str]:
    """Return the `Retry-After` header, which rate limits always have."""
    if fault.retry_after is not None:
        return {"Retry-After": str(fault.retry_after)}
    return {"Retry-After": "1"} if fault.status == HTTPStatus.TOO_MANY_REQUESTS else {}
