"""`auth.test` and `conversations.info`, as Slack documents them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.slack.workspace.channels import BOT_SCOPES
from tests.local.slack.conftest import CHANNEL, TOKEN

if TYPE_CHECKING:
    from requests import Response

    from tests.local.slack.conftest import Console

ALL = ",".join(sorted(BOT_SCOPES))


def call(console: Console, method: str, token: str = TOKEN, **body: Any) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    answer = console.post(f"/api/{method}", headers=headers, **body)
    assert answer.status_code == 200
    return answer


def info(console: Console, channel: str = CHANNEL) -> Any:
    return call(console, "conversations.info", data={"channel": channel}).json()


def change(console: Console, **settings: Any) -> None:
    assert console.post("/api/channels/dev/settings", json=settings).status_code == 200


def test_auth_test_returns_the_bots_identity_and_scopes(console: Console) -> None:
    answer = call(console, "auth.test")
    assert answer.json()["ok"] is True
    assert answer.json()["user_id"] == "U0SIGNOFF"
    assert answer.headers["X-OAuth-Scopes"] == ALL


@pytest.mark.parametrize("method", ["auth.test", "conversations.info"])
@pytest.mark.parametrize(("token", "error"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
def test_calls_without_the_bots_token_are_refused(
    console: Console, method: str, token: str, error: str
) -> None:
    answer = call(console, method, token, data={"channel": CHANNEL})
    assert answer.json() == {"ok": False, "error": error}
    assert "X-OAuth-Scopes" not in answer.headers


def test_a_channel_reports_the_bots_membership(console: Console) -> None:
    assert info(console)["channel"]["is_member"] is True
    change(console, bot_is_member=False)
    assert info(console)["channel"]["is_member"] is False
    assert console.call("chat.postMessage", text="hello")["error"] == "not_in_channel"


def test_an_archived_channel_rejects_messages(console: Console) -> None:
    change(console, is_archived=True)
    assert info(console)["channel"]["is_archived"] is True
    assert console.call("chat.postMessage", text="hello")["error"] == "is_archived"
    answer = console.deliver(text="hello")
    assert (answer.status_code, answer.text) == (410, "channel_is_archived")
    assert console.messages() == []


def test_a_bot_is_not_in_the_channels_of_other_stages(console: Console) -> None:
    other = console.channels[1].id
    assert info(console, other)["channel"] == {
        **info(console)["channel"],
        "id": other,
        "name": "signoff-uat",
        "is_member": False,
    }


def test_channel_information_requires_the_scope(console: Console) -> None:
    change(console, bot_scopes=["chat:write"])
    answer = call(console, "conversations.info", data={"channel": CHANNEL})
    assert answer.json() == {
        "ok": False,
        "error": "missing_scope",
        "needed": "channels:read",
        "provided": "chat:write",
    }
    assert call(console, "auth.test").headers["X-OAuth-Scopes"] == "chat:write"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"data": {"channel": "C0NOTHERE"}}, "channel_not_found"),
        ({"json": {"channel": CHANNEL}}, "invalid_post_type"),
    ],
)
def test_errors_are_returned_with_status_200(
    console: Console, body: dict[str, Any], error: str
) -> None:
    assert call(console, "conversations.info", **body).json() == {"ok": False, "error": error}


@pytest.mark.parametrize(
    "settings", [{"bot_is_member": "no"}, {"bot_scopes": "chat:write"}, {"x": 1}]
)
def test_an_invalid_change_of_the_installation_is_refused(
    console: Console, settings: dict[str, Any]
) -> None:
    assert console.post("/api/channels/dev/settings", json=settings).status_code == 422
