"""Each role can do what its function does, and nothing that it has no use for.

Evaluated offline with the embedded AWS's own implementation of IAM's algorithm.
"""

from collections.abc import Sequence

import pytest
from ministack.core.iam_evaluator import (  # pyright: ignore[reportMissingTypeStubs]
    evaluate_resource_policy,  # pyright: ignore[reportUnknownVariableType]
)

from tests.policies.documents import (
    ACCOUNT,
    BUCKET,
    EXECUTIONS,
    FUNCTION,
    LOGS,
    MACHINE,
    PARAMETER,
    QUEUE,
    RECORD,
    SIGNING_SECRET,
    TABLE,
    TOPIC,
    arn,
    document,
)
from tests.policies.evaluation import allows, request_by

INDEX = f"{TABLE}/index/by_execution"
STREAM = f"{LOGS}:log-stream:one"
EXECUTION = f"{EXECUTIONS}:one"
OWN_LOGS = [("logs:CreateLogStream", STREAM), ("logs:PutLogEvents", STREAM)]

Requests = Sequence[tuple[str, str]]
ROLES: dict[str, tuple[list[str], Requests, Requests]] = {
    "generate_dataset": (
        ["generate_dataset"],
        [("s3:PutObject", f"{BUCKET}/incoming/one.csv"), *OWN_LOGS],
        [
            ("s3:PutObject", f"{BUCKET}/published/one.csv"),
            ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:DeleteObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:DeleteObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("s3:PutObject", "arn:aws:s3:::another/incoming/one.csv"),
        ],
    ),
    "request_review": (
        ["request_review"],
        [
            ("dynamodb:PartiQLInsert", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            *OWN_LOGS,
        ],
        [
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:Scan", TABLE),
            ("sns:Subscribe", TOPIC),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", MACHINE),
        ],
    ),
    "request_review with long links": (
        ["request_review", "read_evidence"],
        [("dynamodb:PartiQLInsert", TABLE), ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv")],
        [
            ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:ListBucket", BUCKET),
            ("s3:PutObject", f"{BUCKET}/incoming/one.csv"),
        ],
    ),
    "notify_slack": (
        ["notify_slack"],
        [
            ("ssm:GetParameter", PARAMETER),
            ("sqs:SendMessage", QUEUE),
            ("dynamodb:PartiQLInsert", RECORD),
            *OWN_LOGS,
        ],
        [
            ("ssm:GetParameter", SIGNING_SECRET),
            ("dynamodb:PartiQLInsert", TABLE),
            ("ssm:PutParameter", PARAMETER),
            ("ssm:GetParametersByPath", PARAMETER),
            ("ssm:GetParameter", arn("ssm", "parameter/another")),
            ("sqs:ReceiveMessage", QUEUE),
            ("dynamodb:GetItem", TABLE),
            ("sns:Publish", TOPIC),
        ],
    ),
    "decision_api": (
        ["decision_api", "answer_executions"],
        [
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", MACHINE),
            ("states:DescribeExecution", EXECUTION),
            ("states:GetExecutionHistory", EXECUTION),
            *OWN_LOGS,
        ],
        [
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:Scan", TABLE),
            ("dynamodb:Query", INDEX),
            ("s3:PutObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", arn("states", "stateMachine:another")),
            ("states:SendTaskFailure", MACHINE),
            ("states:StartExecution", MACHINE),
            ("states:StopExecution", EXECUTION),
            ("states:DescribeExecution", arn("states", "execution:another:one")),
            ("states:DescribeExecution", f"{EXECUTIONS}-2:one"),
            ("dynamodb:PartiQLInsert", TABLE),
            ("ssm:GetParameter", PARAMETER),
            ("ssm:GetParameter", SIGNING_SECRET),
        ],
    ),
    "slack_interactions": (
        ["slack_interactions", "answer_executions"],
        [
            ("ssm:GetParameter", SIGNING_SECRET),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("states:SendTaskSuccess", MACHINE),
            ("states:DescribeExecution", EXECUTION),
            ("states:GetExecutionHistory", EXECUTION),
            *OWN_LOGS,
        ],
        [
            ("ssm:GetParameter", PARAMETER),
            ("ssm:PutParameter", SIGNING_SECRET),
            ("ssm:GetParameters", SIGNING_SECRET),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:Scan", TABLE),
            ("dynamodb:PartiQLInsert", TABLE),
            ("dynamodb:Query", RECORD),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", arn("states", "stateMachine:another")),
            ("states:SendTaskFailure", MACHINE),
            ("states:StopExecution", EXECUTION),
        ],
    ),
    "close_review": (
        ["close_review"],
        [
            ("dynamodb:Query", INDEX),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            *OWN_LOGS,
        ],
        [
            ("dynamodb:Query", TABLE),
            ("dynamodb:Scan", INDEX),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("states:SendTaskSuccess", MACHINE),
        ],
    ),
    "state machine": (
        ["state_machine", "host"],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}generate"),
            ("lambda:InvokeFunction", f"{FUNCTION}request"),
            ("lambda:InvokeFunction", f"{FUNCTION}close"),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("s3:PutObject", f"{BUCKET}/published/one.csv"),
            ("logs:CreateLogDelivery", "*"),
            ("xray:PutTraceSegments", "*"),
        ],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}another"),
            ("lambda:UpdateFunctionCode", f"{FUNCTION}generate"),
            ("s3:PutObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/published/one.csv"),
            ("s3:DeleteObject", f"{BUCKET}/published/one.csv"),
            ("logs:PutLogEvents", STREAM),
            ("logs:DeleteLogGroup", LOGS),
            ("dynamodb:GetItem", TABLE),
            ("sns:Publish", TOPIC),
        ],
    ),
}


