"""The workflow in Amazon States Language: generate a dataset, ask where it looks wrong, publish.

https://states-language.net
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from components.reviews.states import FIRST_STATE, RETRY_LAMBDA_SERVICE, States

DATASET_FIELDS = (
    "bucket",
    "key",
    "version_id",
    "sha256",
    "rows",
    "flagged_rows",
    "flagged_share",
)
TIME_AROUND_A_REVIEW = timedelta(hours=1)
# Step Functions calls errors by the classes of AWS's SDK for Java. SlowDown, InternalError and the
# like have none of their own there; losing the connection has.
# https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
RETRY_S3_SERVICE: Mapping[str, Any] = {
    "ErrorEquals": ["S3.S3Exception", "S3.SdkClientException"],
    "IntervalSeconds": 2,
    "MaxAttempts": 6,
    "BackoffRate": 2.0,
    "JitterStrategy": "FULL",
}
# Until 15 minutes after a bucket's versioning was first enabled, what was put into it may have no
# version yet, or not be found.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
RETRY_UNTIL_VERSIONED: Mapping[str, Any] = {
    "IntervalSeconds": 15,
    "MaxAttempts": 8,
    "BackoffRate": 2.0,
    "MaxDelaySeconds": 180,
}


def longest_execution(review_timeout: timedelta) -> timedelta:
    """How long an execution may run before Step Functions ends it."""
    return review_timeout + TIME_AROUND_A_REVIEW


def definition(
    *,
    generate_function: str,
    bucket: str,
    gate_states: States,
    threshold: float,
    review_timeout: timedelta,
) -> dict[str, Any]:
    """The whole machine; `gate_states` lead to `PublishDataset` when a review is approved."""
    return {
        "Comment": "Publishes a dataset, after a person's approval where too many rows look wrong.",
        "StartAt": "GenerateDataset",
        "TimeoutSeconds": int(longest_execution(review_timeout).total_seconds()),
        "States": {
            "GenerateDataset": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {
                    "FunctionName": generate_function,
                    "Payload": {"input.$": "$", "execution_name.$": "$$.Execution.Name"},
                },
                "ResultSelector": {f"{name}.$": f"$.Payload.{name}" for name in DATASET_FIELDS},
                "ResultPath": "$.dataset",
                "Retry": [
                    *RETRY_LAMBDA_SERVICE,
                    {"ErrorEquals": ["VersioningNotReady"], **RETRY_UNTIL_VERSIONED},
                ],
                "Next": "IsReviewRequired",
            },
            "IsReviewRequired": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Variable": "$.dataset.flagged_share",
                        "NumericGreaterThan": threshold,
                        "Next": FIRST_STATE,
                    }
                ],
                "Default": "PublishDataset",
            },
            **gate_states,
            "PublishDataset": {
                "Type": "Task",
                "Comment": "Copies exactly the version that was looked at.",
                "Resource": "arn:aws:states:::aws-sdk:s3:copyObject",
                "Parameters": {
                    "Bucket": bucket,
                    "Key.$": "States.Format('published/{}.csv', $$.Execution.Name)",
                    "CopySource.$": (
                        "States.Format('{}/{}?versionId={}',"
                        " $.dataset.bucket, $.dataset.key, $.dataset.version_id)"
                    ),
                },
                "ResultPath": None,
                "Retry": [
                    RETRY_S3_SERVICE,
                    {"ErrorEquals": ["S3.NoSuchKeyException"], **RETRY_UNTIL_VERSIONED},
                ],
                "End": True,
            },
        },
    }
