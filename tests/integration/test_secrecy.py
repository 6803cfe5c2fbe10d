"""Only Step Functions receives the task token, and only links contain the link key."""

import json

import pytest

from tests.local_stack import DeployedStage, eventually

pytestmark = pytest.mark.xdist_group("local_stack", first=True)


def test_the_task_token_is_never_published_and_the_link_key_only_in_links(
    dev: DeployedStage,
) -> None:
    sqs = dev.client("sqs")
    queue = sqs.create_queue(QueueName="everything-on-the-topic")["QueueUrl"]
    names = ["QueueArn"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    dev.client("sns").subscribe(
        TopicArn=dev.outputs["review_topic_arn"], Protocol="sqs", Endpoint=arn
    )
    execution, review_id = dev.ask()
    row = dev.row(review_id)
    token, link_key = row["task_token"], row["link_key"]
    seen = [
        answer.text + str(answer.headers)
        for answer in (
            dev.get("approve", review_id),
            dev.get("reject", review_id),
            dev.get("evidence", review_id),
            dev.post("reject", review_id),
            dev.post("approve", review_id),
            dev.post("reject", review_id, "too late"),
        )
    ]
    ended = execution.end()
    dev.message_with("*Approved*", row["title"])

    published: list[str] = []

    def everything_published() -> bool:
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            published.append(message["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return "review.decided" in str(published)

    eventually(everything_published, "the announcement of the decision")
    logs = dev.client("logs")
    lines = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
    ]
    assert len(lines) > 0
    written = [log.read_text(errors="replace") for log in dev.log.parent.glob("*.log")]
    assert len(written) > 1
    workflows = dev.client("stepfunctions")
    history = workflows.get_execution_history(executionArn=execution.arn)["events"]
    functions = dev.client("lambda").list_functions()["Functions"]
    record = dev.client("dynamodb").scan(TableName=dev.outputs["audit_log_table_name"])["Items"]
    assert review_id in str(ended)
    for place in (*lines, *written, str((ended, history, functions, record, dev.outputs))):
        assert link_key not in place
    for place in (*seen, *published, json.dumps(dev.messages()), *lines, *written):
        assert token not in place
