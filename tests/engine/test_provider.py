"""The tests' provider: it is small, and what it says of AWS's types fits their SDK."""

from __future__ import annotations

import inspect
from typing import Any

import pulumi_aws
import pytest

from tests.engine.provider.account import Account, Refused
from tests.engine.provider.kinds import KINDS, Kind
from tests.engine.provider.values import UNKNOWN, Properties, differ, for_people, plain

SECRET_MARK = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "value": "hush",
}
# Importing some of the SDK's modules warns of others.
pytestmark = pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning")
URN = "urn:pulumi:dev::signoff::aws:dynamodb/table:Table::reviews"
TABLE = "aws:dynamodb/table:Table"


@pytest.mark.parametrize(("token", "kind"), KINDS.items())
def test_the_table_speaks_of_inputs_and_outputs_that_there_are(token: str, kind: Kind) -> None:
    _, path, name = token.split(":")
    service = {"lambda": "lambda_"}.get(path.split("/")[0], path.split("/")[0])
    made: Any = getattr(getattr(pulumi_aws, service), name)
    inputs = set(map(_camel_case, inspect.signature(made._internal_init).parameters))
    properties = {_camel_case(name) for name, _ in inspect.getmembers(made, _is_property)}

    assert {*kind.fixed, *({kind.naming} if kind.naming else ())} <= inputs
    assert {*kind.outputs, *kind.renewed} <= properties


def test_a_name_can_be_taken_once_and_what_is_gone_is_gone() -> None:
    account = Account("111111111111")
    inputs: Properties = {"name": "reviews", "hashKey": "id"}
    id_, made = account.create(URN, TABLE, inputs)

    assert made.outputs["arn"] == "arn:aws:dynamodb:eu-central-1:111111111111:table/reviews"
    with pytest.raises(Refused, match="EntityAlreadyExists"):
        account.create(URN, TABLE, inputs)
    account.delete(TABLE, id_)
    with pytest.raises(Refused, match="NotFound"):
        account.delete(TABLE, id_)


def test_a_protected_table_is_not_deleted() -> None:
    account = Account("111111111111")
    id_, _ = account.create(URN, TABLE, {"name": "x", "deletionProtectionEnabled": True})

    with pytest.raises(Refused, match="currently protected"):
        account.delete(TABLE, id_)


def test_a_secret_is_compared_and_handed_over_by_its_value() -> None:
    assert not differ(SECRET_MARK, "hush")
    assert differ({"a": SECRET_MARK}, {"a": "loud"})
    assert plain([SECRET_MARK]) == ["hush"]
    assert for_people({"a": {"b": SECRET_MARK}}) == {"a": {"b": "hush"}}


def test_what_is_unknown_may_always_differ() -> None:
    assert differ(UNKNOWN, UNKNOWN)
    assert differ(["a"], [UNKNOWN])


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _is_property(value: object) -> bool:
    return isinstance(value, property)
