"""Each role can do what its function needs, and nothing else.

Evaluated offline with the embedded AWS's implementation of IAM.
"""

from collections.abc import Sequence

import pytest
from ministack.core.iam_evaluator import (  # pyright: ignore[reportMissingTypeStubs]
    evaluate_resource_policy,  # pyright: ignore[reportUnknownVariableType]
)

from lambdas.domain.review.events import ANNOUNCED, Event
from lambdas.domain.store import reviews, slack_notes
from tests.policies.documents import (
    ACCOUNT,
    BOT_TOKEN,
    BUCKET,
    DATASETS,
    DURABLE,
    EXECUTIONS,
    FUNCTION,
    LOGS,
    MACHINE,
    NOTES,
    PARAMETER,
    PUBLISHER,
    QUEUE,
    RECORD,
    SIGNING_SECRET,
    TABLE,
    TOPIC,
    UNHANDLED,
    arn,
    document,
    statements,
)
from tests.policies.evaluation import allows, request_by

API = arn("execute-api", "api1234567")
INDEX = f"{TABLE}/index/by_execution"
DUE = f"{TABLE}/index/by_due"
STREAM = f"{LOGS}:log-stream:one"
EXECUTION = f"{EXECUTIONS}:one"
DURABLE_EXECUTION = f"{DURABLE}:7/durable-execution/name/id"
OWN_LOGS = [("logs:CreateLogStream", STREAM), ("logs:PutLogEvents", STREAM)]

FROM_OUTSIDE = ("incoming", "samples", "attachments")
PLACES = (*FROM_OUTSIDE, "published", "newest")
READING_FILES = [
    ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
    ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
    ("s3:GetObjectVersion", f"{BUCKET}/samples/one.csv"),
]
DELETING = ("s3:DeleteObject", "s3:DeleteObjectVersion")
WRITING = ("s3:PutObject", *DELETING)

Requests = Sequence[tuple[str, str]]


def uploads_to(key: str) -> Requests:
    """The actions of an upload, in one part or several."""
    return [(f"s3:{it}", f"{BUCKET}/{key}") for it in ("PutObject", "AbortMultipartUpload")]


def beyond_uploads(key: str) -> Requests:
    """Other actions on an object, and in its bucket."""
    on_the_object = (
        *("GetObject", "GetObjectVersion", "DeleteObject", "DeleteObjectVersion"),
        *("PutObjectAcl", "PutObjectTagging", "PutObjectRetention", "ListMultipartUploadParts"),
    )
    on_the_bucket = ("ListBucket", "ListBucketVersions", "ListBucketMultipartUploads")
    return [
        *((f"s3:{it}", f"{BUCKET}/{key}") for it in on_the_object),
        *((f"s3:{it}", BUCKET) for it in on_the_bucket),
        ("s3:PutBucketPolicy", BUCKET),
        ("s3:PutObject", f"arn:aws:s3:::another/{key}"),
    ]