@pytest.mark.parametrize(
    ("documents", "action", "resource"),
    [(role[0], *request) for role in ROLES.values() for request in role[1]],
)
def test_a_role_may_do_what_its_function_does(
    documents: list[str], action: str, resource: str
) -> None:
    assert allows(map(document, documents), action, resource)


@pytest.mark.parametrize(
    ("documents", "action", "resource"),
    [
        *((role[0], *request) for role in ROLES.values() for request in role[2]),
        *((role[0], "iam:PassRole", "*") for role in ROLES.values()),
        *((role[0], "s3:GetObject", "arn:aws:s3:::another/key") for role in ROLES.values()),
    ],
)
def test_a_role_may_not_do_what_it_has_no_use_for(
    documents: list[str], action: str, resource: str
) -> None:
    assert not allows(map(document, documents), action, resource)


@pytest.mark.parametrize("topic", [TOPIC, arn("sns", "another")])
def test_only_the_review_topic_may_fill_the_queue_of_undelivered_messages(topic: str) -> None:
    request = request_by("sns.amazonaws.com", "sqs:SendMessage", QUEUE, **{"aws:sourcearn": topic})
    answer = evaluate_resource_policy(document("undelivered_queue"), request, "sns.amazonaws.com")
    assert (answer.decision == "Allow") == (topic == TOPIC)


@pytest.mark.parametrize("account", [ACCOUNT, "999999999999"])
def test_only_alarms_of_this_account_may_publish_to_the_alarm_topic(account: str) -> None:
    request = request_by(
        "cloudwatch.amazonaws.com", "sns:Publish", TOPIC, **{"aws:sourceaccount": account}
    )
    answer = evaluate_resource_policy(document("alarm_topic"), request, "cloudwatch.amazonaws.com")
    assert (answer.decision == "Allow") == (account == ACCOUNT)


@pytest.mark.parametrize("secure", [True, False])
def test_the_evidence_bucket_answers_over_tls_only(secure: bool) -> None:
    request = request_by(
        "arn:aws:iam::111111111111:role/one",
        "s3:GetObjectVersion",
        f"{BUCKET}/incoming/one.csv",
        secure_transport=secure,
    )
    answer = evaluate_resource_policy(document("evidence_bucket"), request)
    assert (answer.decision == "Deny") == (not secure)


@pytest.mark.parametrize("account", [ACCOUNT, "999999999999"])
def test_only_state_machines_of_this_account_may_take_the_workflow_role(account: str) -> None:
    (statement,) = document("trust_state_machine")["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    trust = {"Statement": [{**statement, "Resource": "*"}]}
    request = request_by(
        "states.amazonaws.com", "sts:AssumeRole", "*", **{"aws:sourceaccount": account}
    )
    answer = evaluate_resource_policy(trust, request, "states.amazonaws.com")
    assert (answer.decision == "Allow") == (account == ACCOUNT)
