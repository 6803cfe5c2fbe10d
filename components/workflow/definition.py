"""The workflow in Amazon States Language: generate a dataset, review it if it looks wrong, publish.

https://states-language.net
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from components.callers.states import (
    FIRST_STATE,
    JSONATA,
    RETRY_LAMBDA_SERVICE,
    States,
    integration,
)

TIME_AROUND_A_REVIEW = timedelta(hours=2)
# Step Functions names errors after the exception classes of AWS's SDK for Java. SlowDown,
# InternalError and others have no class there; a lost connection has.
# https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
S3_ERRORS = ("S3.S3Exception", "S3.NoSuchKeyException", "S3.SdkClientException")
# For 15 minutes after versioning is first enabled, new objects may have no version or may not be
# found. A role that may not list the bucket gets "access denied" instead:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
RETRY_UNTIL_VERSIONED: Mapping[str, Any] = {
    "IntervalSeconds": 15,
    "MaxAttempts": 8,
    "BackoffRate": 2.0,
    "MaxDelaySeconds": 180,
}


def longest_execution(review_timeout: timedelta) -> timedelta:
    """Maximum duration of an execution."""
    return review_timeout + TIME_AROUND_A_REVIEW


def definition(
    *,
    generate_function: str,
    bucket: str,
    gate_states: States,
    threshold: float,
    review_timeout: timedelta,
) -> dict[str, Any]:
    """The definition; `gate_states` lead to `PublishDataset` after an approval."""
    return {
        "Comment": "Publishes a dataset, after a person's approval if too many rows are flagged.",
        **JSONATA,
        "StartAt": "GenerateDataset",
        "TimeoutSeconds": int(longest_execution(review_timeout).total_seconds()),
        "States": {
            "GenerateDataset": {
                "Type": "Task",
                "Resource": integration(generate_function, "lambda:invoke"),
                "Arguments": {
                    "FunctionName": generate_function,
                    "Payload": {
                        "input": "{% $states.input %}",
                        "execution_name": "{% $states.context.Execution.Name %}",
                    },
                },
                "Output": _with_dataset_and_request(threshold),
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
                        "Condition": f"{{% $states.input.dataset.flagged_share > {threshold} %}}",
                        "Next": FIRST_STATE,
                    }
                ],
                "Default": "PublishDataset",
            },
            **gate_states,
            "PublishDataset": {
                "Type": "Task",
                "Comment": "Copies exactly the version that was reviewed.",
                "Resource": integration(generate_function, "aws-sdk:s3:copyObject"),
                "Arguments": {
                    "Bucket": bucket,
                    "Key": "{% 'published/' & $states.context.Execution.Name & '.csv' %}",
                    "CopySource": (
                        "{% $states.input.dataset.($join([bucket, '/', key, '?versionId=',"
                        " version_id])) %}"
                    ),
                },
                # Without the request, which is not part of the result.
                "Output": (
                    "{% ("
                    "$known := $sift($states.input, function($value, $name)"
                    " { $name != 'request' });"
                    " $dataset := $states.input.dataset;"
                    " $merge([$known, {'dataset': $merge([$dataset, {'published': {"
                    "'key': 'published/' & $states.context.Execution.Name & '.csv',"
                    " 'version_id': $states.result.VersionId,"
                    " 'rows': $dataset.rows, 'sha256': $dataset.sha256"
                    "}}])}])) %}"
                ),
                "Retry": [{"ErrorEquals": [*S3_ERRORS], **RETRY_UNTIL_VERSIONED}],
                "End": True,
            },
        },
    }


def _with_dataset_and_request(threshold: float) -> str:
    """The output of the first state, with the request for a review."""
    return (
        "{% ("
        "$made := $states.result.Payload; $dataset := $made.dataset; $input := $states.input;"
        " $counted := function($rows) { $formatNumber($rows, '#,##0') };"
        " {'dataset': $dataset, 'request': {"
        "'title': $input.title ? $input.title : $counted($dataset.flagged_rows) & ' of '"
        " & $counted($dataset.rows) & ' rows are flagged',"
        " 'requested_by': $input.requested_by,"
        " 'facts': {'Rows': $dataset.rows, 'Flagged rows': $dataset.flagged_rows},"
        " 'gauge': {'name': 'Flagged rows', 'value': $dataset.flagged_share,"
        f" 'limit': {threshold}}},"
        " 'evidence': [{'bucket': $dataset.bucket, 'key': $dataset.key,"
        " 'version_id': $dataset.version_id, 'sha256': $dataset.sha256, 'size': $made.size,"
        " 'name': 'dataset.csv'}],"
        " 'preview': $made.preview,"
        " 'context': {'dataset': $dataset}"
        "}}) %}"
    )