ROLES: dict[str, tuple[list[str], Requests, Requests]] = {
    "generate_dataset": (
        ["generate_dataset"],
        [("s3:PutObject", f"{BUCKET}/samples/one.csv"), *OWN_LOGS],
        [
            # A file there would start the workflow.
            ("s3:PutObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:PutObject", f"{BUCKET}/attachments/one.csv"),
            ("s3:PutObject", f"{BUCKET}/published/one.csv"),
            ("s3:PutObject", f"{BUCKET}/newest/one.json"),
            ("s3:GetObject", f"{BUCKET}/samples/one.csv"),
            ("s3:DeleteObject", f"{BUCKET}/samples/one.csv"),
            ("s3:DeleteObjectVersion", f"{BUCKET}/samples/one.csv"),
            ("s3:PutObject", "arn:aws:s3:::another/samples/one.csv"),
        ],
    ),
    "start_dataset": (
        ["start_dataset"],
        [("states:StartExecution", MACHINE), ("sqs:SendMessage", UNHANDLED), *OWN_LOGS],
        [
            ("sqs:SendMessage", QUEUE),
            ("sqs:ReceiveMessage", UNHANDLED),
            ("states:StartExecution", arn("states", "stateMachine:review")),
            ("states:StartExecution", f"{MACHINE}-2"),
            ("states:StartSyncExecution", MACHINE),
            ("states:StopExecution", EXECUTION),
            ("states:DescribeExecution", EXECUTION),
            ("states:SendTaskSuccess", MACHINE),
            ("states:RedriveExecution", EXECUTION),
            # S3's event has all that the function needs.
            ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("s3:PutObject", f"{BUCKET}/incoming/one.csv"),
            ("dynamodb:GetItem", TABLE),
            ("sns:Publish", TOPIC),
        ],
    ),
    "check_dataset": (
        ["check_dataset"],
        [
            *READING_FILES,
            *OWN_LOGS,
        ],
        [
            # The version of a sample is known.
            ("s3:GetObject", f"{BUCKET}/samples/one.csv"),
            ("s3:GetObject", f"{BUCKET}/attachments/one.csv"),
            ("s3:GetObject", f"{BUCKET}/published/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/newest/one.json"),
            ("s3:GetObject", f"{BUCKET}/incoming"),
            ("s3:ListBucket", BUCKET),
            ("s3:ListBucketVersions", BUCKET),
            *((action, f"{BUCKET}/{place}/one.csv") for action in WRITING for place in PLACES),
            ("lambda:InvokeFunction", f"{FUNCTION}count"),
            ("states:StartExecution", MACHINE),
            ("states:SendTaskSuccess", MACHINE),
            ("sns:Publish", TOPIC),
            ("sns:Publish", DATASETS),
            ("dynamodb:PartiQLInsert", TABLE),
        ],
    ),
    "check_dataset with a check function": (
        ["check_dataset", "call_check_function"],
        [("lambda:InvokeFunction", f"{FUNCTION}count"), *READING_FILES],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}count:live"),
            ("lambda:InvokeFunction", f"{FUNCTION}count-2"),
            ("lambda:InvokeFunction", f"{FUNCTION}publish"),
            ("lambda:InvokeAsync", f"{FUNCTION}count"),
            ("lambda:UpdateFunctionCode", f"{FUNCTION}count"),
            ("lambda:GetFunction", f"{FUNCTION}count"),
        ],
    ),
    "publish_dataset": (
        ["publish_dataset"],
        [
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/samples/one.csv"),
            ("s3:PutObject", f"{BUCKET}/published/one.csv"),
            ("s3:AbortMultipartUpload", f"{BUCKET}/published/one.csv"),
            ("s3:GetObject", f"{BUCKET}/published/one.csv"),
            ("s3:GetObject", f"{BUCKET}/newest/one.json"),
            ("s3:PutObject", f"{BUCKET}/newest/one.json"),
            ("sns:Publish", DATASETS),
            *OWN_LOGS,
        ],
        [
            # The approved version, not the latest.
            ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
            *(("s3:PutObject", f"{BUCKET}/{place}/one.csv") for place in FROM_OUTSIDE),
            *((action, f"{BUCKET}/{place}/one.csv") for action in DELETING for place in PLACES),
            ("s3:GetObject", f"{BUCKET}/attachments/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/published/one.csv"),
            ("s3:AbortMultipartUpload", f"{BUCKET}/newest/one.json"),
            ("s3:PutObjectTagging", f"{BUCKET}/published/one.csv"),
            ("s3:PutObjectAcl", f"{BUCKET}/published/one.csv"),
            ("s3:ListBucket", BUCKET),
            ("s3:ListBucketVersions", BUCKET),
            ("sns:Publish", TOPIC),
            ("sns:Subscribe", DATASETS),
            ("states:SendTaskSuccess", MACHINE),
            ("states:StartExecution", MACHINE),
            ("dynamodb:GetItem", TABLE),
        ],
    ),
    "request_review": (
        ["request_review"],
        [
            ("dynamodb:GetItem", TABLE),
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
            ("dynamodb:Scan", TABLE),
            ("sns:Subscribe", TOPIC),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", MACHINE),
        ],
    ),
    "asker_api": (
        ["asker_api"],
        [
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLInsert", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:Query", f"{TABLE}/index/by_asker"),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            *OWN_LOGS,
        ],
        [
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:Scan", TABLE),
            ("dynamodb:Query", TABLE),
            ("dynamodb:Query", INDEX),
            ("dynamodb:Query", f"{TABLE}/index/by_status"),
            ("dynamodb:Query", RECORD),
            ("sns:Subscribe", TOPIC),
            ("ssm:GetParameter", BOT_TOKEN),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:StartExecution", MACHINE),
            ("states:SendTaskSuccess", MACHINE),
        ],
    ),
    "request_review with evidence": (
        ["request_review", "pin_evidence"],
        [
            ("dynamodb:PartiQLInsert", TABLE),
            ("s3:GetObject", f"{BUCKET}/incoming/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
        ],
        [
            ("s3:GetObject", f"{BUCKET}/published/one.csv"),
            ("s3:GetObjectVersion", f"{BUCKET}/published/one.csv"),
            ("s3:ListBucket", BUCKET),
            ("s3:PutObject", f"{BUCKET}/incoming/one.csv"),
        ],
    ),
    "notify_slack": (
        ["notify_slack"],
        [
            ("ssm:GetParameter", PARAMETER),
            ("sqs:SendMessage", QUEUE),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:GetItem", NOTES),
            ("dynamodb:UpdateItem", NOTES),
            ("dynamodb:PartiQLUpdate", NOTES),
            ("dynamodb:DeleteItem", NOTES),
            ("dynamodb:PartiQLInsert", RECORD),
            *OWN_LOGS,
        ],
        [
            ("ssm:GetParameter", SIGNING_SECRET),
            # Each of these can return a whole row: ReturnValuesOnConditionCheckFailure.
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLDelete", TABLE),
            ("dynamodb:ConditionCheckItem", TABLE),
            ("dynamodb:PartiQLInsert", TABLE),
            ("ssm:PutParameter", PARAMETER),
            ("ssm:GetParametersByPath", PARAMETER),
            ("ssm:GetParameter", arn("ssm", "parameter/another")),
            ("sqs:ReceiveMessage", QUEUE),
            ("dynamodb:GetItem", RECORD),
            ("dynamodb:BatchGetItem", TABLE),
            ("dynamodb:Query", INDEX),
            ("dynamodb:Scan", TABLE),
            ("dynamodb:PartiQLSelect", TABLE),
            ("dynamodb:UpdateItem", RECORD),
            ("dynamodb:PartiQLUpdate", RECORD),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("sns:Publish", TOPIC),
            ("states:SendTaskSuccess", MACHINE),
        ],
    ),
    "decision_api": (
        ["decision_api", "answer_tasks", "link_to_evidence"],
        [
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", MACHINE),
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
            ("states:DescribeExecution", EXECUTION),
            ("states:GetExecutionHistory", arn("states", "execution:another:one")),
            ("states:GetExecutionHistory", f"{EXECUTIONS}-2:one"),
            ("dynamodb:PartiQLInsert", TABLE),
            ("ssm:GetParameter", PARAMETER),
            ("ssm:GetParameter", SIGNING_SECRET),
        ],
    ),
    "slack_interactions": (
        ["slack_interactions", "answer_tasks"],
        [
            ("ssm:GetParameter", SIGNING_SECRET),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("states:SendTaskSuccess", MACHINE),
            ("states:GetExecutionHistory", EXECUTION),
            *OWN_LOGS,
        ],
        [
            ("ssm:GetParameter", PARAMETER),
            ("ssm:GetParameter", BOT_TOKEN),
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
    "slack_commands": (
        ["slack_commands"],
        [
            ("ssm:GetParameter", SIGNING_SECRET),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:Query", f"{TABLE}/index/by_status"),
            ("dynamodb:Query", f"{TABLE}/index/by_start"),
            ("dynamodb:Query", RECORD),
            *OWN_LOGS,
        ],
        [
            ("ssm:GetParameter", PARAMETER),
            ("ssm:GetParameter", BOT_TOKEN),
            ("ssm:PutParameter", SIGNING_SECRET),
            ("dynamodb:Query", DUE),
            ("dynamodb:Query", INDEX),
            ("dynamodb:Scan", TABLE),
            ("dynamodb:Scan", RECORD),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:PartiQLInsert", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLSelect", TABLE),
            ("dynamodb:PutItem", RECORD),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:SendTaskSuccess", MACHINE),
            ("states:StopExecution", EXECUTION),
        ],
    ),
    "slack_interactions with user groups": (
        ["slack_interactions", "answer_tasks", "ask_slack"],
        [("ssm:GetParameter", SIGNING_SECRET), ("ssm:GetParameter", BOT_TOKEN)],
        [("ssm:GetParameter", PARAMETER), ("ssm:PutParameter", BOT_TOKEN)],
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
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:Query", TABLE),
            ("dynamodb:Query", DUE),
            ("dynamodb:Scan", INDEX),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("states:SendTaskSuccess", MACHINE),
            ("states:SendTaskFailure", MACHINE),
        ],
    ),
    "report_failure": (
        ["report_failure"],
        [
            ("dynamodb:Query", INDEX),
            ("dynamodb:UpdateItem", NOTES),
            ("sns:Publish", TOPIC),
            *OWN_LOGS,
        ],
        [
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:Query", TABLE),
            ("dynamodb:Query", DUE),
            ("dynamodb:Scan", INDEX),
            ("dynamodb:GetItem", NOTES),
            ("dynamodb:PutItem", NOTES),
            ("dynamodb:DeleteItem", NOTES),
            ("dynamodb:PartiQLUpdate", NOTES),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Subscribe", TOPIC),
            ("states:DescribeExecution", EXECUTION),
            ("states:SendTaskSuccess", MACHINE),
        ],
    ),
    "sweep_reviews": (
        ["sweep_reviews", "sweep_tasks"],
        [
            ("dynamodb:Query", DUE),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("states:SendTaskSuccess", MACHINE),
            ("states:SendTaskHeartbeat", MACHINE),
            ("states:GetExecutionHistory", EXECUTION),
            *OWN_LOGS,
        ],
        [
            ("dynamodb:Query", TABLE),
            ("dynamodb:Query", INDEX),
            ("dynamodb:Scan", DUE),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:PartiQLInsert", TABLE),
            ("dynamodb:Query", RECORD),
            ("sqs:ReceiveMessage", QUEUE),
            ("ssm:GetParameter", PARAMETER),
            ("states:SendTaskFailure", MACHINE),
            ("states:SendTaskSuccess", arn("states", "stateMachine:another")),
            ("states:DescribeExecution", EXECUTION),
            ("states:StopExecution", EXECUTION),
            ("states:RedriveExecution", EXECUTION),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
        ],
    ),
    "report_undelivered": (
        ["report_undelivered", "end_tasks"],
        [
            ("sqs:ReceiveMessage", QUEUE),
            ("sqs:DeleteMessage", QUEUE),
            ("sqs:GetQueueAttributes", QUEUE),
            ("dynamodb:GetItem", NOTES),
            ("dynamodb:UpdateItem", TABLE),
            ("dynamodb:PartiQLUpdate", TABLE),
            ("dynamodb:PartiQLInsert", RECORD),
            ("sns:Publish", TOPIC),
            ("states:SendTaskSuccess", MACHINE),
            *OWN_LOGS,
        ],
        [
            ("sqs:SendMessage", QUEUE),
            ("sqs:PurgeQueue", QUEUE),
            ("sqs:SetQueueAttributes", QUEUE),
            ("sqs:ReceiveMessage", arn("sqs", "another")),
            ("dynamodb:Query", INDEX),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:DeleteItem", TABLE),
            ("dynamodb:PartiQLInsert", TABLE),
            ("states:GetExecutionHistory", EXECUTION),
            ("states:SendTaskFailure", MACHINE),
            ("states:SendTaskSuccess", arn("states", "stateMachine:another")),
            ("states:StopExecution", EXECUTION),
            ("ssm:GetParameter", PARAMETER),
        ],
    ),
    "an operator": (
        ["operator"],
        [
            ("execute-api:Invoke", f"{API}/$default/GET/operator/reviews"),
            ("execute-api:Invoke", f"{API}/$default/POST/operator/reviews/one/approve"),
            ("execute-api:Invoke", f"{API}/$default/POST/asker/reviews"),
            ("states:StartExecution", MACHINE),
            ("states:ListExecutions", MACHINE),
            *uploads_to("incoming/orders.csv"),
            *uploads_to("attachments/one/report.pdf"),
        ],
        [
            # Contexts of callers are in the inputs, outputs and histories of executions.
            ("states:GetExecutionHistory", EXECUTION),
            ("states:DescribeExecution", EXECUTION),
            ("states:GetExecutionHistory", f"{arn('states', 'execution:review')}:one"),
            ("states:DescribeExecution", f"{arn('states', 'execution:review')}:one"),
            ("states:StopExecution", EXECUTION),
            ("states:SendTaskSuccess", MACHINE),
            ("dynamodb:GetItem", TABLE),
            ("dynamodb:Query", RECORD),
            ("logs:FilterLogEvents", LOGS),
            ("sns:Publish", TOPIC),
            *uploads_to("published/one.csv"),
            *uploads_to("samples/one.csv"),
            *uploads_to("attachments"),
            *beyond_uploads("incoming/orders.csv"),
            *beyond_uploads("attachments/one/report.pdf"),
        ],
    ),
    "an asker": (
        ["asker"],
        [
            ("execute-api:Invoke", f"{API}/$default/POST/asker/reviews"),
            ("execute-api:Invoke", f"{API}/$default/GET/asker/reviews/one"),
            ("execute-api:Invoke", f"{API}/$default/POST/asker/reviews/one/withdraw"),
            *uploads_to("attachments/one/report.pdf"),
        ],
        [
            ("execute-api:Invoke", f"{API}/$default/GET/operator/reviews"),
            ("execute-api:Invoke", f"{API}/$default/POST/operator/reviews/one/approve"),
            ("states:StartExecution", MACHINE),
            ("states:ListExecutions", MACHINE),
            ("dynamodb:GetItem", TABLE),
            *uploads_to("incoming/orders.csv"),
            *uploads_to("published/one.csv"),
            *uploads_to("samples/one.csv"),
            *uploads_to("attachments"),
            *beyond_uploads("attachments/one/report.pdf"),
        ],
    ),
    "a caller": (
        ["caller"],
        [("lambda:InvokeFunction", f"{FUNCTION}request")],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}close"),
            ("lambda:SendDurableExecutionCallbackSuccess", DURABLE_EXECUTION),
        ],
    ),
    "decision_api with a durable function": (
        ["decision_api", "answer_functions"],
        [
            ("lambda:SendDurableExecutionCallbackSuccess", DURABLE_EXECUTION),
            ("lambda:SendDurableExecutionCallbackFailure", DURABLE_EXECUTION),
            ("lambda:GetDurableExecutionHistory", DURABLE_EXECUTION),
        ],
        [
            ("lambda:SendDurableExecutionCallbackSuccess", f"{DURABLE}-2:7/durable-execution/a/b"),
            ("lambda:SendDurableExecutionCallbackHeartbeat", DURABLE_EXECUTION),
            ("lambda:StopDurableExecution", DURABLE_EXECUTION),
            ("lambda:CheckpointDurableExecution", DURABLE_EXECUTION),
            ("lambda:InvokeFunction", DURABLE),
            ("lambda:InvokeFunction", f"{DURABLE}:7"),
        ],
    ),
    "sweep_reviews with a durable function": (
        ["sweep_reviews", "sweep_functions"],
        [
            ("lambda:SendDurableExecutionCallbackSuccess", DURABLE_EXECUTION),
            ("lambda:SendDurableExecutionCallbackFailure", DURABLE_EXECUTION),
            ("lambda:SendDurableExecutionCallbackHeartbeat", DURABLE_EXECUTION),
            ("lambda:GetDurableExecutionHistory", DURABLE_EXECUTION),
        ],
        [
            ("lambda:GetDurableExecution", DURABLE_EXECUTION),
            ("lambda:StopDurableExecution", DURABLE_EXECUTION),
            ("lambda:InvokeFunction", f"{DURABLE}:7"),
        ],
    ),
    "report_undelivered with a durable function": (
        ["report_undelivered", "end_functions"],
        [("lambda:SendDurableExecutionCallbackFailure", DURABLE_EXECUTION)],
        [
            ("lambda:SendDurableExecutionCallbackSuccess", DURABLE_EXECUTION),
            ("lambda:GetDurableExecutionHistory", DURABLE_EXECUTION),
            ("lambda:StopDurableExecution", DURABLE_EXECUTION),
            ("lambda:InvokeFunction", f"{DURABLE}:7"),
        ],
    ),
    "schedule": (
        ["schedule"],
        [("lambda:InvokeFunction", f"{FUNCTION}sweep")],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}another"),
            ("lambda:InvokeFunction", f"{FUNCTION}sweep:alias"),
            ("lambda:UpdateFunctionCode", f"{FUNCTION}sweep"),
            ("states:StartExecution", MACHINE),
        ],
    ),
    "review machine": (
        ["review_machine", "caller"],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}request"),
            ("logs:CreateLogDelivery", "*"),
            ("xray:PutTraceSegments", "*"),
        ],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}generate"),
            ("s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv"),
            ("states:StartExecution", MACHINE),
            ("logs:PutLogEvents", STREAM),
            ("logs:DeleteLogGroup", LOGS),
        ],
    ),
    "state machine": (
        ["state_machine", "caller"],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}generate"),
            ("lambda:InvokeFunction", f"{FUNCTION}check"),
            ("lambda:InvokeFunction", f"{FUNCTION}publish"),
            ("lambda:InvokeFunction", f"{FUNCTION}request"),
            ("logs:CreateLogDelivery", "*"),
            ("xray:PutTraceSegments", "*"),
        ],
        [
            ("lambda:InvokeFunction", f"{FUNCTION}another"),
            ("lambda:InvokeFunction", f"{FUNCTION}close"),
            ("lambda:InvokeFunction", f"{FUNCTION}count"),
            ("lambda:InvokeFunction", f"{FUNCTION}start"),
            ("lambda:InvokeFunction", f"{FUNCTION}publish:alias"),
            ("lambda:UpdateFunctionCode", f"{FUNCTION}generate"),
            # The functions do, and the bucket denies publishing to anyone else.
            *(
                (action, f"{BUCKET}/{place}/one.csv")
                for action in ("s3:GetObject", "s3:GetObjectVersion", *WRITING)
                for place in PLACES
            ),
            ("sns:Publish", DATASETS),
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
def test_a_role_may_not_do_what_it_does_not_need(
    documents: list[str], action: str, resource: str
) -> None:
    assert not allows(map(document, documents), action, resource)


OWN = ["slack_requested", "slack_reminder_43200", "slack_decided", "slack_undelivered"]


@pytest.mark.parametrize(
    ("function", "shown"), [("notify_slack", slack_notes.READ), ("slack_commands", reviews.SHOWN)]
)
@pytest.mark.parametrize(
    ("attributes", "select", "allowed"),
    [
        (["review_id"], "SPECIFIC_ATTRIBUTES", True),
        (["review_id", "context"], "SPECIFIC_ATTRIBUTES", False),
        (["review_id", "link_key"], "SPECIFIC_ATTRIBUTES", False),
        (["task_token"], "SPECIFIC_ATTRIBUTES", False),
        (["review_id", "bucket"], "SPECIFIC_ATTRIBUTES", False),
        (["review_id"], "ALL_ATTRIBUTES", False),
    ],
)
def test_the_notifier_reads_what_slack_shows_and_never_the_task_token(
    function: str, shown: tuple[str, ...], attributes: list[str], select: str, allowed: bool
) -> None:
    conditions = {"dynamodb:attributes": [*shown, *attributes], "dynamodb:select": select}
    policies = [document(function)]
    assert allows(policies, "dynamodb:GetItem", TABLE, **conditions) is allowed


@pytest.mark.parametrize(
    ("attributes", "allowed"),
    [
        *((["review_id", note], True) for note in OWN),
        (["review_id", "slack_requested", "requester"], True),
        (["review_id", "louder_escalated"], False),
        (["review_id", "louder_requested"], False),
        (["review_id", "slack_failed"], True),
        (["review_id", "slack_failed", "failure"], False),
        (["review_id", "slack_team"], False),
    ],
)
@pytest.mark.parametrize("action", ["dynamodb:UpdateItem", "dynamodb:PartiQLUpdate"])
def test_the_notifier_writes_its_own_channels_notes(
    action: str, attributes: list[str], allowed: bool
) -> None:
    policies = [document("notify_slack")]
    assert allows(policies, action, NOTES, **{"dynamodb:attributes": attributes}) is allowed


def test_a_channels_notes_cover_every_announced_event() -> None:
    [writing] = [it for it in statements("notify_slack") if it["Sid"] == "WriteNotes"]
    allowed = writing["Condition"]["ForAllValues:StringLike"]["dynamodb:Attributes"]
    assert allowed == [
        "review_id",
        "requester",
        "expires_at",
        *(
            f"slack_{event.removeprefix('review.')}"
            + "_*" * (event in (Event.REMINDER, Event.COMPLETED))
            for event in ANNOUNCED
        ),
        "slack_failed",
    ]


@pytest.mark.parametrize(
    ("attributes", "allowed"),
    [
        (["review_id", "failure", "expires_at"], True),
        (["review_id", "failure", "slack_failed"], False),
        (["review_id", "slack_requested"], False),
        (["review_id", "requester"], False),
    ],
)
def test_the_function_that_reports_failures_writes_no_note(
    attributes: list[str], allowed: bool
) -> None:
    policies, conditions = [document("report_failure")], {"dynamodb:attributes": attributes}
    assert allows(policies, "dynamodb:UpdateItem", NOTES, **conditions) is allowed


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
def test_the_evidence_bucket_requires_tls(secure: bool) -> None:
    request = request_by(
        "arn:aws:iam::111111111111:role/one",
        "s3:GetObjectVersion",
        f"{BUCKET}/incoming/one.csv",
        secure_transport=secure,
    )
    answer = evaluate_resource_policy(document("evidence_bucket"), request)
    assert (answer.decision == "Deny") == (not secure)


WRITES = (
    *("s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:PutObjectTagging"),
    *("s3:PutObjectVersionTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold"),
    *("s3:ReplicateObject", "s3:ReplicateTags", "s3:ReplicateDelete", "s3:RestoreObject"),
)
OTHERS = (
    f"arn:aws:iam::{ACCOUNT}:role/another",
    f"{PUBLISHER}-2",
    f"arn:aws:iam::{ACCOUNT}:role/admin/publisher",
    f"arn:aws:iam::{ACCOUNT}:user/publisher",
    f"arn:aws:iam::{ACCOUNT}:root",
    "arn:aws:iam::999999999999:role/publisher",
)


def bucket_denies(principal: str, action: str, resource: str) -> bool:
    request = request_by(principal, action, resource)
    return evaluate_resource_policy(document("evidence_bucket"), request).decision == "Deny"


@pytest.mark.parametrize("place", ["published", "published/2026", "newest"])
@pytest.mark.parametrize("action", WRITES)
def test_only_the_publisher_writes_published_files_and_notes(action: str, place: str) -> None:
    resource = f"{BUCKET}/{place}/one"
    assert not bucket_denies(PUBLISHER, action, resource)
    assert [it for it in OTHERS if not bucket_denies(it, action, resource)] == []


@pytest.mark.parametrize("place", FROM_OUTSIDE)
def test_the_bucket_leaves_other_files_to_the_policies_of_identities(place: str) -> None:
    for principal in (*OTHERS, PUBLISHER):
        assert not bucket_denies(principal, "s3:PutObject", f"{BUCKET}/{place}/one.csv")


def test_consumers_may_read_published_files_and_destroy_may_delete_them() -> None:
    for action in ("s3:GetObject", "s3:GetObjectVersion", *DELETING):
        assert not bucket_denies(OTHERS[0], action, f"{BUCKET}/published/one.csv")


@pytest.mark.parametrize(
    ("prefix", "allowed"),
    [
        ("incoming/orders.csv", True),
        ("samples/one.csv", True),
        *((it, False) for it in ("", "incoming", "published/one.csv", "attachments/a", "newest/")),
    ],
)
def test_the_publisher_lists_versions_of_files_that_arrived_only(
    prefix: str, allowed: bool
) -> None:
    policies = [document("publish_dataset")]
    listing = allows(policies, "s3:ListBucketVersions", BUCKET, **{"s3:prefix": prefix})
    assert listing is allowed


@pytest.mark.parametrize("account", [ACCOUNT, "999999999999"])
@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("trust_lambda", "lambda.amazonaws.com"),
        ("trust_queue_reader", "lambda.amazonaws.com"),
        ("trust_state_machine", "states.amazonaws.com"),
        ("trust_scheduler", "scheduler.amazonaws.com"),
    ],
)
def test_a_service_may_assume_a_role_only_for_resources_of_this_account(
    name: str, service: str, account: str
) -> None:
    (statement,) = document(name)["Statement"]
    assert statement["Principal"] == {"Service": service}
    trust = {"Statement": [{**statement, "Resource": "*"}]}
    request = request_by(service, "sts:AssumeRole", "*", **{"aws:sourceaccount": account})
    answer = evaluate_resource_policy(trust, request, service)
    assert (answer.decision == "Allow") == (account == ACCOUNT)


