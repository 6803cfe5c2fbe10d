"""Pages of a query, and cursors: where the next page starts, as text for clients."""

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.json_values import typed
from lambdas.domain.runtime.clients import code_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_NO_PLACE = "next must be the value of next in the previous page"


def page(
    client: "DynamoDBClient", place: Mapping[str, Any] | None, **query: Any
) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """Query the page after `place`, a key; returns its rows and the last row's key.

    The key is empty on the last page. One call, at most 1 MB. Raises `InvalidInput` if no page can
    start at `place`.
    """
    more: dict[str, Any] = {"ExclusiveStartKey": place} if place else {}
    try:
        answer: Any = client.query(**query, **more)
    except ClientError as refused:
        if not place or code_of(refused) != "ValidationException":
            raise
        raise InvalidInput(_NO_PLACE) from None
    return answer["Items"], answer.get("LastEvaluatedKey", {})


def encode_cursor(key: Mapping[str, Any], *names: str) -> str:
    """Encode these attributes of a key; empty for no key."""
    place = json.dumps([key[name]["S"] for name in names]) if key else ""
    return base64.urlsafe_b64encode(place.encode()).decode()


def decode_cursor(text: str, number: int) -> list[str]:
    """Decode `number` attributes. Raises `InvalidInput` for anything else than a cursor."""
    try:
        place = typed(tuple[str, ...], json.loads(base64.urlsafe_b64decode(text)))
        if len(place) != number or not all(place):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(_NO_PLACE) from None
    return list(place)
