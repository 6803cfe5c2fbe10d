"""Parsing API Gateway's events."""

import base64
from typing import Any

import pytest

from lambdas.domain.web.http import HttpRequest

LINKED = f"{'a' * 16}.{'0' * 32}"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def event(**changes: Any) -> dict[str, Any]:
    method = changes.pop("method", "POST")
    return {
        "rawPath": "/approve",
        "headers": FORM,
        "requestContext": {"http": {"method": method}},
        **changes,
    }


def test_a_form_is_read() -> None:
    request = HttpRequest.from_event(event(body=f"review={LINKED}&reason=wrong+month%21"))

    assert (str(request.linked_id), request.form["reason"]) == (LINKED, "wrong month!")


def test_a_form_may_come_base64_encoded() -> None:
    body = base64.b64encode(f"review={LINKED}&reason=größer".encode()).decode()

    request = HttpRequest.from_event(event(body=body, isBase64Encoded=True))

    assert (str(request.linked_id), request.form["reason"]) == (LINKED, "größer")


def test_the_first_of_a_repeated_field_counts() -> None:
    request = HttpRequest.from_event(event(body=f"review={LINKED}&review=def"))

    assert str(request.linked_id) == LINKED


def test_a_post_ignores_the_query_string() -> None:
    asked = event(body="", queryStringParameters={"review": LINKED})

    assert HttpRequest.from_event(asked).linked_id is None


@pytest.mark.parametrize(
    "changes",
    [
        {"body": None},
        {"body": "review=abc", "headers": {"content-type": "application/json"}},
        {"body": "review=abc", "headers": {}},
        {"body": "review=abc", "headers": None},
        {"body": "%%%not base64", "isBase64Encoded": True},
        {"body": "é", "isBase64Encoded": True},
        {"body": "&".join(f"a{n}=1" for n in range(50)) + "&review=abc"},
        {"body": "review=abc&reason=" + "x" * 1_000_001},
    ],
)
def test_a_body_that_is_not_a_form_parses_as_empty(changes: dict[str, Any]) -> None:
    assert HttpRequest.from_event(event(**changes)).form == {}


@pytest.mark.parametrize("hostile", [{}, {"requestContext": {}}, {"headers": None}])
def test_an_empty_event_parses_as_an_empty_request(hostile: dict[str, Any]) -> None:
    assert HttpRequest.from_event(hostile).method == ""


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/json", True),
        ("application/json;q=0.9, */*", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_json_is_returned_only_if_accepted(accept: str, wanted: bool) -> None:
    request = HttpRequest.from_event(event(method="GET", headers={"Accept": accept}))

    assert request.wants_json is wanted
