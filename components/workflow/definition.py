"""The workflow in Amazon States Language: generate a dataset, ask where it looks wrong, publish.

https://states-language.net
"""

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


def definition(
    *,
    generate_function: str,
    bucket: str,
    gate_states: States,
    threshold: float,
    review_timeout: timedelta,
) -> dict[str, Any]:
    """The whole machine; `gate_states` lead to `PublishDataset` when a review is approved."""
    longest = review_timeout + TIME_AROUND_A_REVIEW
    return {
        "Comment": "Publishes a dataset, after a person's approval where too many rows look wrong.",
        "StartAt": "GenerateDataset",
        "TimeoutSeconds": int(longest.total_seconds()),
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
                "Retry": list(RETRY_LAMBDA_SERVICE),
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
                "End": True,
            },
        },
    }
