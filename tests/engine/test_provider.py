"""The tests' provider handles names and secrets like AWS and Pulumi."""

from __future__ import annotations

import pytest

from tests.engine.provider.account import Account, Refused
from tests.engine.provider.values import UNKNOWN, Properties, differ, plain, python_values

SECRET_MARK = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "value": "hush",
}
URN = "urn:pulumi:dev::signoff::aws:dynamodb/table:Table::reviews"
TABLE = "aws:dynamodb/table:Table"


def test_names_are_unique_and_deleted_resources_are_not_found() -> None:
    account = Account("111111111111")
    inputs: Properties = {"name": "reviews", "hashKey": "id"}
    id_, made = account.create(URN, TABLE, inputs)

    assert made.outputs["arn"] == "arn:aws:dynamodb:eu-central-1:111111111111:table/reviews"
    with pytest.raises(Refused, match="EntityAlreadyExists"):
        account.create(URN, TABLE, inputs)
    account.delete(TABLE, id_)
    with pytest.raises(Refused, match="NotFound"):
        account.delete(TABLE, id_)


def test_a_protected_table_cannot_be_deleted() -> None:
    account = Account("111111111111")
    id_, _ = account.create(URN, TABLE, {"name": "x", "deletionProtectionEnabled": True})

    with pytest.raises(Refused, match="currently protected"):
        account.delete(TABLE, id_)


def test_secrets_are_compared_and_passed_by_value() -> None:
    assert not differ(SECRET_MARK, "hush")
    assert differ({"a": SECRET_MARK}, {"a": "loud"})
    assert plain([SECRET_MARK]) == ["hush"]
    assert python_values({"a": {"b": SECRET_MARK}}) == {"a": {"b": "hush"}}


def test_an_unknown_value_always_counts_as_different() -> None:
    assert differ(UNKNOWN, UNKNOWN)
    assert differ(["a"], [UNKNOWN])
