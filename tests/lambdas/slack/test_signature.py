"""Slack's signature, against Slack's published example, its own library, and attacks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from lambdas.domain.slack.signature import InvalidSignature, check_signature, signature

# https://docs.slack.dev/authentication/verifying-requests-from-slack
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TIMESTAMP = "1531420618"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
THEN = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def headers(timestamp: str = TIMESTAMP, given: str = SIGNATURE) -> dict[str, str]:
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": given}


def accepts(
    given: dict[str, str], body: bytes = BODY, secret: str = SECRET, now: datetime = THEN
) -> bool:
    try:
        check_signature(given, body, secret, now)
    except InvalidSignature:
        return False
    return True


def test_slacks_published_example_is_accepted() -> None:
    assert signature(BODY, TIMESTAMP, SECRET) == SIGNATURE
    assert accepts(headers())


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-299, True), (299, True), (0, True), (-301, False), (301, False)]
)
def test_a_signature_is_valid_for_five_minutes(seconds: int, accepted: bool) -> None:
    assert accepts(headers(), now=THEN + timedelta(seconds=seconds)) is accepted


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"x-slack-signature": SIGNATURE},
        {"x-slack-request-timestamp": TIMESTAMP},
        headers(given=""),
        headers(given="v0="),
        headers(given=SIGNATURE.upper()),
        headers(given=SIGNATURE[:-1]),
        headers(given=f"{SIGNATURE},{SIGNATURE}"),
        headers(given=f" {SIGNATURE}"),
        headers(given="v0=é" * 30),
        headers(given="\ud800"),
        headers(given="v0=" + "a" * 1_000_000),
        headers(timestamp=""),
        headers(timestamp="now"),
        headers(timestamp="1531420618.0"),
        headers(timestamp=f"{TIMESTAMP},{TIMESTAMP}"),
        headers(timestamp="-1531420618"),
        headers(timestamp="٠١٢٣"),
        headers(timestamp="9" * 12),
        headers(timestamp="9" * 100_000),
        headers(timestamp=f"{TIMESTAMP}\n"),
    ],
    ids=range(21),
)
def test_hostile_headers_are_refused_without_an_error(given: dict[str, str]) -> None:
    assert not accepts(given)


@settings(max_examples=10 * settings().max_examples)
@given(
    position=st.integers(0, len(BODY) - 1),
    change=st.integers(1, 255),
    kind=st.sampled_from(("body", "signature", "timestamp", "age", "secret")),
    noise=st.binary(max_size=40),
    seconds=st.sampled_from((-301, 301, -86_400, 86_400)),
)
def test_no_mutation_of_a_genuine_request_is_accepted(
    position: int, change: int, kind: str, noise: bytes, seconds: int
) -> None:
    flipped = bytes([BODY[position] ^ change])
    mutated_body = BODY[:position] + flipped + BODY[position + 1 :]
    text = noise.decode("latin-1")
    match kind:
        case "body":
            assert not accepts(headers(), mutated_body)
            assert not accepts(headers(), BODY + noise) or noise == b""
        case "signature":
            place = position % len(SIGNATURE)
            mutated = SIGNATURE[:place] + text + SIGNATURE[place + 1 :]
            assert mutated == SIGNATURE or not accepts(headers(given=mutated))
        case "timestamp":
            assert text == TIMESTAMP or not accepts(headers(timestamp=text))
            other = str(int(TIMESTAMP) + change)
            assert not accepts(headers(timestamp=other))
        case "age":
            assert not accepts(headers(), now=THEN + timedelta(seconds=seconds))
        case _:
            assert text == SECRET or not accepts(headers(), secret=text)


class StandingClock(SlackClock):
    def now(self) -> float:
        return float(TIMESTAMP)


@given(body=st.binary(max_size=300), secret=st.text("abcdef0123456789", min_size=16, max_size=40))
def test_slacks_own_library_agrees(body: bytes, secret: str) -> None:
    ours = signature(body, TIMESTAMP, secret)

    verifier = SignatureVerifier(secret, clock=StandingClock())

    try:
        text = body.decode()
    except UnicodeDecodeError:
        return  # the library signs text only
    assert verifier.generate_signature(timestamp=TIMESTAMP, body=text) == ours
    assert verifier.is_valid(text, TIMESTAMP, ours)
