"""A caller nests JSON so deeply that recursive readers fail."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import MAX_LEVELS
from tests.lambdas.askers.conftest import POST, Call, call
from tests.lambdas.conftest import World
from tests.lambdas.requests import parse

__all__ = ["call"]
DEPTHS = (MAX_LEVELS + 1, 950, 1_500, 16_000)


def lists(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


def objects(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth - 1):
        value = {"a": 1, "b": value}
    return value


@pytest.mark.parametrize("nested", [lists, objects])
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_deeply_nested_context_is_rejected_by_name(
    nested: Callable[[int], Any], depth: int
) -> None:
    with pytest.raises(InvalidInput, match=r"^context must be nested at most 100 levels deep"):
        parse({"title": "T", "context": nested(depth)})


@pytest.mark.parametrize("nested", [lists, objects])
def test_a_context_within_the_limit_is_returned(nested: Callable[[int], Any]) -> None:
    context = nested(MAX_LEVELS)

    assert parse({"title": "T", "context": context}).context == context


@pytest.mark.parametrize("nested", [lists, objects])
@pytest.mark.parametrize(
    "field",
    [
        *("title", "summary", "facts", "gauge", "evidence", "preview", "links", "questions"),
        *("requested_by", "timeout"),
    ],
)
def test_a_deeply_nested_value_is_rejected_in_every_field(
    field: str, nested: Callable[[int], Any]
) -> None:
    with pytest.raises(InvalidInput):
        parse({"title": "T", field: nested(1_500)})


def within(deep: Any) -> list[dict[str, Any]]:
    return [
        {"facts": {"a": deep}},
        {"gauge": {"value": deep, "limit": deep}},
        {"evidence": [{"bucket": deep, "key": deep}]},
        {"preview": {"columns": [deep], "rows": deep}},
        {"preview": {"columns": ["a"], "rows": [[deep]]}},
        {"links": {"a": deep}},
        {"questions": [{"name": deep}]},
        {"questions": [{"name": "a", "kind": deep}]},
        {"questions": [{"name": "a", "kind": "choice", "label": "A", "choices": [deep]}]},
    ]


@pytest.mark.parametrize("nested", [lists, objects])
@pytest.mark.parametrize("nth", range(len(within(None))))
def test_deeply_nested_parts_of_a_field_are_rejected(
    nth: int, nested: Callable[[int], Any]
) -> None:
    with pytest.raises(InvalidInput):
        parse({"title": "T", **within(nested(1_500))[nth]})


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_asker_api_names_the_rule(call: Call, depth: int) -> None:
    body = f'{{"title": "T", "context": {"[" * depth}{"]" * depth}}}'

    status, answer = call(POST, raw=body)

    assert status == 422
    assert "context" in answer["error"]
    assert "must be nested at most 100 levels deep" in answer["error"]


def test_the_asker_api_accepts_a_context_within_the_limit(world: World, call: Call) -> None:
    status, answer = call(POST, body={"title": "T", "context": lists(MAX_LEVELS)})

    assert status == 201
    assert json.dumps(world.store.get(answer["review_id"]).context) == json.dumps(lists(MAX_LEVELS))
