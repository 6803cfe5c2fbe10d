"""Inputs are read by name and type, and none goes unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.deployment.resources.inputs import Inputs
from local.errors import ResourceError

if TYPE_CHECKING:
    from collections.abc import Callable


def inputs(**values: object) -> Inputs:
    return Inputs("aws:sns/topic:Topic news", values)


def test_inputs_that_were_all_read_are_accepted() -> None:
    given = inputs(name="news", tags={"stage": "dev"})
    assert given.text("name") == "news"
    assert given.table("tags") == {"stage": "dev"}
    given.refuse_unread()


def test_an_unread_input_is_refused_with_the_resource_and_its_name() -> None:
    given = inputs(name="news", archivePolicy="{}")
    given.text("name")
    with pytest.raises(
        ResourceError, match=r"Topic news: .* does not know the input archivePolicy"
    ):
        given.refuse_unread()


def test_an_unread_input_inside_a_block_is_refused_with_its_path() -> None:
    given = inputs(rules=[{"id": "a"}, {"id": "b", "filter": {"prefix": "", "size": 1}}])
    for rule in given.blocks("rules"):
        rule.text("id")
        if where := rule.optional_block("filter"):
            where.text("prefix")
    assert given.unread() == ["rules[1].filter.size"]


def test_inputs_without_effect_count_as_read() -> None:
    given = inputs(forceDestroy=True)
    given.without_effect("forceDestroy")
    given.refuse_unread()


def test_a_missing_input_is_refused_with_its_path() -> None:
    given = inputs(rule={})
    with pytest.raises(ResourceError, match=r"the input rule\.objectOwnership is missing"):
        given.block("rule").text("objectOwnership")


def test_optional_inputs_may_be_absent() -> None:
    given = inputs()
    assert given.optional_text("a") is None
    assert given.optional_flag("a") is None
    assert given.optional_whole("a") is None
    assert given.optional_block("a") is None
    assert (given.texts("a"), given.table("a"), given.blocks("a")) == ([], {}, [])


def test_whole_numbers_arrive_as_floats() -> None:
    given = inputs(days=7.0, threshold=0)
    assert given.whole("days") == 7
    assert given.optional_number("threshold") == 0.0


@pytest.mark.parametrize(
    ("value", "read", "wanted"),
    [
        (1.0, Inputs.text, "must be a str, got float"),
        ("yes", Inputs.flag, "must be a bool, got str"),
        ("7", Inputs.whole, "must be a float, got str"),
        (True, Inputs.whole, "must be a number, got bool"),
        (1.5, Inputs.whole, "must be a whole number, got float"),
        ("a", Inputs.texts, "must be a list, got str"),
        ([1.0], Inputs.texts, "must be a str, got float"),
        (["a"], Inputs.table, "must be an object, got list"),
        ({"a": 1.0}, Inputs.table, "must be a str, got float"),
        ("a", Inputs.block, "must be an object, got str"),
        (["a"], Inputs.blocks, "must be an object, got str"),
    ],
)
def test_a_wrongly_typed_input_is_refused(
    value: object, read: Callable[[Inputs, str], object], wanted: str
) -> None:
    with pytest.raises(ResourceError, match=wanted):
        read(inputs(it=value), "it")
