"""Addresses in the AWS console."""

import pytest

from lambdas.domain.runtime.console import execution_url

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1"


@pytest.mark.parametrize(
    ("arn", "url"),
    [
        (
            EXECUTION,
            "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1"
            f"#/v2/executions/details/{EXECUTION}",
        ),
        (
            "arn:aws-cn:states:cn-north-1:123456789012:execution:flow:a b",
            "https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1"
            "#/v2/executions/details/arn:aws-cn:states:cn-north-1:123456789012:execution:flow:a%20b",
        ),
        (
            "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:ask:7/durable-execution/a/b",
            "https://us-gov-west-1.console.amazonaws-us-gov.com/lambda/home?region=us-gov-west-1"
            "#/functions/ask",
        ),
    ],
)
def test_an_execution_links_to_the_console_of_its_partition_and_region(arn: str, url: str) -> None:
    assert execution_url(arn) == url


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "nightly import",
        EXECUTION.replace("aws", "aws-elsewhere", 1),
        EXECUTION.replace("eu-central-1", "evil.example/"),
        EXECUTION.replace("execution", "stateMachine"),
        EXECUTION.replace("execution", "function"),
        EXECUTION + "\n",
    ],
)
def test_text_that_is_not_an_execution_arn_has_no_console_link(arn: str) -> None:
    assert execution_url(arn) == ""
