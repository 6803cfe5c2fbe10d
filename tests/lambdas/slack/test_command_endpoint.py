"""Who may run `/signoff` where, and which commands it knows."""

import json
import urllib.parse
from collections.abc import Mapping
from typing import Any

import pytest

from lambdas.domain.access.identities import Identities
from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.persons import Persons
from lambdas.domain.slack.commands.command import parse_command
from lambdas.domain.slack.commands.endpoint import SlackCommands
from lambdas.domain.slack.commands.replies import Replies
from lambdas.domain.slack.commands.throttle import Throttle
from lambdas.domain.web.http import HttpRequest
from local.slack.payloads.drafts import read_draft
from tests.lambdas.slack.commands import ANN, BOB, ELSEWHERE, HERE, SECRET, TEAM, event, form
from tests.lambdas.slack.messages import texts

NO_STORE: Any = None
"""Any access fails: refused commands must not call AWS."""


def endpoint(
    *reviewers: str,
    stage: str = "dev",
    channel: str = "#signoff-dev",
    channel_id: str = "",
    team: str = "",
    identities: Mapping[str, list[str]] | None = None,
) -> SlackCommands:
    return SlackCommands(
        store=NO_STORE,
        replies=Replies(stage=stage, needed=1),
        rules=Rules(reviewers=frozenset(reviewers), slack_team=team),
        identities=Identities(persons=Persons(identities=identities or {}), reviewers=reviewers),
        channel=channel,
        channel_id=channel_id,
        signing_secret=lambda: SECRET,
        throttle=Throttle(limit=20, clock=lambda: 0.0),
    )


def ask(commands: SlackCommands, text: str = "help", **changes: str) -> dict[str, Any]:
    """The reply to a command, validated as Slack does."""
    body = urllib.parse.urlencode(form(text, **changes))
    answer = commands.handle(HttpRequest.from_event(event(body)))
    assert answer.status == 200
    message = json.loads(answer.body)
    read_draft(message)
    assert message["response_type"] == "ephemeral"
    assert "dev" in message["text"], "several stages may share a workspace"
    return message


def shown(message: dict[str, Any]) -> str:
    return "\n".join(texts(message))


@pytest.mark.parametrize("text", ["help", "", "  ", "HELP me"])
def test_help_lists_the_commands(text: str) -> None:
    words = shown(ask(endpoint(), text))
    for command in ("pending", "show ID", "history", "help"):
        assert f"`/signoff {command}`" in words
    assert "Unknown command" not in words


@pytest.mark.parametrize(
    "text",
    [
        "approve abcdefghijklmnop",
        "pending please",
        "show",
        "show 0123",
        "show abcdefgh",
        "show ../../prod",
        "show abcdefgh ijklmnop",
        "show xyzxyzxy",
        "'; DROP TABLE reviews; --",
        "<!channel> *now* `x` &amp; <https://evil.example|help>",
        "\u202egnidnep",
        "x" * 30_000,
        "show " + "f" * 30_000,
        "\x00\x1b[31m",
    ],
)
def test_an_unknown_command_is_answered_with_help(text: str) -> None:
    message = ask(endpoint(), text)
    words = shown(message)
    assert "`/signoff pending`" in words
    assert "<!channel>" not in json.dumps(message)
    [line] = [it for it in texts(message) if it.startswith("Unknown command: ")]
    assert len(line) <= 250


def test_invisible_characters_count_as_empty() -> None:
    assert "Unknown command" not in shown(ask(endpoint(), "\u200b\u2060"))


def test_help_uses_the_apps_name_for_the_command() -> None:
    assert "`/signoff-dev history`" in shown(ask(endpoint(), command="/signoff-dev"))
    assert "`/signoff history`" in shown(ask(endpoint(), command="/<!channel>"))


ROLE = "arn:aws:sts::123456789012:assumed-role/ops"
DIRECT = {"channel_id": "D0", "channel_name": "directmessage"}
NOBODY_ELSE: list[tuple[SlackCommands, dict[str, str], bool]] = [
    (endpoint(), {}, True),
    (endpoint(), {"channel_name": "general"}, False),
    (endpoint(), {"channel_name": "privategroup"}, False),
    (endpoint(), DIRECT, False),
    (endpoint(), {"channel_name": ""}, False),
    (endpoint(channel="#privategroup"), {"channel_name": "privategroup"}, False),
    (endpoint(channel_id=HERE), {"channel_name": "privategroup"}, True),
    (endpoint(channel_id=HERE), {"channel_name": "renamed"}, True),
    (endpoint(channel_id=HERE), {"channel_id": ELSEWHERE}, False),
    (endpoint(team=TEAM), {}, True),
    (endpoint(team=TEAM), {"team_id": "T099FOREIGN"}, False),
    (endpoint(team=TEAM), {"team_id": ""}, False),
    (endpoint(team="E012ORG"), {"enterprise_id": "E012ORG"}, True),
    (endpoint(team="E012ORG"), {"enterprise_id": "E099FOREIGN"}, False),
    (endpoint(ANN, team=TEAM), {"team_id": "T099FOREIGN"}, False),
    (endpoint(BOB, ANN), DIRECT, True),
    (endpoint(BOB), DIRECT, False),
    (endpoint(BOB), {}, True),
    (endpoint("S012GROUP", ANN), DIRECT, True),
    (endpoint("S012GROUP"), DIRECT, False),
    (endpoint(f"{ROLE}/*", identities={ANN: [f"{ROLE}/ann"]}), DIRECT, True),
    (endpoint(f"{ROLE}/*", identities={BOB: [f"{ROLE}/bob"]}), DIRECT, False),
]


