"""`users.info`, as Slack documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local.slack.conftest import TOKEN

if TYPE_CHECKING:
    from tests.local.slack.conftest import Console


def ask(console: Console, token: str = TOKEN, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    answer = console.post("/api/users.info", headers=headers, **body)
    assert answer.status_code == 200
    return answer.json()


def test_a_profile_has_the_displayed_names(console: Console) -> None:
    answer = ask(console, data={"user": "U012ABCDEF"})
    assert answer["ok"] is True
    assert answer["user"]["id"] == "U012ABCDEF"
    assert answer["user"]["profile"]["real_name"] == "Kim Reyes"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"data": {"user": "U0NOBODY"}}, "user_not_found"),
        ({"data": {"name": "kim"}}, "user_not_found"),
        ({"data": {"user": "U012ABCDEF"}, "token": "xoxb-other"}, "invalid_auth"),
        ({"data": {"user": "U012ABCDEF"}, "token": ""}, "not_authed"),
        ({"json": {"user": "U012ABCDEF"}}, "invalid_post_type"),
    ],
)
def test_errors_are_returned_with_status_200(
    console: Console, body: dict[str, Any], error: str
) -> None:
    assert ask(console, **body) == {"ok": False, "error": error}
