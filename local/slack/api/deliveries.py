"""Whatever is posted to a channel, by webhook or by bot: taken, or failing as it was ordered to."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from local.slack.workspace.feeds import Delivery, Fault, Feed

Pause = Callable[[float], Awaitable[None]]


class Outcome(NamedTuple):
    """What a delivery is answered, and Slack's word for what was wrong with it."""

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
    """Answer one delivery, at once or as late as ordered, and list it in the feed."""
    at = feed.clock()
    fault = feed.next_fault()
    response, error = fail(fault) if fault and fault.refuses else take()
    feed.deliveries.append(Delivery(at=at, status=response.status_code, method=method, error=error))
    if fault and fault.seconds:
        await pause(fault.seconds)
    return response


def retry_after(fault: Fault) -> dict[str, str]:
    """The header that says when to come back, which a rate limit always has."""
    if fault.retry_after is not None:
        return {"Retry-After": str(fault.retry_after)}
    return {"Retry-After": "1"} if fault.status == HTTPStatus.TOO_MANY_REQUESTS else {}
