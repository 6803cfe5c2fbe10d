"""Block Kit's text objects and interactive elements.

Only elements that the pages can show are accepted. Elements that Slack accepts only in modals, such
as `number_input`, are rejected.
https://docs.slack.dev/reference/block-kit/block-elements
"""

from typing import Any

from local.slack.errors import Invalid
from local.slack.payloads.schema import (
    Check,
    boolean,
    integer,
    items,
    link,
    one_of,
    record,
    string,
    tagged,
)

Element = dict[str, Any]

MAX_TYPED = 3000
ID = string(255, at_least=1)


def plain(at_most: int) -> Check:
    """Check for a `plain_text` object."""
    return tagged({"plain_text": record({"text": string(at_most, at_least=1)}, {"emoji": boolean})})


def text(at_most: int) -> Check:
    """Check for a text object of either type."""
    words = {"text": string(at_most, at_least=1)}
    return tagged(
        {
            "plain_text": record(words, {"emoji": boolean}),
            "mrkdwn": record(words, {"verbatim": boolean}),
        }
    )


CONFIRMATION = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
BUTTON = tagged(
    {
        "button": record(
            {"text": plain(75)},
            {
                "action_id": ID,
                "url": link(3000),
                "value": string(2000),
                "style": one_of("primary", "danger"),
                "confirm": CONFIRMATION,
                "accessibility_label": string(75),
            },
        )
    }
)
TEXT_INPUT = record(
    {},
    {
        "action_id": ID,
        "initial_value": string(MAX_TYPED),
        "multiline": boolean,
        "min_length": integer(0, MAX_TYPED),
        "max_length": integer(1, MAX_TYPED),
        "focus_on_load": boolean,
        "placeholder": plain(150),
    },
)


def unescape(text: str) -> str:
    """Decode Slack's three entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _option(words: Check) -> Check:
    return record({"text": words, "value": string(150, at_least=1)}, {"description": words})


def _choice(option: Check, at_most: int, more: dict[str, Check]) -> Check:
    """Check for an element with options and an optional initial option."""
    check_fields = record(
        {"options": items(option, at_most)},
        {"action_id": ID, "initial_option": option, "focus_on_load": boolean, **more},
    )

    def check(value: Any, pointer: str) -> None:
        check_fields(value, pointer)
        if "initial_option" in value and value["initial_option"] not in value["options"]:
            raise Invalid(f"{pointer}/initial_option", "must be one of the options")

    return check


FIELD = tagged(
    {
        "plain_text_input": TEXT_INPUT,
        "static_select": _choice(_option(plain(75)), 100, {"placeholder": plain(150)}),
        "radio_buttons": _choice(_option(text(75)), 10, {}),
    }
)
"""The element of an input block."""
