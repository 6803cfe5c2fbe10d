"""Injected faults, and the list of deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.slack import Channel
from local.slack.workspace.feeds import Delivery, Feed
from tests.local.slack.conftest import CHANNEL, TOKEN

if TYPE_CHECKING:
    from requests import Response

    from tests.local.slack.conftest import Clock, Console

METHODS = ["webhook", "workflow", "chat.postMessage", "chat.update"]


def deliver(console: Console, method: str, text: str = "hello", **arguments: Any) -> Response:
    """Deliver with any method; an update changes the newest message."""
    if method == "webhook":
        return console.deliver(text=text, **arguments)
    if method == "workflow":
        return console.post("/workflows/dev", json={"summary": text, "details": "…"})
    if method == "chat.update":
        arguments["ts"] = console.messages()[-1]["ts"]
    return console.post(
        f"/api/{method}",
        json={"channel": CHANNEL, "text": text, **arguments},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


def test_a_fault_affects_only_the_given_number_of_deliveries(console: Console) -> None:
    assert console.break_slack(status=429, retry_after=2, times=2).status_code == 200
    answers = [console.deliver(text=str(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert (answers[0].text, answers[0].headers["retry-after"]) == ("rate_limited", "2")
    assert [message["text"] for message in console.messages()] == ["2"]


def test_faults_apply_to_all_delivery_methods(console: Console) -> None:
    console.say()
    console.break_slack(status=503, times=len(METHODS))
    assert [deliver(console, method).status_code for method in METHODS] == [503] * len(METHODS)
    assert [message["text"] for message in console.messages()] == ["hello"]
    assert "edited" not in console.messages()[0]


@pytest.mark.parametrize("method", METHODS)
def test_a_rate_limit_always_has_retry_after(console: Console, method: str) -> None:
    console.say()
    console.break_slack(status=429, times=1)
    assert int(deliver(console, method).headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "action_prohibited"),
        (410, "channel_is_archived"),
        (500, "rollup_error"),
        (503, "service_unavailable"),
    ],
)
@pytest.mark.parametrize("method", ["webhook", "workflow"])
def test_a_webhooks_fault_has_slacks_error_text(
    console: Console, method: str, status: int, code: str
) -> None:
    console.break_slack(status=status, times=1)
    answer = deliver(console, method)
    assert (answer.status_code, answer.text) == (status, code)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_the_web_apis_rate_limit_has_slacks_error_code(console: Console, method: str) -> None:
    console.say()
    console.break_slack(status=429, retry_after=7, times=1)
    answer = deliver(console, method)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json() == {"ok": False, "error": "ratelimited"}


@pytest.mark.parametrize("status", [404, 500])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_other_faults_of_the_web_api_have_no_json_body(
    console: Console, method: str, status: int
) -> None:
    console.say()
    console.break_slack(status=status, times=1)
    answer = deliver(console, method)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_fault_affects_only_its_stage(console: Console) -> None:
    console.break_slack(status=500, times=1)
    assert console.post("/services/uat", json={"text": "a"}).text == "ok"


def test_zero_times_removes_a_fault(console: Console) -> None:
    console.break_slack(status=500, times=5)
    console.break_slack(status=500, times=0)
    assert console.deliver(text="a").text == "ok"


@pytest.mark.parametrize("method", METHODS)
def test_a_delayed_response_still_shows_the_message(console: Console, method: str) -> None:
    console.say("first")
    console.break_slack(status=200, seconds=2.5, times=1)
    assert deliver(console, method, "slow").status_code == 200
    assert console.pauses == [2.5]
    assert "slow" in str(console.messages())
    deliver(console, method)
    assert console.pauses == [2.5]


def test_a_failure_can_be_delayed(console: Console) -> None:
    console.break_slack(status=504, seconds=10, times=1)
    assert console.deliver(text="a").status_code == 504
    assert console.pauses == [10]
    assert console.messages() == []


def test_a_delayed_request_is_still_validated(console: Console) -> None:
    console.break_slack(status=200, seconds=1, times=1)
    assert console.deliver(text="").text == "no_text"
    assert console.pauses == [1]


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"status": 200, "times": 1},
        {"status": 204, "times": 1, "seconds": 1},
        {"status": 301, "times": 1},
        {"status": 499, "times": 1},
        {"status": [500], "times": 1},
        {"status": 429.0, "times": 1},
        {"status": True, "times": 1},
        {"status": 429, "times": -1},
        {"status": 429, "times": 10**12},
        {"status": 429, "times": "3"},
        {"status": 429, "times": 1, "retry_after": -1},
        {"status": 429, "times": 1, "retry_later": 1},
        {"status": 429, "times": 1, "seconds": -1},
        {"status": 429, "times": 1, "seconds": 60.1},
        {"status": 429, "times": 1, "seconds": "1"},
        {"status": 429, "times": 1, "seconds": True},
    ],
)
def test_an_invalid_fault_is_refused_with_its_rule(console: Console, order: Any) -> None:
    answer = console.break_slack(**order)
    assert answer.status_code == 422
    assert "must" in answer.json()["error"] or "additional" in answer.json()["error"]
    assert console.deliver(text="a").text == "ok"


def test_all_deliveries_are_listed_with_their_time_oldest_first(
    console: Console, clock: Clock
) -> None:
    start = clock.now
    for method in METHODS:
        deliver(console, method)
        clock.now += 1.5
    assert console.deliveries() == [
        {"at": start + 1.5 * number, "status": 200, "method": method}
        for number, method in enumerate(METHODS)
    ]
    assert console.deliveries("uat") == []


def test_a_failure_is_listed_with_slacks_error(console: Console) -> None:
    console.break_slack(status=429, times=1)
    console.deliver(text="a")
    console.deliver(text="")
    console.call("chat.postMessage")
    console.call("chat.update", ts="1.0", text="a")
    assert [(each["status"], each["error"]) for each in console.deliveries()] == [
        (429, "rate_limited"),
        (400, "no_text"),
        (200, "no_text"),
        (200, "message_not_found"),
    ]


def test_a_delayed_delivery_is_listed_by_its_arrival(console: Console, clock: Clock) -> None:
    console.break_slack(status=200, seconds=30, times=1)
    start = clock.now
    console.deliver(text="a")
    assert console.deliveries()[0]["at"] == start


def test_only_the_last_ten_thousand_deliveries_are_kept(clock: Clock) -> None:
    feed = Feed(Channel("dev", "#signoff-dev"), clock)
    for number in range(10_001):
        feed.deliveries.append(Delivery(at=number, status=200, method="webhook"))
    assert [len(feed.deliveries), feed.deliveries[0].at] == [10_000, 1]
