"""The workflow in Amazon States Language: check a file, review it if it looks wrong, publish it.

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

TIME_AROUND_REVIEWS = timedelta(hours=2)
_REVIEWS = 2
"""If a newer version was published meanwhile, the review is followed by another one."""
_LONGEST = timedelta(days=365)
"""https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
# For 15 minutes after versioning is first enabled, new objects may have no version or may not be
# found. https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
RETRY_UNTIL_VERSIONED: Mapping[str, Any] = {
    "ErrorEquals": ["VersioningNotReady"],
    "IntervalSeconds": 15,
    "MaxAttempts": 8,
    "BackoffRate": 2.0,
    "MaxDelaySeconds": 180,
}
RETRY_STORAGE: Mapping[str, Any] = {
    "ErrorEquals": ["StorageUnavailable"],
    "IntervalSeconds": 5,
    "MaxAttempts": 3,
    "BackoffRate": 2.0,
}
RETRY_NEW_FILE: Mapping[str, Any] = {
    **RETRY_STORAGE,
    "ErrorEquals": ["FileNotFound", "StorageUnavailable"],
}
PUBLISHED = "Published"


def longest_execution(review_timeout: timedelta) -> timedelta:
    """Maximum duration of an execution."""
    return min(_REVIEWS * review_timeout + TIME_AROUND_REVIEWS, _LONGEST)


def definition(
    *,
    check_function: str,
    publish_function: str,
    generate_function: str | None,
    gate_states: States,
    threshold: float,
    review_timeout: timedelta,
) -> dict[str, Any]:
    """The definition; `gate_states` lead to `PublishDataset` after an approval.

    Without `generate_function` there is no sample.
    """
    return {
        "Comment": "Publishes a file, after a person's approval if too many rows are flagged.",
        **JSONATA,
        "StartAt": "IsFileGiven" if generate_function else "CheckDataset",
        "TimeoutSeconds": int(longest_execution(review_timeout).total_seconds()),
        "States": {
            **(_sample(generate_function) if generate_function else {}),
            "CheckDataset": _task(
                check_function,
                "Pins the file's version and counts its flagged rows.",
                # The execution's own input: nothing that a state adds can be taken for it.
                payload={
                    "input": "{% $states.context.Execution.Input %}",
                    "sample": "{% $exists($states.input.sample) ? $states.input.sample : null %}",
                },
                output="{% $merge([$states.result.Payload, {'accepted': ''}]) %}",
                then="IsReviewRequired",
                retry=RETRY_NEW_FILE,
            ),
            "IsReviewRequired": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Condition": (
                            f"{{% $states.input.dataset.flagged_share > {threshold}"
                            " or $states.input.dataset.rows = 0 %}"
                        ),
                        "Next": FIRST_STATE,
                    }
                ],
                "Default": "PublishDataset",
            },
            **gate_states,
            "PublishDataset": _task(
                publish_function,
                "Publishes what was approved, unless a newer version was published before.",
                payload={
                    "dataset": "{% $states.input.dataset %}",
                    "review": "{% $exists($states.input.review) ? $states.input.review : null %}",
                    "accepted": "{% $states.input.accepted %}",
                },
                output=_PUBLISHED_OR_NEWER,
                then="IsPublished",
            ),
            "IsPublished": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Condition": "{% $exists($states.input.dataset.published) %}",
                        "Next": PUBLISHED,
                    }
                ],
                "Default": "AskAgain",
            },
            "AskAgain": {
                "Type": "Pass",
                "Comment": "Requests another decision, which knows of the newer version.",
                "Output": _WITH_NEWER_VERSION,
                "Next": FIRST_STATE,
            },
            PUBLISHED: {"Type": "Succeed"},
        },
    }


def _sample(generate_function: str) -> States:
    return {
        "IsFileGiven": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $exists($states.input.file) %}", "Next": "CheckDataset"}],
            "Default": "GenerateDataset",
        },
        "GenerateDataset": _task(
            generate_function,
            "Writes the sample batch.",
            payload={
                "input": "{% $states.input %}",
                "execution_name": "{% $states.context.Execution.Name %}",
            },
            output="{% {'sample': $states.result.Payload} %}",
            then="CheckDataset",
            retry=RETRY_UNTIL_VERSIONED,
        ),
    }


def _task(
    function: str,
    comment: str,
    *,
    payload: Mapping[str, str],
    output: str,
    then: str,
    retry: Mapping[str, Any] = RETRY_STORAGE,
) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Comment": comment,
        "Resource": integration(function, "lambda:invoke"),
        "Arguments": {"FunctionName": function, "Payload": payload},
        "Output": output,
        "Retry": [*RETRY_LAMBDA_SERVICE, retry],
        "Next": then,
    }


_PUBLISHED_OR_NEWER = (
    "{% ("
    "$input := $states.input; $made := $states.result.Payload;"
    " $exists($made.published)"
    # The result, without what only the states need.
    " ? $merge(["
    "{'dataset': $merge([$input.dataset, {'published': $made.published}])},"
    " $exists($input.review) ? {'review': $sift($input.review, function($value, $name)"
    " { $name != 'context' })} : {}"
    "])"
    " : $merge([$input, {'newer': $made.newer}])"
    ") %}"
)
_WITH_NEWER_VERSION = (
    "{% ("
    "$input := $states.input; $newer := $input.newer;"
    " $merge([$input, {"
    "'accepted': $newer.version_id,"
    " 'request': $merge([$input.request, {"
    "'title': 'Publish an older version of ' & $input.request.evidence[0].name & '?',"
    " 'summary': 'A newer version, uploaded at ' & $newer.modified_at & ', was published before"
    " this one was approved. If you approve this one as well, consumers receive it last.'"
    "}])}])"
    ") %}"
)
