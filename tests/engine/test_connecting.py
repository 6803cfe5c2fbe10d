"""A stage is deployed without Slack's secrets and connected by a second update."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.golden import compare

if TYPE_CHECKING:
    from tests.engine.conftest import Stacks
    from tests.engine.provider import Provider

GOLDEN = Path(__file__).with_name("golden_files") / "connecting.txt"


def test_connecting_a_stage_replaces_no_resource(
    stacks: Stacks, provider: Provider, renew: bool
) -> None:
    stack = stacks("dev", webhook="")
    stack.set("reviewers", '["U012ABCDEF", "U034GHIJKL"]')
    stack.set("requiredApprovals", "2")
    stack.up()
    first = stack.json("stack", "output")
    assert first["slack_connection"].startswith("unconnected: create a Slack app")
    made = provider.called("Create", "Update", "Delete")
    assert {call.method for call in made} == {"Create"}

    stack.secret("slackBotToken", "xoxb-1-2")
    stack.secret("slackSigningSecret", "0123456789abcdef0123456789abcdef")
    stack.set("slackChannelId", "C012ABCDEF")
    announced = stack.changes()
    stack.up()

    assert {it.operation for it in announced} == {"create", "update"}
    done = provider.called("Create", "Update", "Delete")[len(made) :]
    assert {(call.method.lower(), call.name) for call in done} == {
        (it.operation, it.name) for it in announced if not it.component
    }
    second = stack.json("stack", "output")
    before, after = first.pop("operations"), second.pop("operations")
    assert second == {**first, "slack_connection": "bot"}
    # Doctor's inputs grow with the stage, and no name changes.
    assert before["functions"].items() <= after["functions"].items()
    assert after["functions"].keys() - before["functions"].keys() == {
        "notify_slack",
        "slack_commands",
        "slack_interactions",
    }
    assert after["subscribers"] == {**before["subscribers"], "lambda": 1}
    for it in (before, after):
        del it["functions"], it["subscribers"]
    assert after == before
    assert stack.changes() == []
    compare(GOLDEN, "".join(f"{it}\n" for it in announced), renew=renew)


def test_the_app_manifest_is_printed_as_valid_json(stacks: Stacks) -> None:
    stack = stacks("uat", webhook="")
    stack.up()

    printed = stack.on("stack", "output", "slack_app_manifest").output

    assert json.loads(printed)["display_information"]["name"] == "Signoff uat"