@pytest.mark.parametrize(("commands", "where", "allowed"), NOBODY_ELSE, ids=range(len(NOBODY_ELSE)))
def test_only_the_stages_own_channel_and_its_reviewers_are_answered(
    commands: SlackCommands, where: dict[str, str], allowed: bool
) -> None:
    answer = shown(ask(commands, **where))
    assert ("*Commands*" in answer) is allowed
    assert ("signoff pending" in answer) is allowed
    if not allowed:
        assert "Run this command in #" in answer or "own Slack workspace." in answer
        assert ask(commands, "pending", **where), "which asks the store nothing"


def test_a_private_channel_gets_the_setting_to_change() -> None:
    refused = shown(ask(endpoint(), channel_name="privategroup"))
    assert "Run this command in #signoff-dev" in refused
    assert "to set slackChannelId" in refused
    for known in (
        ask(endpoint(), channel_name="general"),
        ask(endpoint(channel_id=ELSEWHERE), channel_name="privategroup"),
    ):
        assert "slackChannelId" not in shown(known)


def test_a_person_may_ask_twenty_times_a_minute() -> None:
    commands = endpoint()
    for _ in range(20):
        assert "*Commands*" in shown(ask(commands))
    refused = shown(ask(commands, "pending"))
    assert "Limit: 20 commands per minute. Try again in 61 seconds" in refused
    assert "*Commands*" in shown(ask(commands, user_id=BOB)), "each for themselves"


def test_the_last_second_of_the_limit_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def one(_: object, _person: str) -> int:
        return 1

    monkeypatch.setattr(Throttle, "seconds_to_wait", one)
    assert "Try again in 1 second." in shown(ask(endpoint(), "pending"))


def test_the_limit_resets_after_a_minute() -> None:
    now = [0.0]
    throttle = Throttle(limit=2, clock=lambda: now[0])
    assert [throttle.seconds_to_wait(ANN) for _ in range(3)] == [0, 0, 61]
    now[0] = 59.5
    assert (throttle.seconds_to_wait(ANN), throttle.seconds_to_wait(BOB)) == (1, 0)
    now[0] = 60
    assert [throttle.seconds_to_wait(ANN) for _ in range(3)] == [0, 0, 61]


def test_the_limit_remembers_at_most_a_thousand_people() -> None:
    throttle = Throttle(limit=1, clock=lambda: 0.0)
    assert {throttle.seconds_to_wait(f"U{number}") for number in range(5000)} == {0}
    assert throttle.people <= 1000


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "another secret"},
        {"at": 1_531_420_618},
        {"secret": ""},
    ],
)
def test_an_invalid_signature_is_401(changes: dict[str, Any]) -> None:
    sent = event(urllib.parse.urlencode(form("pending")), **changes)
    assert endpoint().handle(HttpRequest.from_event(sent)).status == 401


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ("", {}),
        ("text=pending", {}),
        (urllib.parse.urlencode(form("pending", user_id="ann")), {}),
        (urllib.parse.urlencode(form("pending", user_id="")), {}),
        (urllib.parse.urlencode(form("pending", user_id=f"{ANN}\n")), {}),
        (json.dumps(form("pending")), {"content_type": "application/json"}),
        (urllib.parse.urlencode(form("pending")), {"content_type": "text/plain"}),
        (urllib.parse.urlencode(form("pending")), {"content_type": ""}),
        ("&".join(f"f{n}=1" for n in range(30)) + "&user_id=U1ANN", {}),
        (urllib.parse.urlencode(form("x" * 1_000_001)), {}),
        ("%ff%fe=%00", {"encoded": False}),
        ("user_id=%ff", {"encoded": False}),
    ],
    ids=range(12),
)
def test_a_signed_body_that_is_not_a_command_is_400(body: str, options: dict[str, Any]) -> None:
    answer = endpoint().handle(HttpRequest.from_event(event(body, **options)))
    assert answer.status == 400
    assert "user_id must be a Slack user ID" in json.loads(answer.body)["error"]


def test_only_the_person_is_a_required_field() -> None:
    command = parse_command({"user_id": ANN})
    assert (command.name, command.text, command.channel_name) == ("/signoff", "", "")
    with pytest.raises(InvalidInput):
        parse_command({})


def test_the_log_has_the_command_but_not_the_typed_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    ask(endpoint(), "help sesame")
    ask(endpoint(), "open sesame")
    logged = [vars(it) for it in caplog.records if it.message == "slack.command"]
    assert [it["verb"] for it in logged] == ["help", "unknown"]
    assert "sesame" not in str([vars(it) for it in caplog.records])


def test_production_cannot_be_mistaken() -> None:
    assert ":red_circle: *PROD-DEV*" in shown(ask(endpoint(stage="prod-dev")))


@pytest.mark.parametrize("signed", [True, False])
def test_slacks_certificate_check_gets_200_only(signed: bool) -> None:
    check = event("ssl_check=1&token=x", secret=SECRET if signed else "another secret")

    answer = endpoint().handle(HttpRequest.from_event(check))

    assert (answer.status, answer.body) == (200, "")


@pytest.mark.parametrize("body", ["ssl_check=0&user_id=U1ANN", "ssl_check=&user_id=U1ANN"])
def test_any_other_unsigned_request_gets_401(body: str) -> None:
    answer = endpoint().handle(HttpRequest.from_event(event(body, secret="another secret")))

    assert answer.status == 401
