"""Each end of a review is visible in the row, behind the links and in the channel."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import BOT_GROUP, WEBHOOK_GROUP
from tests.local_stack import DeployedStage, Execution, eventually

ANN = "U045REVIEW"


def shown(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)


def messages_about(dev: DeployedStage, review_id: str) -> list[dict[str, Any]]:
    """Return the channel's messages about a review."""
    return [it for it in dev.messages() if review_id in shown(it)]


def ended(dev: DeployedStage, review_id: str, status: str) -> dict[str, str]:
    """Wait for the end of a review, and return its row."""

    def done() -> dict[str, str] | None:
        row = dev.row(review_id)
        return row if row["status"] == status and "delivered_at" in row else None

    return eventually(done, f"{status} of {review_id}")


def assert_channel_shows(dev: DeployedStage, review_id: str, headline: str) -> None:
    """Check that the channel shows the end, in an updated message or a new one."""
    by_bot = dev.outputs["slack_connection"] == "bot"

    def channel_shows_end() -> bool:
        messages = messages_about(dev, review_id)
        endings = [it for it in messages if headline in shown(it)]
        if by_bot:
            return len(messages) == len(endings) == 1 and '"actions"' not in shown(messages[0])
        # The result of the execution may follow.
        return len(messages) in (2, 3) and endings == messages[1:2]

    eventually(channel_shows_end, f"{headline} in the channel")
    last = next(it for it in reversed(messages_about(dev, review_id)) if headline in shown(it))
    assert "<@U012ABCDEF>" in shown(last), "the requester must be mentioned"
    assert dev.row(review_id)["title"] in shown(last)


def assert_links_are_gone(dev: DeployedStage, review_id: str, what: str) -> None:
    """Check that both links return 410 with the outcome; evidence stays available for a week."""
    assert dev.get("evidence", review_id).status_code == 302
    for answer in (
        dev.get("approve", review_id),
        dev.get("reject", review_id),
        dev.post("approve", review_id),
        dev.post("reject", review_id, reason="no"),
    ):
        assert answer.status_code == 410
        assert what in answer.text


@pytest.fixture
def dev(either: DeployedStage) -> DeployedStage:
    return either


@pytest.mark.parametrize(("verb", "headline"), [("approve", "Approved"), ("reject", "Rejected")])
def test_a_decision_ends_the_review(dev: DeployedStage, verb: str, headline: str) -> None:
    execution, review_id = dev.ask()

    assert dev.post(verb, review_id, reason="because").status_code == 200

    execution.end()
    ended(dev, review_id, headline.upper())
    assert_channel_shows(dev, review_id, f"*{headline}*")
    assert dev.post("approve", review_id).status_code == 409


def assert_result_in_channel(dev: DeployedStage, review_id: str, words: str) -> None:
    """Check the result, in the message of a bot, or in a separate message of a webhook."""
    by_bot = dev.outputs["slack_connection"] == "bot"

    def is_shown() -> bool:
        messages = messages_about(dev, review_id)
        with_result = [words in shown(it).replace("*", "") for it in messages]
        return with_result == ([True] if by_bot else [False, False, True])

    eventually(is_shown, f"{words!r} in the channel")


def test_the_published_output_reaches_the_channel_the_page_and_operators(
    dev: DeployedStage,
) -> None:
    execution, review_id = dev.ask()
    assert dev.post("approve", review_id).status_code == 200

    end = execution.end()

    published = end["output"]["dataset"]["published"]
    key, rows = published["key"], published["rows"]
    words = f"Published: s3://{dev.outputs['evidence_bucket_name']}/{key} ({rows:,} rows)"
    assert_result_in_channel(dev, review_id, words)
    if dev.outputs["slack_connection"] == "bot":
        assert "*Approved*" in shown(messages_about(dev, review_id)[0])
    row = dev.row(review_id)
    assert (row["result"], row["status"]) == ("succeeded", "APPROVED")
    assert words.removeprefix("Published: ") in dev.get("approve", review_id).text


def test_a_failure_after_the_approval_reaches_the_channel(dev: DeployedStage) -> None:
    execution, review_id = dev.ask()
    # The approved version was deleted, so it cannot be published.
    bucket, s3 = dev.outputs["evidence_bucket_name"], dev.client("s3")
    prefix = f"samples/{execution.arn.rsplit(':', 1)[-1]}"
    [version] = s3.list_object_versions(Bucket=bucket, Prefix=prefix)["Versions"]
    s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert dev.post("approve", review_id).status_code == 200

    end = execution.end()

    assert end["status"] == "FAILED"
    assert_result_in_channel(dev, review_id, f"Failed after approval: {end['error']}")
    assert dev.row(review_id)["result"] == "failed"


@BOT_GROUP
def test_a_button_click_ends_the_review(by_bot: DeployedStage) -> None:
    dev = by_bot
    execution, review_id = dev.ask()
    [request] = messages_about(dev, review_id)

    assert dev.click(request, "approve", ANN)["status"] == 200

    assert execution.end()["status"] == "SUCCEEDED"
    assert_channel_shows(dev, review_id, f"*Approved* by <@{ANN}>")


