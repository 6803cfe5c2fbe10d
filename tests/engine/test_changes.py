"""Changes of settings update only the affected resources and never replace data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.golden import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.engine.conftest import Stacks
    from tests.engine.provider import Provider
    from tests.engine.stacks import Stack

GOLDEN = Path(__file__).with_name("golden_files")
SECRETS = ("slackWebhookUrl", "slackSigningSecret", "slackBotToken")
BUTTONS = {"slackSigningSecret": "0123456789abcdef0123456789abcdef"}
# Each change's settings, and the settings of the stage before.
CHANGES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "a longer reviewTimeout": ({"reviewTimeout": "3h"}, {}),
    "a rotated webhook": ({"slackWebhookUrl": "https://hooks.slack.com/services/T0/B0/NEW"}, {}),
    "a signing secret": (BUTTONS, {}),
    "a bot": ({"slackBotToken": "xoxb-1-new", "slackChannelId": "C012ABCDEF"}, {}),
    "a workflow instead of an app": (
        {
            "slackDelivery": "workflow-webhook",
            "slackWebhookUrl": "https://hooks.slack.com/triggers/T0/1/2",
        },
        {},
    ),
    "a workflow webhook subscribed to the topic": (
        {
            "slackDelivery": "sns-https",
            "slackWebhookUrl": "https://hooks.slack.com/triggers/T0/1/2",
        },
        {},
    ),
    "logs kept longer": ({"logRetentionDays": "14"}, {}),
    "a reviewer more": (
        {"reviewers": '["U012ABCDEF", "U034GHIJKL"]'},
        {**BUTTONS, "reviewers": '["U012ABCDEF"]'},
    ),
}
# These must not be replaced: they hold data, or others use their address.
IRREPLACEABLE = ("Api", "Bucket", "StateMachine", "Table", "Topic")


def golden_file(change: str) -> Path:
    return GOLDEN / "changes" / f"{change.replace(' ', '-')}.txt"


def configure(stack: Stack, settings: Mapping[str, str]) -> None:
    for key, value in settings.items():
        stack.set(key, value, *(["--secret"] if key in SECRETS else []))


@pytest.fixture(scope="module")
def deployed(stacks: Stacks) -> Stack:
    stack = stacks("dev")
    stack.up()
    return stack


@pytest.fixture(scope="module")
def with_buttons(stacks: Stacks) -> Stack:
    """A stage with the settings that some changes build on."""
    stack = stacks("uat")
    configure(stack, CHANGES["a reviewer more"][1])
    stack.up()
    return stack


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_settings_updates_only_the_expected_resources(
    change: str, tmp_path: Path, request: pytest.FixtureRequest, renew: bool
) -> None:
    settings, before = CHANGES[change]
    stack: Stack = request.getfixturevalue("with_buttons" if before else "deployed")
    changed = stack.with_settings(tmp_path / "settings.yaml")
    configure(changed, settings)

    changes = changed.changes()

    assert not [it for it in changes if it.kind in IRREPLACEABLE and it.operation != "update"]
    listed = "".join(f"{it}\n" for it in changes)
    compare(golden_file(change), listed, renew=renew)


def test_every_golden_file_belongs_to_a_change() -> None:
    assert set((GOLDEN / "changes").iterdir()) == set(map(golden_file, CHANGES))


def test_an_update_makes_the_previewed_changes(stacks: Stacks, provider: Provider) -> None:
    stack = stacks("prod")
    stack.up()
    configure(stack, CHANGES["a signing secret"][0])
    announced = stack.changes()
    before = len(provider.called("Create", "Update", "Delete"))

    stack.up()

    done = provider.called("Create", "Update", "Delete")[before:]
    of_aws = {(it.operation.title(), it.name) for it in announced if not it.component}
    assert {(call.method, call.name) for call in done} == of_aws
    assert stack.changes() == []
