"""Writes that meet a transaction, on the embedded AWS."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from local.cloud.patches.conflicts import TABLE

WRITES = ("UpdateItem", "ExecuteStatement", "ExecuteTransaction")


@contextmanager
def conflicts(dynamodb: Any, times: int, *operations: str) -> Generator[None]:
    """Refuse each write of the client's account so often before it is accepted."""
    key: Any = {"AttributeName": "operation", "KeyType": "HASH"}
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[key],
        AttributeDefinitions=[{"AttributeName": "operation", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for operation in operations or WRITES:
        row = {"operation": {"S": operation}, "times": {"N": str(times)}}
        dynamodb.put_item(TableName=TABLE, Item=row)
    try:
        yield
    finally:
        dynamodb.delete_table(TableName=TABLE)
