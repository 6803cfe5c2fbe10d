from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.local.slack.conftest import Console


def fail(console: Console, **order: Any) -> httpx.Response:
    return console.post("/api/channels/dev/faults", json=order)


def test_an_ordered_fault_hits_the_next_deliveries_and_no_later_one(console: Console) -> None:
    assert fail(console, status=429, retry_after=2, times=2).status_code == 200
    answers = [console.deliver(text=str(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert (answers[0].text, answers[0].headers["retry-after"]) == ("rate_limited", "2")
    assert [message["text"] for message in console.messages()] == ["2"]


def test_a_rate_limit_always_says_when_to_come_back(console: Console) -> None:
    fail(console, status=429, times=1)
    assert int(console.deliver(text="a").headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "action_prohibited"), (410, "channel_is_archived"), (500, "rollup_error")],
)
def test_a_fault_is_told_in_slacks_words(console: Console, status: int, code: str) -> None:
    fail(console, status=status, times=1)
    answer = console.deliver(text="a")
    assert (answer.status_code, answer.text) == (status, code)


def test_a_fault_of_one_stage_leaves_the_others_alone(console: Console) -> None:
    fail(console, status=500, times=1)
    assert console.post("/services/uat", json={"text": "a"}).text == "ok"


def test_a_fault_hits_the_workflow_webhook_too(console: Console) -> None:
    fail(console, status=503, times=1)
    answer = console.post("/workflows/dev", json={"title": "a"})
    assert (answer.status_code, answer.text) == (503, "service_unavailable")


def test_no_more_times_takes_a_fault_back(console: Console) -> None:
    fail(console, status=500, times=5)
    fail(console, status=500, times=0)
    assert console.deliver(text="a").text == "ok"


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"status": 200, "times": 1},
        {"status": 499, "times": 1},
        {"status": [500], "times": 1},
        {"status": 429.0, "times": 1},
        {"status": True, "times": 1},
        {"status": 429, "times": -1},
        {"status": 429, "times": 10**12},
        {"status": 429, "times": "3"},
        {"status": 429, "times": 1, "retry_after": -1},
        {"status": 429, "times": 1, "retry_later": 1},
    ],
)
def test_a_wrong_order_is_refused_with_the_rule(console: Console, order: Any) -> None:
    answer = fail(console, **order)
    assert answer.status_code == 422
    assert "must" in answer.json()["error"] or "additional" in answer.json()["error"]
    assert console.deliver(text="a").text == "ok"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
@pytest.mark.parametrize("path", ["faults", "messages/1.0/click"])
def test_a_body_that_is_not_a_json_object_is_refused(
    console: Console, review: str, path: str, body: bytes
) -> None:
    path = path.replace("1.0", review)
    answer = console.post(f"/api/channels/dev/{path}", content=body)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/channels/test/messages"),
        ("POST", "/api/channels/test/faults"),
        ("POST", "/api/channels/test/messages/1.0/click"),
        ("POST", "/api/channels/dev/messages/1.0/click"),
        ("GET", "/api/channels"),
        ("GET", "/nowhere"),
    ],
)
def test_what_does_not_exist_is_a_json_404(console: Console, method: str, path: str) -> None:
    answer = console.request(method, path, json={})
    assert answer.status_code == 404
    assert answer.json()["error"]
