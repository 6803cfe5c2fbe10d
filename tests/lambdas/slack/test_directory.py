"""User group members and user names, from a scripted Slack."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.domain.review.errors import CannotCheck
from lambdas.domain.slack.directory import SlackDirectory
from tests.http_stub import Answer, Stub, http_stub

GROUP, ANOTHER = "S012STEWARDS", "S034OTHERS"
ANN, BOB = "U1ANN", "U2BOB"


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def members(*people: str) -> Answer:
    return Answer(body=json.dumps({"ok": True, "users": people}).encode())


def refused(error: str) -> Answer:
    return Answer(body=json.dumps({"ok": False, "error": error}).encode())


def groups(slack: Stub, clock: Callable[[], float] | None = None) -> SlackDirectory:
    url = slack.url.removesuffix("/hook") + "/api"
    return SlackDirectory(api_url=url, token=lambda: "xoxb-secret", clock=clock or Time())


def test_slack_is_asked_with_the_bots_token() -> None:
    with http_stub(members(ANN, BOB)) as slack:
        assert groups(slack).members_of(GROUP) == {ANN, BOB}
    [(method, path, body)] = slack.asked
    assert (method, path) == ("POST", "/api/usergroups.users.list")
    assert body == b"usergroup=S012STEWARDS"
    assert slack.headers[0]["Authorization"] == "Bearer xoxb-secret"


def test_members_are_cached_for_a_minute_per_group() -> None:
    clock = Time()
    with http_stub(members(ANN), members(BOB), members()) as slack:
        known = groups(slack, clock)
        assert known.members_of(GROUP) == {ANN}
        clock.now += 59
        assert known.members_of(GROUP) == {ANN}
        assert known.members_of(ANOTHER) == {BOB}
        assert len(slack.asked) == 2
        clock.now += 1
        assert known.members_of(GROUP) == frozenset(), "former members cannot decide"


@pytest.mark.parametrize(
    "answer",
    [
        refused("missing_scope"),
        refused("invalid_auth"),
        refused("no_such_subteam"),
        refused("ratelimited"),
        Answer(429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "30"}),
        Answer(500, b"oh no"),
        Answer(503, json.dumps({"ok": True, "users": [ANN]}).encode()),
        Answer(403, json.dumps({"ok": True, "users": [ANN]}).encode()),
        Answer(302, b"", {"Location": "http://127.0.0.1:1/"}),
        Answer(200, b"<html>maintenance</html>"),
        Answer(200, b"[]"),
        Answer(200, b'{"ok": true}'),
        Answer(200, b'{"ok": true, "users": null}'),
        Answer(200, b'{"ok": true, "users": {"U1ANN": true}}'),
        Answer(200, b'{"ok": "true", "users": ["U1ANN"]}'),
        Answer(200, b"[" * 100_000),
        Answer(200, b'{"ok": true, "users": ["U1ANN"]', {"Content-Length": "500"}),
    ],
    ids=range(17),
)
def test_an_unexpected_response_means_that_membership_cannot_be_checked(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    with http_stub(answer) as slack, pytest.raises(CannotCheck, match=GROUP):
        groups(slack).members_of(GROUP)
    [record] = caplog.records
    assert record.message == "slack.group_not_known"
    assert "xoxb-secret" not in str(vars(record))


def test_only_user_ids_count_as_members() -> None:
    body: Any = {"ok": True, "users": [ANN, None, 5, "S1", "", ["U2BOB"], "u2bob"]}
    with http_stub(Answer(body=json.dumps(body).encode())) as slack:
        assert groups(slack).members_of(GROUP) == {ANN}


def test_after_an_error_slack_is_asked_again_at_the_next_click() -> None:
    with http_stub(refused("missing_scope"), members(ANN)) as slack:
        known = groups(slack)
        with pytest.raises(CannotCheck):
            known.members_of(GROUP)
        assert known.members_of(GROUP) == {ANN}


def test_expired_members_are_not_used_while_slack_is_down() -> None:
    clock = Time()
    with http_stub(members(ANN), Answer(500)) as slack:
        known = groups(slack, clock)
        known.members_of(GROUP)
        clock.now += 60
        with pytest.raises(CannotCheck):
            known.members_of(GROUP)


@pytest.mark.parametrize(
    ("answer", "pause"),
    [(Answer(500), 5), (Answer(429), 5), (Answer(429, b"", {"Retry-After": "30"}), 30)],
)
def test_lookups_pause_after_an_outage_or_a_rate_limit(answer: Answer, pause: float) -> None:
    clock = Time()
    with http_stub(answer, members(ANN)) as slack:
        known = groups(slack, clock)
        for group in (GROUP, ANOTHER, GROUP):
            with pytest.raises(CannotCheck, match=group):
                known.members_of(group)
        clock.now += pause - 0.1
        with pytest.raises(CannotCheck):
            known.members_of(GROUP)
        assert len(slack.asked) == 1
        clock.now += 0.1
        assert known.members_of(GROUP) == {ANN}


def test_a_lookup_without_a_response_leaves_time_for_the_click() -> None:
    respond = threading.Event()
    with http_stub(Answer(hold=respond)) as slack:
        known = groups(slack)
        began = time.monotonic()
        for group in (GROUP, ANOTHER):
            with pytest.raises(CannotCheck):
                known.members_of(group)
        took = time.monotonic() - began
        respond.set()
    assert 1 <= took < 2.5, "however many groups there are"


def test_an_unreachable_slack_cannot_be_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    known = SlackDirectory(api_url=f"http://127.0.0.1:{port}/api", token=lambda: "xoxb-secret")
    with pytest.raises(CannotCheck):
        known.members_of(GROUP)


def test_without_a_token_membership_cannot_be_checked_and_the_next_click_reads_it_again() -> None:
    tokens = iter([EndpointConnectionError(endpoint_url="https://ssm"), "xoxb-secret"])

    def token() -> str:
        found = next(tokens)
        if isinstance(found, Exception):
            raise found
        return found

    with http_stub(members(ANN)) as slack:
        known = SlackDirectory(api_url=slack.url.removesuffix("/hook"), token=token)
        with pytest.raises(CannotCheck):
            known.members_of(GROUP)
        assert known.members_of(GROUP) == {ANN}


def profile(**names: str) -> Answer:
    user = {"name": "lin", "profile": names}
    return Answer(body=json.dumps({"ok": True, "user": user}).encode())


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (profile(display_name="", real_name="Lin Berg"), "Lin Berg"),
        (profile(display_name="Lin B.", real_name="Lin Berg"), "Lin B."),
        (profile(display_name="\u200b"), "lin"),
        (refused("missing_scope"), ""),
        (refused("user_not_found"), ""),
        (Answer(500, b"oh no"), ""),
        (Answer(200, b'{"ok": true, "user": []}'), ""),
    ],
)
def test_a_name_is_the_display_name_and_cached_for_a_minute(answer: Answer, name: str) -> None:
    with http_stub(answer) as slack:
        known = groups(slack)
        assert [known.name_of("U067SECOND") for _ in range(2)] == [name, name]
    assert [(path, body) for _, path, body in slack.asked] == [
        ("/api/users.info", b"user=U067SECOND")
    ]


def test_a_failed_name_lookup_does_not_block_a_decision() -> None:
    with http_stub(Answer(503, b""), members(ANN)) as slack:
        known = groups(slack)
        assert known.name_of(ANN) == ""
        assert known.members_of(GROUP) == {ANN}


@pytest.mark.parametrize(
    ("configured", "clicked", "asked"),
    [
        ("", "", b"usergroup=S012STEWARDS"),
        ("", "T1ABC", b"usergroup=S012STEWARDS&team_id=T1ABC"),
        ("T2ABC", "", b"usergroup=S012STEWARDS&team_id=T2ABC"),
        ("T2ABC", "T1ABC", b"usergroup=S012STEWARDS&team_id=T1ABC"),
        ("E2ABC", "", b"usergroup=S012STEWARDS"),
    ],
)
def test_an_enterprise_app_names_a_workspace(configured: str, clicked: str, asked: bytes) -> None:
    with http_stub(members(ANN)) as slack:
        url = slack.url.removesuffix("/hook") + "/api"
        known = SlackDirectory.open(url, "", configured)
        known.token = lambda: "xoxb-secret"
        known.members_of(GROUP, clicked)
    assert slack.asked[0][2] == asked
