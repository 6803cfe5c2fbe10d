"""Pages of a query, and the place where the next one begins, as text that clients send back."""

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

_NO_PLACE = "next must be what the page before it has as next"


def page(
    client: "DynamoDBClient", place: Mapping[str, Any] | None, **query: Any
) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """Query the page after a place, a key of the table or index: its rows, and the last one's key.

    That key is empty on the last page. One call, of 1 MB at most. Raises `InvalidInput` for a place
    where no page can begin.
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
    """Write these attributes of a key; empty for none."""
    place = json.dumps([key[name]["S"] for name in names]) if key else ""
    return base64.urlsafe_b64encode(place.encode()).decode()


def decode_cursor(text: str, number: int) -> list[str]:
    """Read as many attributes. Raises `InvalidInput` for what `encode_cursor` never writes."""
    try:
        place = typed(tuple[str, ...], json.loads(base64.urlsafe_b64decode(text)))
        if len(place) != number or not all(place):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(_NO_PLACE) from None
    return list(place)
