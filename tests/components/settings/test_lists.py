"""A list is accepted in every notation that Pulumi supports.

The engine passes every notation as JSON: a list in the stage's file, `config set --path
'signoff:KEY[0]' …`, or JSON in one string. It parses an unquoted telephone number as a number.
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from components import Settings
from tests.components.deployments import BUTTONS, WEBHOOK, project_file
from tests.components.settings.values import value_of

LISTS: dict[str, tuple[list[str], tuple[Any, ...]]] = {
    "remindBefore": (["12h", "2h"], (timedelta(hours=12), timedelta(hours=2))),
    "reviewers": (["U012ABCDEF", "W034GHIJKL"], ("U012ABCDEF", "W034GHIJKL")),
    "notifyEmails": (["a@example.com"], ("a@example.com",)),
    "notifySmsNumbers": (["+4915112345678"], ("+4915112345678",)),
}


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize(
    "style",
    [{"separators": (",", ":")}, {"indent": 2}],
    ids=["yaml or path", "json by hand"],
)
def test_all_spellings_of_a_list_are_equal(key: str, style: dict[str, Any]) -> None:
    values, expected = LISTS[key]
    written = json.dumps(values, **style)
    given = {"slackWebhookUrl": WEBHOOK, "slackChannel": "#dev", **BUTTONS, key: written}
    assert value_of(Settings.parse(given), key) == expected


def test_every_list_setting_is_covered() -> None:
    declared = project_file()["config"]
    assert set(LISTS) == {key for key, item in declared.items() if item["default"] == []}


def test_a_telephone_number_may_be_unquoted() -> None:
    written = '[4915112345678,"+4915112345679"]'
    settings = Settings.parse({"slackChannel": "#dev", "notifySmsNumbers": written})
    assert settings.gate.notify_sms_numbers == ("+4915112345678", "+4915112345679")
