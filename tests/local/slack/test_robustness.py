from __future__ import annotations

import json
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from local.slack import Channel
from tests.local.slack.conftest import (
    CHANNEL,
    TOKEN,
    Clock,
    Console,
    DecisionApi,
    Json,
    actions,
    button,
    choice,
    reason_input,
    section,
    table,
)

WORDS = st.sampled_from(
    [
        *("type", "text", "mrkdwn", "plain_text", "button", "actions", "section", "input"),
        *("elements", "block_id", "action_id", "blocks", "attachments", "fields", "element"),
        *(
            "label",
            "status",
            "times",
            "user_id",
            "user_name",
            "reason",
            "answers",
            "Type",
            "SubscribeURL",
        ),
        *("event", "", "\x00", "é", "channel", "ts", "thread_ts", "reply_broadcast", "seconds"),
    ]
)
VALUES = st.recursive(
    WORDS
    | st.integers()
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
PATHS = st.sampled_from(
    [
        "/services/dev",
        "/workflows/dev",
        "/api/chat.postMessage",
        "/api/chat.update",
        "/api/users.info",
        "/api/usergroups.users.list",
        "/api/auth.test",
        "/api/conversations.info",
        "/api/channels/dev/settings",
        "/responses/a",
        "/api/channels/dev/faults",
        "/api/channels/dev/command",
        "/channels/dev/command",
        "/api/channels/dev/messages/1.0/click",
        "/channels/dev/messages/1.0/click",
    ]
)


REVIEW: Json = {
    "text": "Decision needed",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Decision needed"}},
        {**section("*80* rows"), "accessory": button("see", url="https://a.test")},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Stage*"}]},
        table(["a", "b"], ["1", "2"], column_settings=[{"align": "right"}]),
        choice(placeholder={"type": "plain_text", "text": "Choose"}),
        choice("radio_buttons", "informed"),
        reason_input(multiline=True, placeholder={"type": "plain_text", "text": "Why?"}),
        actions(button(), button("reject", style="danger")),
    ],
    "attachments": [{"text": "more", "blocks": [{"type": "divider"}]}],
}


@st.composite
def damaged(draw: st.DrawFn, intact: Any = REVIEW) -> Any:
    """Strategy for messages with one value replaced."""
    if not isinstance(intact, dict | list) or not intact or draw(st.integers(0, 3)) == 0:
        return draw(VALUES)
    keys = list(intact) if isinstance(intact, dict) else list(range(len(intact)))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    key: Any = draw(st.sampled_from(keys))  # pyright: ignore[reportUnknownArgumentType]
    copy = intact.copy()  # pyright: ignore[reportUnknownVariableType]
    copy[key] = draw(damaged(intact[key]))
    return copy  # pyright: ignore[reportUnknownVariableType]


@given(path=PATHS, value=VALUES)
def test_no_body_causes_a_server_error_and_accepted_messages_can_be_shown(
    path: str, value: Any
) -> None:
    channels = [Channel("dev", "#signoff-dev", "http://decisions.test", "secret", TOKEN)]
    console = Console(channels, Clock(), DecisionApi())
    headers = {
        "Accept": "text/html",
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
    }
    answer = console.post(path, data=json.dumps(value), headers=headers)
    assert answer.status_code < 500
    assert console.get("/api/channels/dev/messages").status_code == 200
    assert console.get("/channels/dev").status_code == 200


@given(message=damaged())
def test_a_damaged_message_is_refused_or_shown(message: Any) -> None:
    console = Console([Channel("dev", "#signoff-dev")], Clock(), DecisionApi())
    answer = console.post("/services/dev", json=message)
    assert answer.status_code in {200, 400}
    assert len(console.messages()) == (answer.status_code == 200)
    assert console.get("/channels/dev").status_code == 200


CALL: Json = {
    **REVIEW,
    "thread_ts": "1795356000.000000",
    "reply_broadcast": True,
    "unfurl_links": False,
    "unfurl_media": False,
}


@given(
    st.tuples(st.just("chat.postMessage"), damaged(CALL))
    | st.tuples(st.just("chat.update"), damaged(REVIEW))
)
def test_a_damaged_call_is_refused_or_shown(damage: tuple[str, Any]) -> None:
    method, call = damage
    channels = [Channel("dev", "#signoff-dev", bot_token=TOKEN, configured_id=CHANNEL)]
    console = Console(channels, Clock(), DecisionApi())
    parent = console.say("parent")
    arguments = cast("Json", call) if isinstance(call, dict) else {"text": call}
    target = {"ts": parent} if method == "chat.update" else {}
    answer = console.call(method, **{**arguments, **target, "channel": CHANNEL})
    posted = answer["ok"] and method == "chat.postMessage"
    assert len(console.messages()) == 1 + posted
    assert console.get("/channels/dev").status_code == 200
