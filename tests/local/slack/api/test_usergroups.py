"""`usergroups.users.list`, as Slack documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.slack.workspace.people import GROUPS, find_person
from tests.local.slack.conftest import TOKEN

if TYPE_CHECKING:
    from requests import Response

    from tests.local.slack.conftest import Console

GROUP = GROUPS[0]


def call(console: Console, token: str = TOKEN, **body: Any) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    return console.post("/api/usergroups.users.list", headers=headers, **body)


def ask(console: Console, token: str = TOKEN, **body: Any) -> Any:
    answer = call(console, token, **body)
    assert answer.status_code == 200
    return answer.json()


def test_a_group_has_the_ids_of_its_members(console: Console) -> None:
    answer = ask(console, data={"usergroup": GROUP.id})
    assert answer == {"ok": True, "users": list(GROUP.members)}
    assert all(find_person(member) for member in answer["users"])


def test_the_missing_scope_is_named(console: Console) -> None:
    console.channels[0].bot_scopes = frozenset({"chat:write", "commands"})
    assert ask(console, data={"usergroup": GROUP.id}) == {
        "ok": False,
        "error": "missing_scope",
        "needed": "usergroups:read",
        "provided": "chat:write,commands",
    }


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"data": {"usergroup": "S0NOTHERE"}}, "no_such_subteam"),
        ({"data": {"group": GROUP.id}}, "no_such_subteam"),
        ({"data": {"usergroup": GROUP.id}, "token": "xoxb-other"}, "invalid_auth"),
        ({"data": {"usergroup": GROUP.id}, "token": ""}, "not_authed"),
        ({"json": {"usergroup": GROUP.id}}, "invalid_post_type"),
    ],
)
def test_errors_are_returned_with_status_200(
    console: Console, body: dict[str, Any], error: str
) -> None:
    assert ask(console, **body) == {"ok": False, "error": error}


def test_injected_faults_and_delays_apply(console: Console) -> None:
    console.break_slack(status=429, times=1, retry_after=30)
    limited = call(console, data={"usergroup": GROUP.id})
    assert (limited.status_code, limited.json()["error"]) == (429, "ratelimited")
    assert limited.headers["Retry-After"] == "30"
    console.break_slack(status=200, times=1, seconds=5)
    assert ask(console, data={"usergroup": GROUP.id})["ok"] is True
    assert console.pauses == [5]
    assert [it["method"] for it in console.deliveries()] == ["usergroups.users.list"] * 2
