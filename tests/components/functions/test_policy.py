"""Policies with missing or unused placeholder values are rejected."""

import pytest

from components.functions import policy


def test_the_error_for_a_missing_value_names_document_and_placeholder() -> None:
    with pytest.raises(
        policy.PolicyError, match=r"answer_tasks\.json needs values for executions_arn"
    ):
        policy.render("answer_tasks", state_machine_arn="arn")


def test_the_error_for_an_unused_value_names_document_and_value() -> None:
    with pytest.raises(policy.PolicyError, match=r"trust_lambda\.json has no placeholder region"):
        policy.render("trust_lambda", account="111111111111", region="eu-central-1")


def test_placeholders_are_found_in_all_strings() -> None:
    document: policy.Json = {"a": ["${one}/x", {"b": "${two}:${three}"}], "n": 1, "z": None}
    assert policy.placeholders(document) == {"one", "two", "three"}


def test_iam_variables_are_not_placeholders() -> None:
    document: policy.Json = {"Resource": "arn:${aws:PrincipalAccount}"}
    assert policy.placeholders(document) == set()
    assert policy.fill(document, {}) == document


def test_a_value_with_special_characters_stays_one_string() -> None:
    filled = policy.fill({"Resource": "${arn}/*"}, {"arn": '", "Action": "*'})
    assert filled == {"Resource": '", "Action": "*/*'}


def test_filled_values_are_not_searched_for_placeholders() -> None:
    assert policy.fill("${a}", {"a": "${b}", "b": "no"}) == "${b}"
