"""The embedded cloud refuses conflicting writes as DynamoDB does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.faults import conflicts

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.cloud.account import Account

ROWS = "rows-that-conflict"
UPDATE = f"""UPDATE "{ROWS}" SET answer = 'new' WHERE id = 'a'"""
INSERT = f"""INSERT INTO "{ROWS}" VALUE {{'id': 'b'}}"""


@pytest.fixture(scope="module")
def rows(account: Account) -> Account:
    key: Any = {"AttributeName": "id", "KeyType": "HASH"}
    account.dynamodb.create_table(
        TableName=ROWS,
        KeySchema=[key],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    account.dynamodb.put_item(TableName=ROWS, Item={"id": {"S": "a"}, "answer": {"S": "old"}})
    return account


def update(rows: Account) -> object:
    return rows.dynamodb.update_item(
        TableName=ROWS,
        Key={"id": {"S": "a"}},
        UpdateExpression="SET answer = :new",
        ExpressionAttributeValues={":new": {"S": "new"}},
    )


def state(rows: Account) -> object:
    return rows.dynamodb.execute_statement(Statement=UPDATE)


def transact(rows: Account) -> object:
    statements: Any = [{"Statement": UPDATE}, {"Statement": INSERT}]
    return rows.dynamodb.execute_transaction(TransactStatements=statements)


@pytest.mark.parametrize(
    ("write", "code", "reasons"),
    [
        (update, "TransactionConflictException", []),
        (state, "TransactionConflictException", []),
        (transact, "TransactionCanceledException", ["TransactionConflict", "None"]),
    ],
)
def test_each_write_is_refused_a_given_number_of_times(
    rows: Account, write: Callable[[Account], object], code: str, reasons: list[str]
) -> None:
    def stored() -> object:
        row = rows.dynamodb.get_item(TableName=ROWS, Key={"id": {"S": "a"}})
        return row.get("Item", {})["answer"]

    reset = {"id": {"S": "a"}, "answer": {"S": "old"}}
    rows.dynamodb.put_item(TableName=ROWS, Item=reset)
    with conflicts(rows.dynamodb, 2):
        for _ in range(2):
            with pytest.raises(ClientError) as refused:
                write(rows)
            answer: Any = refused.value.response
            assert answer["Error"]["Code"] == code
            assert [it["Code"] for it in answer.get("CancellationReasons", [])] == reasons
            assert stored() == {"S": "old"}
        write(rows)
    assert stored() == {"S": "new"}


def test_other_kinds_of_writes_are_not_refused(rows: Account) -> None:
    update(rows)
    with conflicts(rows.dynamodb, 2, "ExecuteStatement"):
        update(rows)
