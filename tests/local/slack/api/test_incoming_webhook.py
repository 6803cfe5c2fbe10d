from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local.slack.conftest import (
    Json,
    actions,
    button,
    choice,
    option,
    reason_input,
    section,
    table,
)

if TYPE_CHECKING:
    from tests.local.slack.conftest import Console


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def confirmation(**fields: Any) -> Json:
    words = {name: plain(name) for name in ("title", "text", "confirm", "deny")}
    return {**words, **fields}


def test_a_message_is_answered_with_ok_and_shown(console: Console) -> None:
    answer = console.deliver(text="hello")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["content-type"].startswith("text/plain")
    assert [message["text"] for message in console.messages()] == ["hello"]


def test_messages_are_listed_oldest_first_with_unique_timestamps(console: Console) -> None:
    for text in ("one", "two", "three"):
        console.deliver(text=text)
    shown = console.messages()
    assert [message["text"] for message in shown] == ["one", "two", "three"]
    assert [message["ts"] for message in shown] == [
        "1795356000.000000",
        "1795356000.000001",
        "1795356000.000002",
    ]


def test_a_form_can_carry_the_message_in_its_payload_field(console: Console) -> None:
    form = {"payload": json.dumps({"text": "by form"})}
    assert console.post("/services/dev", data=form).text == "ok"
    assert console.post("/services/dev", data={"text": "hello"}).text == "invalid_payload"
    assert console.messages()[0]["text"] == "by form"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"text": 7}',
        b'{"text": "\\ud800"}',
        b'{"text": "a", "n": NaN}',
        b'{"text": "a", "n": 1e999}',
        b'{"text": "a", "attachments": {"b": 1}}',
        b'{"text": "a", "attachments": ["b"]}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_a_json_object_is_an_invalid_payload(
    console: Console, body: bytes
) -> None:
    answer = console.post("/services/dev", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.text) == (400, "invalid_payload")
    assert console.messages() == []


@pytest.mark.parametrize(
    "message", [{}, {"text": ""}, {"text": "  \n"}, {"blocks": []}, {"text": None}]
)
def test_an_empty_message_is_refused_as_no_text(console: Console, message: Json) -> None:
    answer = console.deliver(**message)
    assert (answer.status_code, answer.text) == (400, "no_text")


def test_an_unknown_stage_has_no_service(console: Console) -> None:
    answer = console.post("/services/test", json={"text": "hello"})
    assert (answer.status_code, answer.text) == (404, "no_service")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_accepted(console: Console, method: str) -> None:
    assert console.request(method, "/services/dev").status_code == 405


def test_blocks_that_are_not_a_list_are_invalid(console: Console) -> None:
    answer = console.deliver(text="a", blocks={"type": "divider"})
    assert (answer.status_code, answer.text) == (400, "invalid_blocks_format")


