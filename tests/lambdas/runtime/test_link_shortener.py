"""Short links, over real HTTP."""

import urllib.parse

import pytest

from lambdas.domain.runtime.link_shortener import shortened
from tests.http_stub import Answer, http_stub

LONG = "https://evidence.s3.eu-central-1.amazonaws.com/a b.csv?X-Amz-Signature=1&b=é#c"


def test_the_long_link_is_percent_encoded_and_replaced_by_the_short_one() -> None:
    with http_stub(Answer(200, b"https://tinyurl.com/abc123\n")) as service:
        assert shortened(LONG, service.url) == "https://tinyurl.com/abc123"

    [(method, path, _)] = service.asked
    assert method == "GET"
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(path).query) == {"url": [LONG]}
    assert " " not in path
    assert "é" not in path


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, b"https://tinyurl.com/abc"),
        Answer(404, b""),
        Answer(200, b"Error"),
        Answer(200, b"http://tinyurl.com/plain"),
        Answer(200, b"https://tinyurl.com/a\nhttps://evil.example"),
        Answer(200, b"https://" + b"x" * 300),
        Answer(200, "https://tinyurl.com/é".encode()),
        Answer(202, b"https://tinyurl.com/abc"),
    ],
    ids=["500", "404", "words", "http", "two lines", "too long", "not ASCII", "202"],
)
def test_on_any_failure_the_long_link_is_used(answer: Answer) -> None:
    with http_stub(answer) as service:
        assert shortened(LONG, service.url) == LONG


def test_the_service_times_out_after_three_seconds() -> None:
    import threading
    import time

    hold = threading.Event()
    with http_stub(Answer(hold=hold)) as service:
        begun = time.monotonic()
        assert shortened(LONG, service.url) == LONG
        waited = time.monotonic() - begun
        hold.set()

    assert 2 < waited < 20, "the limit is 3 s; the bound is generous for a busy machine"
