"""Delivery to Slack over real HTTP."""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from lambdas.domain.slack.delivery import SlackDeliveryFailed, Unconfirmed, send
from tests.http_stub import Answer, http_stub


@dataclass
class RetryPolicy:
    """Counts waited seconds against a budget."""

    budget: float = 58
    waits: list[float] = field(default_factory=list[float])

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def left(self) -> float:
        return self.budget - sum(self.waits)


def deliver(url: str, retries: RetryPolicy) -> int:
    message = {"text": "hé"}
    return send(url, message, seconds_left=retries.left, wait=retries.wait).tries


def test_a_message_is_posted_once_as_json() -> None:
    with http_stub(Answer()) as slack:
        assert deliver(slack.url, RetryPolicy()) == 1

    [(method, path, body)] = slack.asked
    assert (method, path, json.loads(body)) == ("POST", "/hook", {"text": "hé"})


def test_a_rate_limit_is_waited_out_as_slack_asks() -> None:
    limited = Answer(429, b"rate_limited", {"Retry-After": "17"})
    retries = RetryPolicy()
    with http_stub(limited, limited, Answer()) as slack:
        assert deliver(slack.url, retries) == 3

    assert retries.waits == [17, 17]


@pytest.mark.parametrize("retry_after", ["soon", "-5", "1e9", "٣", ""])
def test_a_senseless_retry_after_is_ignored(retry_after: str) -> None:
    limited = Answer(429, b"", {"Retry-After": retry_after.encode().decode("latin-1")})
    retries = RetryPolicy()
    with http_stub(limited, Answer()) as slack:
        assert deliver(slack.url, retries) == 2

    assert retries.waits == [1]


def test_server_errors_are_retried_with_growing_pauses() -> None:
    retries = RetryPolicy()
    with http_stub(Answer(500), Answer(503), Answer(500), Answer()) as slack:
        assert deliver(slack.url, retries) == 4

    assert retries.waits == [1, 2, 4]


def test_it_gives_up_while_there_is_time_to_finish() -> None:
    retries = RetryPolicy(budget=20)
    with (
        http_stub(Answer(500, b"internal_error")) as slack,
        pytest.raises(SlackDeliveryFailed) as failed,
    ):
        deliver(slack.url, retries)

    assert sum(retries.waits) + 5 <= 20
    assert (failed.value.status, failed.value.may_pass) == (500, True)
    assert "internal_error" in str(failed.value)
    assert failed.value.tries == len(slack.asked) == 5


def test_it_does_not_wait_out_a_rate_limit_longer_than_its_timeout() -> None:
    retries = RetryPolicy()
    with (
        http_stub(Answer(429, b"", {"Retry-After": "3600"})) as slack,
        pytest.raises(SlackDeliveryFailed),
    ):
        deliver(slack.url, retries)

    assert (retries.waits, len(slack.asked)) == ([], 1)


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, b"invalid_payload"), (403, b"action_prohibited"), (404, b"no_service"), (410, b"gone")],
)
def test_a_refusal_is_not_repeated(status: int, body: bytes) -> None:
    with http_stub(Answer(status, body)) as slack, pytest.raises(SlackDeliveryFailed) as failed:
        deliver(slack.url, RetryPolicy())

    assert (failed.value.status, failed.value.may_pass) == (status, False)
    assert body.decode() in str(failed.value)
    assert len(slack.asked) == 1


def test_a_redirect_is_not_followed() -> None:
    with http_stub(Answer()) as elsewhere:
        moved = Answer(302, b"", {"Location": elsewhere.url})
        with http_stub(moved) as slack, pytest.raises(SlackDeliveryFailed):
            deliver(slack.url, RetryPolicy())

    assert elsewhere.asked == []


def test_a_refused_connection_is_retried_and_the_error_hides_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SlackDeliveryFailed) as failed:
        deliver(f"http://127.0.0.1:{port}/services/SECRET", RetryPolicy())

    assert failed.value.tries > 1
    assert "SECRET" not in str(failed.value)
    assert failed.value.__suppress_context__ or failed.value.__context__ is None


def test_a_late_response_is_waited_for_and_nothing_is_sent_twice() -> None:
    answered = threading.Event()
    late = Answer(hold=answered)
    with http_stub(late) as slack:
        threading.Timer(0.2, answered.set).start()
        assert deliver(slack.url, RetryPolicy()) == 1

    assert len(slack.asked) == 1


def test_without_a_response_the_message_is_unconfirmed() -> None:
    over = threading.Event()
    with http_stub(Answer(hold=over)) as slack:
        began = time.monotonic()
        with pytest.raises(Unconfirmed, match="after 1 try; the message may have been posted"):
            send(slack.url, {}, seconds_left=lambda: 1)
        assert time.monotonic() - began < 10
        over.set()

    assert len(slack.asked) == 1


def hangs_up(connection: socket.socket) -> None:
    connection.recv(65_536)


def breaks_off(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\no")


def speaks_no_http(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"hello\r\n\r\n")


@pytest.mark.parametrize("strange", [hangs_up, breaks_off, speaks_no_http])
def test_an_incomplete_response_is_not_retried(
    strange: Callable[[socket.socket], None],
) -> None:
    asked: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        asked.append(1)
                        strange(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(Unconfirmed):
            deliver(f"http://127.0.0.1:{server.getsockname()[1]}/hook", RetryPolicy())
        server.shutdown(socket.SHUT_RDWR)
        thread.join()

    assert len(asked) == 1


def test_a_failed_tls_connection_sends_nothing_and_may_be_retried() -> None:
    with http_stub(Answer()) as plain, pytest.raises(SlackDeliveryFailed) as failed:
        deliver(plain.url.replace("http:", "https:"), RetryPolicy())

    assert (failed.value.status, failed.value.may_pass) == (0, True)
    assert plain.asked == []