def test_more_than_a_hundred_attachments_are_too_many(console: Console) -> None:
    answer = console.deliver(attachments=[{"text": "a"}] * 101)
    assert (answer.status_code, answer.text) == (400, "too_many_attachments")


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([section("a" * 3000)], id="section text of 3000"),
        pytest.param([{"type": "header", "text": plain("a" * 150)}], id="header of 150"),
        pytest.param([{"type": "divider"}] * 50, id="50 blocks"),
        pytest.param([{"type": "section", "fields": [plain("a" * 2000)] * 10}], id="10 fields"),
        pytest.param([actions(*(button(f"b{n}") for n in range(25)))], id="25 buttons"),
        pytest.param([actions(button(value="v" * 2000))], id="value of 2000"),
        pytest.param(
            [actions(button(url="https://a.test/".ljust(3000, "a")))], id="address of 3000"
        ),
        pytest.param([actions(button(confirm=confirmation()))], id="confirmation"),
        pytest.param([{**section("a"), "accessory": button()}], id="accessory"),
        pytest.param(
            [actions(button()), {**actions(button()), "block_id": "b"}], id="id in two blocks"
        ),
        pytest.param([table(*[["a"] * 20] * 100)], id="100 rows of 20"),
        pytest.param([table(["a" * 5000, "a" * 5000])], id="10,000 characters in cells"),
        pytest.param(
            [table(["a"], column_settings=[{"align": "right"}, {"is_wrapped": True}, {}])],
            id="settings of columns",
        ),
        pytest.param([choice(options=[option(f"{n}") for n in range(100)])], id="100 options"),
        pytest.param(
            [choice("radio_buttons", options=[option(f"{n}") for n in range(10)])], id="10 radios"
        ),
        pytest.param([choice(options=[option("v" * 150, text=plain("a" * 75))])], id="option"),
        pytest.param([choice(initial_option=option("us"))], id="chosen from the start"),
    ],
)
def test_blocks_at_slacks_limits_are_accepted(console: Console, blocks: list[Json]) -> None:
    assert console.deliver(blocks=blocks).text == "ok"


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([section("a" * 3001)], id="section text over 3000"),
        pytest.param([section("")], id="empty text"),
        pytest.param([{"type": "section"}], id="section without text or fields"),
        pytest.param([{"type": "header", "text": plain("a" * 151)}], id="header over 150"),
        pytest.param(
            [{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}], id="mrkdwn header"
        ),
        pytest.param([{"type": "divider"}] * 51, id="51 blocks"),
        pytest.param([{"type": "section", "fields": [plain("a")] * 11}], id="11 fields"),
        pytest.param([{"type": "section", "fields": [plain("a" * 2001)]}], id="field over 2000"),
        pytest.param([actions(*(button(f"b{n}") for n in range(26)))], id="26 buttons"),
        pytest.param([actions()], id="no buttons"),
        pytest.param([actions(button(value="v" * 2001))], id="value over 2000"),
        pytest.param(
            [actions(button(url="https://a.test/".ljust(3001, "a")))], id="address over 3000"
        ),
        pytest.param([actions(button(url="javascript:alert(1)"))], id="address of a script"),
        pytest.param([actions(button(style="default"))], id="unknown style"),
        pytest.param([actions(button(text=plain("a" * 76)))], id="label over 75"),
        pytest.param([actions(button(), button())], id="action id twice in a block"),
        pytest.param([actions(button()), actions(button())], id="block id twice"),
        pytest.param([actions(button(confirm=confirmation(text="a")))], id="confirmation text"),
        pytest.param([{**actions(button()), "block_id": "a" * 256}], id="block id over 255"),
        pytest.param([actions({**reason_input()["element"]})], id="input among the buttons"),
        pytest.param([reason_input(max_length=3001)], id="longer input than Slack has"),
        pytest.param([{"type": "divider", "text": plain("a")}], id="additional property"),
        pytest.param([{"type": "blink"}], id="unknown type"),
        pytest.param([{"type": ["divider"]}], id="type that is no string"),
        pytest.param(["divider"], id="block that is no object"),
        pytest.param([{"type": "context", "elements": [plain("a")] * 11}], id="11 in a context"),
        pytest.param([table(*[["a"]] * 101)], id="101 rows"),
        pytest.param([table(["a"] * 21)], id="21 columns"),
        pytest.param([table()], id="no row"),
        pytest.param([table([])], id="row without cells"),
        pytest.param([table([""])], id="empty cell"),
        pytest.param([table(["a" * 5000, "a" * 5001])], id="10,001 characters in cells"),
        pytest.param([table(["a"], column_settings=[{"align": "middle"}])], id="unknown side"),
        pytest.param([table(["a"], column_settings=[{}] * 21)], id="21 settings of columns"),
        pytest.param([{"type": "table", "rows": [[section("a")]]}], id="block in a cell"),
        pytest.param([choice(options=[option(f"{n}") for n in range(101)])], id="101 options"),
        pytest.param(
            [choice("radio_buttons", options=[option(f"{n}") for n in range(11)])], id="11 radios"
        ),
        pytest.param([choice(options=[])], id="no options"),
        pytest.param([choice(options=[option("v" * 151)])], id="value of an option over 150"),
        pytest.param(
            [choice(options=[option("v", text=plain("a" * 76))])], id="option's text over 75"
        ),
        pytest.param([choice(initial_option=option("mars"))], id="chosen, and no option"),
        pytest.param([actions(choice()["element"])], id="choice among the buttons"),
        pytest.param(
            [{**reason_input(), "element": {"type": "number_input", "is_decimal_allowed": True}}],
            id="element for modals only",
        ),
    ],
)
def test_blocks_that_break_slacks_rules_are_invalid(console: Console, blocks: list[Any]) -> None:
    answer = console.deliver(text="a", blocks=blocks)
    assert (answer.status_code, answer.text) == (400, "invalid_blocks")
    assert console.messages() == []


def test_a_message_can_have_only_one_table(console: Console) -> None:
    answer = console.deliver(
        blocks=[table(["a"])], attachments=[{"blocks": [{**table(["b"]), "block_id": "b"}]}]
    )
    assert (answer.status_code, answer.text) == (400, "invalid_attachments")
    assert console.messages() == []


def test_blocks_and_elements_without_an_id_get_one(console: Console) -> None:
    anonymous = {k: v for k, v in button().items() if k != "action_id"}
    console.deliver(blocks=[{"type": "divider"}, {"type": "actions", "elements": [anonymous]}])
    divider, shown = console.messages()[0]["blocks"]
    assert divider["block_id"] != shown["block_id"]
    assert shown["elements"][0]["action_id"]


def test_blocks_inside_attachments_are_checked_too(console: Console) -> None:
    answer = console.deliver(attachments=[{"color": "good", "blocks": [section("a" * 3001)]}])
    assert (answer.status_code, answer.text) == (400, "invalid_blocks")
