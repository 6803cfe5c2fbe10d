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


@pytest.mark.parametrize("value", ["=?utf-8?b?A?=", "=?none?q?a?=", "=?utf-8?b?/w==?=", "plain"])
def test_an_invalid_encoded_word_does_not_fail(value: str) -> None:
    assert isinstance(decoded(value), str)


def test_a_text_that_looks_like_an_encoded_word_stays_as_it_is() -> None:
    text = "=?utf-8?q?=41?="

    assert decoded(encoded(text)) == text