@pytest.mark.parametrize("name", ["trust_lambda", "trust_queue_reader"])
def test_only_the_queue_readers_role_is_assumed_without_the_account(name: str) -> None:
    (statement,) = document(name)["Statement"]
    request = request_by("lambda.amazonaws.com", "sts:AssumeRole", "*")
    trust = {"Statement": [{**statement, "Resource": "*"}]}
    answer = evaluate_resource_policy(trust, request, "lambda.amazonaws.com")
    assert (answer.decision == "Allow") == (name == "trust_queue_reader")


@pytest.mark.parametrize(
    ("service", "key", "allowed"),
    [
        ("s3.eu-central-1.amazonaws.com", "evidence", True),
        ("s3.cn-north-1.amazonaws.com.cn", "evidence", True),
        ("dynamodb.eu-central-1.amazonaws.com", "evidence", False),
        ("s3.eu-central-1.amazonaws.com", "another", False),
        (None, "evidence", False),
    ],
)
def test_evidence_is_decrypted_by_s3_alone(service: str | None, key: str, allowed: bool) -> None:
    via = {"kms:viaservice": service} if service else {}
    documents = [document("decrypt_evidence")]

    assert allows(documents, "kms:Decrypt", arn("kms", f"key/{key}"), **via) is allowed
    assert not allows(documents, "kms:GenerateDataKey", arn("kms", f"key/{key}"), **via)
