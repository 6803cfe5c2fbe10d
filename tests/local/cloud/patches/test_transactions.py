"""A transaction of the embedded cloud is atomic and does not read other rows."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.local_stack import ROOT

if TYPE_CHECKING:
    from local.cloud.account import Account

# Run in a separate process, since the patch is global.
UNTOUCHED = """
import json
from local.cloud import patches
patches.apply()
from ministack.services import dynamodb

class Untouchable(dict):
    def __deepcopy__(self, memo):
        raise AssertionError("another row was copied")

dynamodb._create_table({
    "TableName": "rows",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
})
dynamodb._tables["rows"]["items"]["other"] = {"": Untouchable(id={"S": "other"})}
statements = [{"Statement": "INSERT INTO \\"rows\\" VALUE {'id': 'one'}"}]
status, _, _ = dynamodb._execute_transaction({"TransactStatements": statements})
print(json.dumps([status, sorted(dynamodb._tables["rows"]["items"])]))
"""


def test_a_transaction_does_not_copy_other_rows() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", UNTOUCHED], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert json.loads(answer.stdout) == [200, ["one", "other"]]


def test_a_transaction_that_fails_changes_nothing(account: Account) -> None:
    table = "all-or-nothing"
    keys: list[Any] = [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ]
    names: Any = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "at")]
    account.dynamodb.create_table(
        TableName=table,
        KeySchema=keys,
        AttributeDefinitions=names,
        BillingMode="PAY_PER_REQUEST",
    )
    before = [{"id": {"S": "a"}, "at": {"S": at}, "answer": {"S": "old"}} for at in ("1", "2")]
    for row in before:
        account.dynamodb.put_item(TableName=table, Item=row)
    statements: Any = [
        {"Statement": f"""UPDATE "{table}" SET answer = 'new' WHERE id = 'a' AND at = '1'"""},
        {"Statement": f"""DELETE FROM "{table}" WHERE id = 'a' AND at = '2'"""},
        {"Statement": f"""INSERT INTO "{table}" VALUE {{'id': 'a', 'at': '3'}}"""},
        {"Statement": f"""INSERT INTO "{table}" VALUE {{'id': 'b', 'at': '1'}}"""},
        {"Statement": f"""UPDATE "{table}" SET answer = 'new' WHERE id = 'missing' AND at = '1'"""},
    ]

    with pytest.raises(ClientError) as refused:
        account.dynamodb.execute_transaction(TransactStatements=statements)

    assert "TransactionCanceled" in str(refused.value)
    rows = account.dynamodb.scan(TableName=table)["Items"]
    assert sorted(rows, key=lambda row: str(row["at"])) == before
