"""Texts survive an object's metadata."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.datasets.metadata import decoded, encoded


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_any_text_survives_a_header(text: str) -> None:
    value = encoded(text)

    assert value.isascii()
    assert "\n" not in value
    assert decoded(value) == text


@given(st.text(st.characters(codec="ascii"), max_size=100))
def test_any_header_is_decoded_to_text(value: str) -> None:
    assert isinstance(decoded(value), str)


@pytest.mark.parametrize(
    "value",
    [
        "=?utf-8?b?A?=",
        "=?none?q?a?=",
        "=?hex?q?a?=",
        "=?undefined?q?a?=",
        "=?idna?q?a?=",
        "=?punycode?q?=ff?=",
        "plain",
    ],
)
def test_an_invalid_encoded_word_remains_as_it_is(value: str) -> None:
    assert decoded(value) == value


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert decoded("=?utf-8?b?/w==?=") == "\N{REPLACEMENT CHARACTER}"


def test_a_text_that_looks_like_an_encoded_word_stays_as_it_is() -> None:
    text = "=?utf-8?q?=41?="

    assert decoded(encoded(text)) == text
