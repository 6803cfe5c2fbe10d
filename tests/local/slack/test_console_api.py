from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.local.slack.conftest import Console


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
@pytest.mark.parametrize("path", ["faults", "messages/1.0/click"])
def test_a_body_that_is_not_a_json_object_is_refused(
    console: Console, review: str, path: str, body: bytes
) -> None:
    path = path.replace("1.0", review)
    answer = console.post(f"/api/channels/dev/{path}", data=body)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/channels/test/messages"),
        ("GET", "/api/channels/test/deliveries"),
        ("POST", "/api/channels/test/faults"),
        ("POST", "/api/channels/test/messages/1.0/click"),
        ("POST", "/api/channels/dev/messages/1.0/click"),
        ("GET", "/api/channels"),
        ("GET", "/nowhere"),
    ],
)
def test_an_unknown_path_is_a_json_404(console: Console, method: str, path: str) -> None:
    answer = console.request(method, path, json={})
    assert answer.status_code == 404
    assert answer.json()["error"]