def test_a_review_expires_and_an_interrupted_decision_is_completed(
    dev: DeployedStage,
) -> None:
    bucket, key = dev.outputs["evidence_bucket_name"], "attachments/rows.csv"
    dev.client("s3").put_object(Bucket=bucket, Key=key, Body=b"rows")
    given = {
        "timeout": "6s",
        "requested_by": "U012ABCDEF",
        "evidence": [{"bucket": bucket, "key": key}],
    }
    silent, expiring_id = dev.ask_machine(**given)
    execution, review_id = dev.ask_machine(**given)
    eventually(lambda: messages_about(dev, review_id), "the request in the channel")
    # The row after the decision function was killed following its first call.
    claimed = {
        "status": "REJECTED",
        "decision": "rejected",
        "reviewer": "Ada Okafor",
        "reviewer_key": f"T0SIGNOFF/{ANN}",
        "reason": "wrong month",
        "via": "slack",
        "decided_at": dev.row(review_id)["requested_at"],
        "due_at": dev.row(review_id)["deadline"],
    }
    dev.client("dynamodb").update_item(
        TableName=dev.outputs["reviews_table_name"],
        Key={"review_id": {"S": review_id}},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in claimed),
        ExpressionAttributeNames={f"#{name}": name for name in claimed},
        ExpressionAttributeValues={f":{name}": {"S": value} for name, value in claimed.items()},
        ConditionExpression="attribute_not_exists(delivered_at)",
    )

    end = execution.end()

    assert (end["error"], end["cause"]) == ("ReviewRejected", "wrong month")
    eventually(lambda: (dev.sweep(), "delivered_at" in dev.row(review_id))[1], "the sweep")
    assert_channel_shows(dev, review_id, f"*Rejected* by <@{ANN}>")

    assert silent.end()["error"] == "ReviewExpired"
    ended(dev, expiring_id, "EXPIRED")
    assert_channel_shows(dev, expiring_id, "*Expired*: no decision by the deadline")
    assert_links_are_gone(dev, expiring_id, "No decision within 6 seconds.")


def stopped(dev: DeployedStage, execution: Execution) -> None:
    dev.client("stepfunctions").stop_execution(executionArn=execution.arn, cause="maintenance")


def failed_elsewhere(dev: DeployedStage, execution: Execution) -> None:
    token = dev.row_of(execution)["task_token"]
    dev.client("stepfunctions").send_task_failure(taskToken=token, error="Elsewhere")


@pytest.mark.parametrize(
    ("end", "status", "why"),
    [
        (stopped, "ABORTED", "The execution was stopped: maintenance."),
        (failed_elsewhere, "FAILED", "The execution failed: Elsewhere."),
    ],
    ids=["stopped", "failed elsewhere"],
)
def test_an_ended_execution_cancels_its_review(
    dev: DeployedStage,
    end: Callable[[DeployedStage, Execution], None],
    status: str,
    why: str,
) -> None:
    execution, review_id = dev.ask()

    end(dev, execution)

    assert execution.end()["status"] == status
    ended(dev, review_id, "CANCELLED")
    assert_channel_shows(dev, review_id, "*Cancelled*")
    assert why in shown(messages_about(dev, review_id)[-1])
    assert_links_are_gone(dev, review_id, why)


@WEBHOOK_GROUP
def test_a_timed_out_execution_cancels_its_review(by_webhook: DeployedStage) -> None:
    dev = by_webhook
    states = dev.client("stepfunctions")
    machine = dev.outputs["state_machine_arn"]
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    quick = json.dumps({**json.loads(definition), "TimeoutSeconds": 4})
    states.update_state_machine(stateMachineArn=machine, definition=quick)
    try:
        execution, review_id = dev.ask()
    finally:
        states.update_state_machine(stateMachineArn=machine, definition=definition)

    assert execution.end()["status"] == "TIMED_OUT"

    ended(dev, review_id, "CANCELLED")
    assert_channel_shows(dev, review_id, "*Cancelled*")
    assert_links_are_gone(dev, review_id, "The execution timed out.")


def undelivered(dev: DeployedStage, title: str) -> Execution | None:
    """Start an execution and reject its request; None if Slack rejected another message."""
    dev.break_slack(status=404, times=3)
    execution = dev.start(title=title, rows=100, anomaly_rate=0.5)

    def outcome() -> str:
        if execution.status() != "RUNNING":
            return "lost"
        return "posted" if title in shown({"all": dev.messages()}) else ""

    was = eventually(outcome, f"the delivery of {title}")
    dev.break_slack(status=404, times=0)
    return execution if was == "lost" else None


def test_an_undelivered_request_ends_the_review(dev: DeployedStage) -> None:
    attempts = (
        (f"lost in the post, {n}", undelivered(dev, f"lost in the post, {n}")) for n in range(9)
    )
    title, execution = next(it for it in attempts if it[1])
    assert execution

    end = execution.end()

    assert (end["status"], end["error"]) == ("FAILED", "ReviewNotDelivered")
    assert "404" in end["cause"]
    message = dev.message_with("*Undelivered*", title)
    review_id = dev.row_of(execution)["review_id"]
    ended(dev, review_id, "UNDELIVERED")
    assert messages_about(dev, review_id) == [message], "only the end must have been shown"
    assert '"actions"' not in shown(message)
    assert_links_are_gone(dev, review_id, "The request did not reach Slack")
