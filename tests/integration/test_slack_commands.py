"""`/signoff` and user groups, end to end through the Slack simulator."""

import json
from typing import Any

import pytest

from local import loopback
from local.slack.workspace.people import GROUPS
from tests.local_stack import BOT, SIGNING_SECRET, DeployedStage, eventually
from tests.stages import Stages
from tests.story import story

pytestmark = pytest.mark.xdist_group("commands")

GROUP = GROUPS[0]
MEMBER, ADA, STRANGER = GROUP.members[0], "U045REVIEW", "U999STRANGE"
"""Ada is listed by ID, so her membership is not requested from Slack and not cached."""


@pytest.fixture
def dev(stages: Stages) -> DeployedStage:
    return stages.dev(SIGNING_SECRET, *BOT, f'reviewers=["{ADA}", "{GROUP.id}"]')


def pages(message: dict[str, Any]) -> list[str]:
    return [block["accessory"]["url"] for block in message["blocks"] if "accessory" in block]


def shown(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)


def test_a_review_is_listed_shown_and_decided_by_command(dev: DeployedStage) -> None:
    assert dev.outputs["slack_connection"] == "bot"
    execution, review_id = dev.ask(requested_by="Kim")
    asked = dev.message_with(review_id, '"type": "actions"')
    assert {it["method"] for it in dev.deliveries()} >= {"chat.postMessage"}

    waiting = eventually_lists(dev, "pending", review_id)
    assert "pending review" in shown(waiting)
    [page] = [it for it in pages(waiting) if review_id in it]
    assert loopback.get(page, headers={"accept": "text/html"}).status_code == 200
    [private] = [
        it for it in dev.messages() if it.get("ephemeral_to") == ADA and review_id in shown(it)
    ][-1:]
    pressed = dev.click(private, "page", ADA)
    assert (pressed["status"], dev.row(review_id)["status"]) == (200, "PENDING")

    facts = dev.type(f"show {review_id}", ADA)
    assert "Decision pending" in shown(facts)
    assert "Flagged rows" in shown(facts)
    assert "Requested by Kim" in shown(facts)

    dev.click(asked, "approve", ADA, reason="known customer")
    assert execution.end()["status"] == "SUCCEEDED"

    ended = eventually_lists(dev, "history", review_id)
    assert f"*Approved* by <@{ADA}> · in Slack" in shown(ended)
    assert review_id not in shown(dev.type("pending", ADA))
    assert "approved: known customer" in shown(dev.type(f"show {review_id}", ADA))


def eventually_lists(dev: DeployedStage, command: str, review_id: str) -> dict[str, Any]:
    """Return a command's reply once the index, which can lag, has the review."""

    def look() -> dict[str, Any] | None:
        message = dev.type(command, ADA)
        return message if review_id in shown(message) else None

    return eventually(look, f"{command} with {review_id}")


def test_only_verified_members_of_the_user_group_can_decide(
    dev: DeployedStage,
) -> None:
    execution, review_id = dev.ask(requested_by="Kim")
    asked = dev.message_with(review_id, '"type": "actions"')

    dev.break_slack(status=503, times=1)
    dev.click(asked, "approve", STRANGER)
    assert dev.message_with("could not be checked", GROUP.id)["ephemeral_to"] == STRANGER
    assert dev.row(review_id)["status"] == "PENDING"

    def is_refused() -> bool:
        return "not a reviewer" in dev.click(asked, "approve", STRANGER)["body"]

    eventually(is_refused, "Slack's list of group members")
    assert execution.status() == "RUNNING"
    dev.click(asked, "approve", MEMBER)
    assert execution.end()["output"]["review"]["reviewer"] == "Lin Berg"


def test_people_have_the_same_name_everywhere(
    dev: DeployedStage,
) -> None:
    execution, review_id = dev.ask(requested_by="U012ABCDEF")
    eventually(lambda: "Kim Reyes" in dev.get("approve", review_id).text, "the requester's name")

    dev.click(dev.message_with(review_id, '"type": "actions"'), "approve", ADA)

    answer = execution.end()["output"]["review"]
    assert (answer["reviewer"], answer["approved_by"]) == ("Ada Okafor", ["Ada Okafor"])
    assert dev.row(review_id)["reviewer"] == "Ada Okafor"
    assert "By <bdi>Ada Okafor</bdi>" in dev.get("approve", review_id).text
    record = story(dev.client("dynamodb"), dev.outputs["audit_log_table_name"], review_id)
    [decided] = [it for it in record if it["event"] == "review.decided"]
    assert (decided["person"], decided["identity"]) == (
        "Ada Okafor",
        f"verified by Slack: T0SIGNOFF/{ADA}",
    )
