"""Failing calls on the embedded AWS: conflicts, throttling, lost responses."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from local.cloud.patches.faults import CONFLICT, LOSE, TABLE, THROTTLE

WRITES = ("UpdateItem", "ExecuteStatement", "ExecuteTransaction")
CALLS = (*WRITES, "SendTaskSuccess", "Publish")
FAULTS = {CONFLICT: WRITES, THROTTLE: CALLS, LOSE: CALLS}


@contextmanager
def faults(dynamodb: Any, fault: str, times: int, *operations: str) -> Generator[None]:
    """Fail each call of the client's account a given number of times."""
    key: Any = {"AttributeName": "operation", "KeyType": "HASH"}
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[key],
        AttributeDefinitions=[{"AttributeName": "operation", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for operation in operations or FAULTS[fault]:
        row: Any = {
            "operation": {"S": operation},
            "times": {"N": str(times)},
            "fault": {"S": fault},
        }
        dynamodb.put_item(TableName=TABLE, Item=row)
    try:
        yield
    finally:
        dynamodb.delete_table(TableName=TABLE)


def conflicts(dynamodb: Any, times: int, *operations: str) -> Any:
    """Refuse each write a given number of times, as in conflict with a transaction."""
    return faults(dynamodb, CONFLICT, times, *operations)
